/** What files of arrays of pictures have in common: bytes, and sizes of axes that are not believed unseen. */
import { LensError } from "../core/errors.js";
import { checkLimit, type Limits, usualLimits } from "../core/limits.js";
import { shown } from "../core/numbers.js";

/** @throws LensError `bad-argument`, unless a value is the bytes of a file. */
export function checkBytes(file: unknown): asserts file is Uint8Array {
  if (file instanceof Uint8Array) return;
  throw new LensError("bad-argument", `a file is given as its bytes, a Uint8Array; got ${shown(file)}`);
}

/**
 * The number of values of an array whose first axis counts pictures.
 *
 * @throws LensError `file` for sizes that no pictures have: none at all, or pictures without pixels, of which a file of no bytes could
 * announce any number.
 */
export function checkShape(shape: readonly number[], { count: most = usualLimits.count }: Limits = {}): number {
  if (!shape.every((size) => Number.isSafeInteger(size) && size > 0))
    throw new LensError("file", `the file announces an array of ${shape.join("×") || "no axes"}, in which nothing is`);
  checkLimit("count", most, shape[0] ?? 0, `the file announces ${shape[0]} pictures`);
  return shape.reduce((product, size) => product * size, 1);
}
