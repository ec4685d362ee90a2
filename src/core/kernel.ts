/**
 * The kernel that joins two units: what one unit looks for, at each place around it, in the map of another. Positive
 * weights excite, negative ones inhibit. Row 0 is on top; networks compute cross-correlation, so a kernel drawn as it is
 * shows where the input feature should be.
 */
import type { Unit } from "./unit.js";

/**
 * The `height × width` weights from one unit to another.
 *
 * @public
 */
export interface Kernel {
  /** The unit read. */
  readonly from: Unit;
  /** The unit that reads. */
  readonly to: Unit;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** `height × width` weights, row by row. */
  readonly data: Float32Array;
}

/**
 * Excites or inhibits: the sign of a kernel's sum, which is its answer to an input that is the same everywhere.
 *
 * @public
 */
export type Sign = "excitatory" | "inhibitory";

/** The sign of the sum; a sum of exactly zero counts as inhibitory, since it excites nothing. */
export function signOf(weights: Float32Array): Sign {
  return weights.reduce((sum, w) => sum + w, 0) > 0 ? "excitatory" : "inhibitory";
}

/** Share of the absolute weight that is positive, 0…1 (½ where all weights are zero). */
export function positiveShareOf(weights: Float32Array): number {
  let positive = 0;
  let total = 0;
  for (const w of weights) {
    total += Math.abs(w);
    if (w > 0) positive += w;
  }
  return total === 0 ? 0.5 : positive / total;
}

/** Largest absolute weight. */
export function largestOf(weights: Float32Array): number {
  return weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
}
