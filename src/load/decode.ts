/**
 * Stored bytes to floats. Weights may be quantised: `value = stored · scale + min` for `uint8` and `uint16`, half
 * precision for `float16`. Plain floats are not copied where their bytes are aligned.
 */
import { LensError } from "../core/errors.js";
import { isArray, isObject, type Json, shortJson } from "./json.js";

/** How a weight is stored. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Type of the stored numbers. */
  readonly stored: StoredType;
  /** Turns stored numbers into weights. */
  readonly scale: number;
  readonly min: number;
}

type StoredType = "float32" | "float16" | "int32" | "uint16" | "uint8" | "bool";

const sizes: Record<StoredType, number> = { float32: 4, float16: 2, int32: 4, uint16: 2, uint8: 1, bool: 1 };

/**
 * The description of a weight, checked.
 *
 * @throws LensError `bad-model`.
 */
export function readSpec(entry: Json): WeightSpec {
  const { name, shape, dtype, quantization } = isObject(entry) ? entry : {};
  const stored = isObject(quantization) ? quantization.dtype : dtype;
  const isSize = (n: Json): boolean => Number.isInteger(n) && (n as number) >= 0;
  if (typeof name !== "string" || !isArray(shape) || !shape.every(isSize)) {
    throw new LensError("bad-model", `a weight has a name, a shape and a dtype; got ${shortJson(entry)}`);
  }
  if (typeof stored !== "string" || !Object.hasOwn(sizes, stored)) {
    throw new LensError(
      "bad-model",
      `weight "${name}" is stored as ${shortJson(stored)}; it can be ${Object.keys(sizes).join(", ")}`,
    );
  }
  const { scale = 1, min = 0 } = isObject(quantization) ? quantization : {};
  return { name, shape: shape as number[], stored: stored as StoredType, scale: Number(scale), min: Number(min) };
}

/** Number of values. */
export function countOf({ shape }: { readonly shape: readonly number[] }): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Number of bytes in the file. */
export function bytesOf(spec: WeightSpec): number {
  return countOf(spec) * sizes[spec.stored];
}

/** The weights in stored bytes. */
export function decode(spec: WeightSpec, bytes: Uint8Array): Float32Array {
  const size = sizes[spec.stored];
  // Not `slice`, which on Node's buffers is a view.
  const aligned = bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
  const { buffer, byteOffset } = aligned;
  const at = [buffer, byteOffset, countOf(spec)] as const;
  const { scale, min } = spec;
  switch (spec.stored) {
    case "float32":
      return new Float32Array(...at);
    case "int32":
      return Float32Array.from(new Int32Array(...at));
    case "float16":
      return halves(new Uint16Array(...at));
    case "uint16":
      return Float32Array.from(new Uint16Array(...at), (n) => n * scale + min);
    case "uint8":
    case "bool":
      return Float32Array.from(new Uint8Array(...at), (n) => n * scale + min);
  }
}

/**
 * Half precision: sign, 5 bits of exponent, 10 of fraction. Shifted into place as a single, the number comes out 2¹¹²
 * times too small, subnormals included; only infinity and NaN (exponent 31) need their exponent set.
 */
export function halves(stored: Uint16Array): Float32Array {
  const values = new Float32Array(stored.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < stored.length; i++) {
    const half = stored[i]!;
    const special = (half & 0x7c00) === 0x7c00;
    bits[i] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13) | (special ? 0x7f800000 : 0);
    if (!special) values[i]! *= 2 ** 112;
  }
  return values;
}
