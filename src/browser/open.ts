/** Opening a model in the browser: addresses, chosen files, and what every platform has. */
import { chosenFiles, isChosen } from "../load/file-list.js";
import { type ModelSource, type OpenOptions, openAny, openFolder } from "../load/open.js";
import type { Network } from "../network/network.js";

/**
 * Opens a model as a `Network`.
 *
 * @throws LensError `file` when it cannot be read, `bad-model` when it does not fit together, `unsupported` when it keeps
 * its channels first.
 * @public
 */
export async function open(source: ModelSource, options: OpenOptions = {}): Promise<Network> {
  if (isChosen(source)) return openFolder(chosenFiles(source), options);
  return openAny(source, options, globalThis.location?.href);
}
