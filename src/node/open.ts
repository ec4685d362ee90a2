/** Opening a model in Node: paths on disk, and what every platform has. */
import { chosenFiles, isChosen } from "../load/file-list.js";
import { type ModelSource, type OpenOptions, openAny, openFolder } from "../load/open.js";
import type { Network } from "../network/network.js";
import { diskFolder, pathOfURL } from "./files.js";

/**
 * Opens a model as a `Network`.
 *
 * @throws LensError `file` when it cannot be read, `bad-model` when it does not fit together, `unsupported` when it keeps
 * its channels first.
 * @public
 */
export async function open(source: ModelSource, options: OpenOptions = {}): Promise<Network> {
  if (isChosen(source)) return openFolder(chosenFiles(source), options);
  const path = pathOf(source);
  return path === undefined ? openAny(source, options) : openFolder(await diskFolder(path), options);
}

/** The path a source names, if it names one. A single letter before a colon is a drive. */
function pathOf(source: unknown): string | undefined {
  if (source instanceof URL) return source.protocol === "file:" ? pathOfURL(source) : undefined;
  if (typeof source !== "string") return undefined;
  if (source.startsWith("file://")) return pathOfURL(source);
  return /^[a-z][a-z\d]+:\/\//i.test(source) ? undefined : source;
}
