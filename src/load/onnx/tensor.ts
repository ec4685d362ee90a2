/**
 * Tensors of an ONNX file. Their numbers lie in the file as bytes, or as a list of their type, or in a file beside it
 * ("external data": a name, an offset, a length).
 */
import { LensError } from "../../core/errors.js";
import { halves } from "../decode.js";
import { insideFolder } from "../folder.js";
import type { GraphConstant } from "../graph/value.js";
import { brainFloats, countOf, type Numbers, type NumberTypeName, numberTypes, readNumbers } from "../numbers.js";
import type { Message } from "./wire.js";

/** Files beside the model, by the names it gives them. */
export type Externals = ReadonlyMap<string, Uint8Array>;

/** Types by the numbers that ONNX gives them. */
export const types: Readonly<Record<number, NumberTypeName>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  9: "bool",
  10: "float16",
  11: "float64",
  12: "uint32",
  13: "uint64",
  16: "bfloat16",
};

/** The least numbers of the types that quantised models use. */
const leastOf: Partial<Record<NumberTypeName, number>> = { uint8: 0, int8: -128, uint16: 0, int16: -32_768 };

/** The field that holds the numbers of a type as a list; all others are in field 5. */
const lists: Partial<Record<NumberTypeName, number>> = { float32: 4, int64: 7, float64: 10, uint32: 11, uint64: 11 };

/**
 * A tensor: TensorProto with dims (1), type (2), lists (4 … 11), name (8), bytes (9), external data (13, 14).
 *
 * @throws LensError `bad-model` when its size and its bytes disagree.
 */
export function readTensor(message: Message, externals: Externals, name: string = message.text(8)): GraphConstant {
  const shape = message.ints(1);
  const count = countOf(shape);
  if (Number.isNaN(count)) {
    throw new LensError(
      "bad-model",
      `tensor "${name}" has the sizes ${shape.join("×")}; sizes are whole numbers from 0`,
    );
  }
  const code = message.int(2);
  const type = types[code];
  if (!type) {
    throw new LensError(
      "unsupported",
      `tensor "${name}" holds numbers of ONNX type ${code}; floats, doubles, halves, integers and booleans can be read`,
    );
  }
  const bytes = storedBytes(message, externals, name);
  const stored = bytes ? bytes.length / numberTypes[type].size : listed(message, type).length;
  if (stored !== count) {
    throw new LensError(
      "bad-model",
      `tensor "${name}" of ${shape.join("×")} has ${stored} numbers; get the model again`,
    );
  }
  let values: Numbers | undefined;
  return {
    kind: "constant",
    name,
    shape,
    whole: /int|bool/.test(type),
    least: leastOf[type],
    read: () => {
      values ??= bytes ? readNumbers(type, bytes) : listed(message, type);
      return values;
    },
  };
}

/** Names of the files beside the model that its tensors lie in. */
export function externalFiles(tensors: readonly Message[]): string[] {
  return [...new Set(tensors.filter(isExternal).map((tensor) => insideFolder(place(tensor).location)))];
}

const isExternal = (message: Message): boolean => message.int(14) === 1;

function place(message: Message): { location: string; offset: number; length: number | undefined } {
  const entries = new Map(message.messages(13).map((entry) => [entry.text(1), entry.text(2)]));
  const length = entries.get("length");
  return {
    location: entries.get("location") ?? "",
    offset: Number(entries.get("offset") ?? 0),
    length: length === undefined ? undefined : Number(length),
  };
}

/** The bytes of a tensor; `null` where it is a list. */
function storedBytes(message: Message, externals: Externals, name: string): Uint8Array | null {
  if (!isExternal(message)) return message.has(9) ? message.bytes(9) : null;
  const { location, offset, length } = place(message);
  const file = externals.get(location);
  if (!file)
    throw new LensError(
      "file",
      `tensor "${name}" lies in "${location}", which is not at hand; put it beside the model`,
    );
  const end = length === undefined ? file.length : offset + length;
  if (!(Number.isInteger(offset) && offset >= 0 && Number.isInteger(end) && end >= offset && end <= file.length)) {
    throw new LensError(
      "file",
      `tensor "${name}" lies at bytes ${offset} to ${end} of "${location}", which has ${file.length}; get it again`,
    );
  }
  return file.subarray(offset, end);
}

/** The numbers of a tensor that is a list; halves stand there as their bits. */
function listed(message: Message, type: NumberTypeName): Numbers {
  const field = lists[type] ?? 5;
  if (type === "float32") return message.floats(field);
  if (type === "float64") return message.doubles(field);
  const numbers = message.ints(field);
  if (type === "float16") return halves(Uint16Array.from(numbers));
  if (type === "bfloat16") return brainFloats(Uint16Array.from(numbers));
  return Float64Array.from(numbers);
}
