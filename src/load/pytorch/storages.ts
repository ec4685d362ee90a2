/** The numbers of a tensor in a checkpoint: a view of a storage, which may be shared, sparse in steps, or in another order of axes. */
import { LensError } from "../../core/errors.js";
import { shortJson } from "../json.js";
import { countOf, numberTypes, readNumbers } from "../numbers.js";
import type { NamedTensor } from "../tensors.js";
import type { StoredTensor } from "./names.js";

/** Where the bytes of a storage are. */
export interface StorageBytes {
  /** Number of bytes. */
  readonly size: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Storages of a file. */
export interface Storages {
  /** What the file is called, for messages. */
  readonly file: string;
  /** Whether the highest byte of a number comes first. */
  readonly bigEndian: boolean;
  /** The storage of a key; `undefined` where the file has none. */
  find(key: string): StorageBytes | undefined;
}

/**
 * A tensor of a name, its numbers to be read when asked for.
 *
 * @throws LensError `bad-model` where it reaches out of its storage.
 */
export function tensorOf(name: string, stored: StoredTensor, storages: Storages): NamedTensor {
  const { shape, strides, offset, type } = stored;
  const { size } = numberTypes[type];
  const bytes = storages.find(stored.storage.key);
  const count = countOf(shape);
  // The last value, counted from the first.
  const reach = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis]!, 0);
  const end = count === 0 ? offset : offset + reach + 1;
  if (!bytes || !Number.isSafeInteger(count) || !Number.isSafeInteger(end) || end * size > bytes.size) {
    throw new LensError(
      "bad-model",
      `tensor ${shortJson(name)} of "${storages.file}" is ${type} of shape ${shape.join("×")} at value ${offset} of a storage of ${bytes?.size ?? 0} bytes; get the file again`,
    );
  }
  return {
    shape,
    async read() {
      const held = await bytes.read(offset * size, end * size);
      if (held.length !== (end - offset) * size) {
        throw new LensError("file", `tensor ${shortJson(name)} of "${storages.file}" is cut short; get the file again`);
      }
      const numbers = readNumbers(type, storages.bigEndian ? swapped(held, size) : held);
      return isRowByRow(stored) ? Float32Array.from(numbers) : gathered(numbers, stored, count);
    },
  };
}

/** Whether the values lie one behind the other, the last axis fastest. */
function isRowByRow({ shape, strides }: StoredTensor): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis]! !== 1 && strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

/** The values in order, the last axis fastest. */
function gathered(numbers: ArrayLike<number>, { shape, strides }: StoredTensor, count: number): Float32Array {
  const values = new Float32Array(count);
  const index = new Array<number>(shape.length).fill(0);
  let at = 0;
  for (let i = 0; i < count; i++) {
    values[i] = numbers[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}

/** The bytes of numbers of `size` bytes, each the other way round. */
function swapped(bytes: Uint8Array, size: number): Uint8Array {
  return Uint8Array.from(bytes, (_, i) => bytes[i - (i % size) + (size - 1 - (i % size))]!);
}
