/**
 * Weights without a network: safetensors, npz and Keras weight files hold tensors by name and nothing else. What the
 * network looks like must be said, by the name of an architecture, which asks for the tensors it wants. Each is read when
 * asked for, so that a part of a network costs a part of its file.
 */

import { instance, looseObject } from "valibot";
import { checkArgument, listOf, textSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { nearestNames } from "../core/names.js";
import { countSchema, orNull } from "../core/schemas.js";
import { formatShape } from "../core/shape.js";
import type { Weight } from "./layers/reader.js";

/**
 * A tensor in a file.
 *
 * @public
 */
export interface NamedTensor {
  /** Sizes, slowest axis first, as the file has them. */
  readonly shape: readonly number[];
  /** Reads its values, the last axis fastest. */
  read(): Promise<Float32Array>;
}

/**
 * Tensors by the names that the file gives them.
 *
 * @public
 */
export interface NamedTensors {
  /** What the file is called, for messages. */
  readonly file: string;
  /** The tensors. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** What of the file was left out, in sentences. */
  readonly notes?: readonly string[] | undefined;
}

/** Tensors of a file that does not name its layers, but counts those of each class, as Keras spells them: `"conv2d_1/0"`. */
export interface CountedTensors extends NamedTensors {
  /** How it spells a class. */
  readonly nameOf: (className: string) => string;
}

/** Whether the layers of tensors are only counted. */
export function isCounted(held: NamedTensors): held is CountedTensors {
  return "nameOf" in held;
}

/** Bytes that are read piece by piece: a file on disk, a `Blob`, or an array in memory. */
export interface ByteSource {
  /** What it is called, for messages. */
  readonly name: string;
  /** Number of bytes. */
  readonly size: number;
  /** Reads the bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** The same at once, where that is possible. */
  readNow?(start: number, end: number): Uint8Array;
}

/** Bytes in memory, to be read like a file. */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  const readNow = (start: number, end: number): Uint8Array => bytes.subarray(start, end);
  return { name, size: bytes.length, readNow, read: async (start, end) => readNow(start, end) };
}

const tensorsSchema = looseObject(
  { file: textSchema, tensors: instance(Map, "a map of tensors by name") },
  "tensors by name, as an architecture is given",
);
const shapeSchema = listOf(orNull(countSchema), "a list of sizes");

/**
 * Reads a tensor of a name and a shape.
 *
 * @throws LensError `bad-model` when there is none, of another shape, or with numbers that are not finite.
 * @public
 */
export async function readTensor(held: NamedTensors, name: string, shape: readonly (number | null)[]): Promise<Weight> {
  checkArgument("tensors", tensorsSchema, held);
  checkArgument("name", textSchema, name);
  checkArgument("shape", shapeSchema, shape);
  const { file, tensors } = held;
  const tensor = tensors.get(name);
  if (!tensor) {
    const nearest = nearestNames(name, [...tensors.keys()]).map((one) => `"${one}"`);
    throw new LensError(
      "bad-model",
      `"${file}" holds no tensor "${name}"; the nearest of its ${tensors.size} are ${nearest.join(", ") || "none"}: is the architecture right?`,
    );
  }
  const fits = tensor.shape.length === shape.length && shape.every((n, i) => n === null || n === tensor.shape[i]);
  if (!fits) {
    throw new LensError(
      "bad-model",
      `tensor "${name}" of "${file}" is ${formatShape(tensor.shape)}; the architecture wants the shape ${formatShape(shape) || "of one number"}`,
    );
  }
  const values = await tensor.read();
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new LensError(
      "bad-model",
      `tensor "${name}" of "${file}" is damaged: value ${at} of ${values.length} is ${values[at]}; get the file again`,
    );
  }
  return { shape: tensor.shape, values };
}
