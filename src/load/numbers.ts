/** Types of stored numbers, little-endian, and how their bytes become floats. Whole numbers beyond 24 bits stay exact. */
import { halves } from "./decode.js";

/** Numbers as they are read: single precision, or double where single would round. */
export type Numbers = Float32Array | Float64Array;

/** A type of stored numbers. */
export interface NumberType {
  /** Bytes of each. */
  readonly size: number;
  /** The numbers in bytes that start at the start of their buffer. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => Numbers;
}

/** Names of the types. */
export type NumberTypeName =
  | "float32"
  | "float16"
  | "bfloat16"
  | "float64"
  | "bool"
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64";

/** The types. */
export const numberTypes: Readonly<Record<NumberTypeName, NumberType>> = {
  float32: { size: 4, read: ({ buffer }) => new Float32Array(buffer) },
  float16: { size: 2, read: ({ buffer }) => halves(new Uint16Array(buffer)) },
  bfloat16: { size: 2, read: ({ buffer }) => brainFloats(new Uint16Array(buffer)) },
  float64: { size: 8, read: ({ buffer }) => new Float64Array(buffer) },
  bool: { size: 1, read: (bytes) => Float32Array.from(bytes) },
  uint8: { size: 1, read: (bytes) => Float32Array.from(bytes) },
  int8: { size: 1, read: ({ buffer }) => Float32Array.from(new Int8Array(buffer)) },
  uint16: { size: 2, read: ({ buffer }) => Float32Array.from(new Uint16Array(buffer)) },
  int16: { size: 2, read: ({ buffer }) => Float32Array.from(new Int16Array(buffer)) },
  uint32: { size: 4, read: ({ buffer }) => Float64Array.from(new Uint32Array(buffer)) },
  int32: { size: 4, read: ({ buffer }) => Float64Array.from(new Int32Array(buffer)) },
  uint64: { size: 8, read: ({ buffer }) => Float64Array.from(new BigUint64Array(buffer), Number) },
  int64: { size: 8, read: ({ buffer }) => Float64Array.from(new BigInt64Array(buffer), Number) },
};

/** The numbers in bytes that may start anywhere. */
export function readNumbers(name: NumberTypeName, bytes: Uint8Array): Numbers {
  return numberTypes[name].read(Uint8Array.from(bytes));
}

/** The upper half of single precision. */
export function brainFloats(stored: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(stored, (half) => half << 16).buffer);
}

/** Number of values of a shape; NaN for one that cannot be. */
export function countOf(shape: readonly number[]): number {
  const count = shape.reduce((product, n) => product * n, 1);
  return shape.every((n) => Number.isInteger(n) && n >= 0) && Number.isSafeInteger(count) ? count : Number.NaN;
}
