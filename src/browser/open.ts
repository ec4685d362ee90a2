/** Opening a model in the browser: addresses, chosen files, and what every platform has. */
import { LensError } from "../core/errors.js";
import { shortList } from "../core/names.js";
import type { ModelFolder } from "../load/folder.js";
import type { HandlerLike } from "../load/handler.js";
import type { LayersModelLike } from "../load/memory.js";
import { type OpenOptions, openAny, openFolder } from "../load/open.js";
import type { Network } from "../network/network.js";

/**
 * Where a model can be: an address (relative to the page, or `indexeddb://`, `localstorage://`), the files of a model as
 * a file input or a drop gives them, a `tf.LayersModel` in memory, or a `tf.io.IOHandler`.
 *
 * @public
 */
export type ModelSource = string | URL | readonly File[] | LayersModelLike | HandlerLike;

/**
 * Opens a model as a `Network`.
 *
 * @throws LensError `file` when it cannot be read, `bad-model` when it does not fit together, `unsupported` when it keeps
 * its channels first.
 * @public
 */
export async function open(source: ModelSource, options: OpenOptions = {}): Promise<Network> {
  if (isFiles(source)) return openFolder(chosenFiles(source), options);
  return openAny(source, options, globalThis.location?.href);
}

function isFiles(source: ModelSource): source is readonly File[] {
  return Array.isArray(source) || (typeof FileList !== "undefined" && source instanceof FileList);
}

/** Formats that say everything in one file; beside a `model.json` lie its shards. */
const main = /\.(?:json|onnx|safetensors|npz|keras|h5|hdf5)$/i;

/** Chosen files as a folder: the only one that can be a model, and the rest by their last names. */
function chosenFiles(list: readonly File[]): ModelFolder {
  const files = [...list];
  const models = files.filter((file) => main.test(file.name));
  const model = models.find((file) => file.name === "model.json") ?? models[0];
  if (!model || (models.length > 1 && model.name !== "model.json")) {
    throw new LensError(
      "file",
      `a model is one model.json and its weight files, or one file of another format; got ${shortList(files.map((file) => file.name)) || "no files"}`,
    );
  }
  return {
    model: model.name,
    async read(name) {
      const file = name === null ? model : files.find((one) => one.name === name.split("/").at(-1));
      if (!file)
        throw new LensError("file", `the weight file "${name}" was not chosen; choose it together with ${model.name}`);
      return new Uint8Array(await file.arrayBuffer());
    },
    source: async () => ({
      name: model.name,
      size: model.size,
      read: async (start, end) => new Uint8Array(await model.slice(start, end).arrayBuffer()),
    }),
  };
}
