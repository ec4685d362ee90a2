/**
 * Normalisation by its definition. With `y = (x − μ) / σ`, `σ = √(variance + epsilon)`, the gradient of x is
 *
 *     (g − mean(g) − y · mean(g · y)) / σ
 *
 * with the means over the values that are normalised together.
 */
import type { PlacedStep } from "../layout.js";
import type { NormalizeStep } from "../steps.js";
import type { CpuKernel } from "./kernel.js";

/** The cpu engine's normalisation. */
export const normalize: CpuKernel<NormalizeStep> = {
  forward(placed, [input], output, count) {
    for (const set of sets(placed, count)) {
      const { mean, deviation } = momentsOf(input!, set, placed.step.epsilon);
      for (const i of set) output[i] = (input![i]! - mean) / deviation;
    }
  },
  adjoint(placed, { inputs: [input], output }, gradient, [inputGradient], count) {
    for (const set of sets(placed, count)) {
      const { deviation } = momentsOf(input!, set, placed.step.epsilon);
      let [sum, product] = [0, 0];
      for (const i of set) {
        sum += gradient[i]!;
        product += gradient[i]! * output[i]!;
      }
      for (const i of set) {
        inputGradient![i]! += (gradient[i]! - sum / set.length - (output[i]! * product) / set.length) / deviation;
      }
    }
  },
};

function momentsOf(
  values: Float32Array,
  set: readonly number[],
  epsilon: number,
): { readonly mean: number; readonly deviation: number } {
  const mean = set.reduce((sum, i) => sum + values[i]!, 0) / set.length;
  const variance = set.reduce((sum, i) => sum + (values[i]! - mean) ** 2, 0) / set.length;
  return { mean, deviation: Math.sqrt(variance + epsilon) };
}

/** The indices of the values that are normalised together, set by set. */
function* sets({ step, output: [h, w, c] }: PlacedStep<NormalizeStep>, count: number): Generator<number[]> {
  const pixels = step.over === "pixel" ? 1 : h * w;
  const channels = c / step.groups;
  for (let first = 0; first < count * h * w; first += pixels) {
    for (let group = 0; group < step.groups; group++) {
      yield Array.from(
        { length: pixels * channels },
        (_, i) => (first + Math.floor(i / channels)) * c + group * channels + (i % channels),
      );
    }
  }
}
