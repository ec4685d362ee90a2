/** Opening a model in the browser: addresses, chosen files, and what every platform has. */
import { chosenFiles, isChosen } from "../load/file-list.js";
import type { HandlerLike } from "../load/handler.js";
import type { LayersModelLike } from "../load/memory.js";
import { type OpenOptions, openAny, openFolder } from "../load/open.js";
import type { Network } from "../network/network.js";

/**
 * Where a model can be: an address (relative to the page, or `indexeddb://`, `localstorage://`), the files of a model as
 * a file input or a drop gives them, one file or `Blob`, a `tf.LayersModel` in memory, or a `tf.io.IOHandler`.
 *
 * @public
 */
export type ModelSource = string | URL | Blob | readonly Blob[] | LayersModelLike | HandlerLike;

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
