/**
 * How strong a kernel is: one number for a k × k grid of weights. The norms answer different questions: `l2` how much a
 * unit-energy input can drive it, `l1` the most an input in −1…1 can, `max` the most a single pixel can, `sum` what an
 * input that is the same everywhere does (the only one with a sign).
 */
import { optional, union } from "valibot";
import { functionSchema, oneOf, type Schema } from "../core/check.js";
import { largestOf } from "../core/kernel.js";
import { finite } from "../core/numbers.js";

/**
 * A measure of a kernel's strength: a name, or any function of its weights.
 *
 * @public
 */
export type Strength = "l2" | "l1" | "max" | "sum" | ((weights: Float32Array) => number);

const measures = {
  l2: (weights: Float32Array): number => Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0)),
  l1: (weights: Float32Array): number => weights.reduce((sum, w) => sum + Math.abs(w), 0),
  max: largestOf,
  sum: (weights: Float32Array): number => weights.reduce((sum, w) => sum + w, 0),
};

/** A measure of strength, as an option. */
export const strengthSchema: Schema<Strength | undefined> = optional(
  union(
    [oneOf("l2", "l1", "max", "sum"), functionSchema<(weights: Float32Array) => number>()],
    '"l2", "l1", "max", "sum" or a function of the weights',
  ),
);

/**
 * The function of a strength.
 *
 * @throws LensError `bad-argument` from a function of a user's that gives no finite number.
 */
export function strengthFunction(strength: Strength): (weights: Float32Array) => number {
  return typeof strength === "function" ? (weights) => finite("strength", strength(weights)) : measures[strength];
}
