/**
 * Formats of other frameworks that are not read: a file in one of them is called what it is, with the line that converts it. Most say how
 * layers are connected in a language of their own, and the framework's own converter is the one to trust.
 */
import { LensError } from "../core/errors.js";

interface ForeignFormat {
  /** Whether a file is in this format, by its first 16 bytes and its name. */
  readonly is: (bytes: Uint8Array, name: string) => boolean;
  /** What it is, and the line that converts it, with the file's name in it. */
  readonly said: (file: string) => string;
}

const ends = (name: string, ending: string): boolean => new RegExp(`\\.${ending}(?:[?#].*)?$`, "i").test(name);
const startsAt = (bytes: Uint8Array, at: number, text: string): boolean =>
  [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));

const caffe = (file: string): string =>
  `python -m caffe2onnx.convert --prototxt deploy.prototxt --caffemodel ${file} --onnx model.onnx`;

const formats: readonly ForeignFormat[] = [
  {
    is: (bytes) => startsAt(bytes, 4, "TFL3"),
    said: (file) =>
      `TensorFlow Lite, which is made for devices; convert it: python -m tf2onnx.convert --tflite ${file} --output model.onnx`,
  },
  {
    is: (_, name) => /(?:^|[/\\])saved_model\.pb(?:[?#].*)?$/i.test(name),
    said: () =>
      "a SavedModel of TensorFlow; convert its folder: tensorflowjs_converter --input_format=tf_saved_model FOLDER OUTPUT_FOLDER",
  },
  {
    is: (_, name) => ends(name, "pb"),
    said: (file) =>
      `a frozen graph of TensorFlow; convert it: tensorflowjs_converter --input_format=tf_frozen_model --output_node_names=LAST_NODE ${file} OUTPUT_FOLDER`,
  },
  {
    is: (_, name) => ends(name, "caffemodel"),
    said: (file) => `weights of Caffe, without the network, which is in a .prototxt; convert both: ${caffe(file)}`,
  },
  {
    is: (_, name) => ends(name, "prototxt"),
    said: () =>
      `a network of Caffe, without its weights, which are in a .caffemodel; convert both: ${caffe("WEIGHTS.caffemodel")}`,
  },
];

/**
 * Refuses a file in a format that is not read.
 *
 * @throws LensError `unsupported`, naming the format and the line that converts it.
 */
export function refuseForeign(bytes: Uint8Array, name: string, file: string): void {
  const found = formats.find(({ is }) => is(bytes, name));
  if (found) throw new LensError("unsupported", `"${file}" is ${found.said(file)}`);
}
