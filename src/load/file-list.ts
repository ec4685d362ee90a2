/** The files of a model as a file input or a drop gives them, or one of them, or bytes as a `Blob`. */
import { LensError } from "../core/errors.js";
import { shortList } from "../core/names.js";
import type { ModelFolder } from "./folder.js";

/** One file or several. */
export type PickedFiles = Blob | ArrayLike<Blob>;

/** Whether a value is a file or a list of files; a `FileList` too. */
export function isChosen(source: unknown): source is PickedFiles {
  return source instanceof Blob || Array.isArray(source) || isFileList(source);
}

const isFileList = (source: unknown): boolean => typeof FileList !== "undefined" && source instanceof FileList;

/** Formats that say everything in one file; beside a `model.json` lie its shards. */
const main = /\.(?:json|onnx|safetensors|npz|keras|h5|hdf5|pth|pt|ckpt)$/i;

const nameOf = (file: Blob): string => ("name" in file && typeof file.name === "string" ? file.name : "");

/** Chosen files as a folder: the only one that can be a model, and the rest by their last names. One alone is the model. */
export function chosenFiles(chosen: PickedFiles): ModelFolder {
  const files = chosen instanceof Blob ? [chosen] : Array.from(chosen);
  const odd = files.find((file) => !(file instanceof Blob));
  if (odd !== undefined)
    throw new LensError("bad-argument", `a model's files are a list of File or Blob; got ${String(odd)} in it`);
  const models = chosen instanceof Blob ? files : files.filter((file) => main.test(nameOf(file)));
  const model = models.find((file) => nameOf(file) === "model.json") ?? models[0];
  if (!model || (models.length > 1 && nameOf(model) !== "model.json")) {
    throw new LensError(
      "file",
      `a model is one model.json and its weight files, or one file of another format; got ${shortList(files.map(nameOf)) || "no files"}`,
    );
  }
  const name = nameOf(model) || "model";
  return {
    model: name,
    async read(wanted) {
      const file = wanted === null ? model : files.find((one) => nameOf(one) === wanted.split("/").at(-1));
      if (!file)
        throw new LensError("file", `the weight file "${wanted}" was not chosen; choose it together with ${name}`);
      return new Uint8Array(await file.arrayBuffer());
    },
    source: async () => ({
      name,
      size: model.size,
      read: async (start, end) => new Uint8Array(await model.slice(start, end).arrayBuffer()),
    }),
  };
}
