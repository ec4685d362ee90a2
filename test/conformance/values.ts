/**
 * Numbers to test with. They lie on lattices, so that a finite difference never steps over an edge: with inputs and
 * kernels at multiples of 1/4 and biases 1/32 beside them, what a rectifier reads is an odd multiple of 1/32, further
 * from its edge than the difference reaches.
 */
import { createRandom, type Random } from "../../src/core/random.js";

/** Where a lattice lies. */
export interface LatticeOptions {
  /** Distance between neighbours. @defaultValue 1/4 */
  readonly spacing?: number;
  /** Largest distance from `offset`. @defaultValue 1 */
  readonly span?: number;
  /** The point in the middle. @defaultValue 0 */
  readonly offset?: number;
}

/** Random points of a lattice. */
export function lattice(
  random: Random,
  length: number,
  { spacing = 1 / 4, span = 1, offset = 0 }: LatticeOptions = {},
): Float32Array {
  const half = Math.round(span / spacing);
  return Float32Array.from({ length }, () => offset + spacing * (random.int(2 * half + 1) - half));
}

/** The numbers 1/16, 2/16, … in random order and around zero: all different, for maxima without ties. */
export function distinct(random: Random, length: number): Float32Array {
  const values = Float32Array.from({ length }, (_, i) => (i - Math.floor(length / 2)) / 16);
  for (let i = length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}

/** Draws for a test from a seed. */
export function drawsOf(seed: number): Random {
  return createRandom(seed);
}
