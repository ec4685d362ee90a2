/** Pooling by its definition. Padding takes no part: a mean divides by the number of real pixels under the window. */
import type { PlacedStep } from "../layout.js";
import type { PoolStep } from "../steps.js";
import type { CpuKernel } from "./kernel.js";
import { eachWindowTap } from "./window.js";

const whole = [1, 1] as const;

/** The cpu engine's pooling. */
export const pool: CpuKernel<PoolStep> = {
  forward(placed, [input], output, count) {
    if (placed.step.mode === "max") {
      const first = firstMaxima(placed, input!, count);
      for (let i = 0; i < output.length; i++) output[i] = input![first[i]!]!;
      return;
    }
    const share = shares(placed, count);
    output.fill(0);
    const c = placed.output[2];
    eachWindowTap(placed, placed.step.strides, whole, count, (to, from) => {
      for (let i = 0; i < c; i++) output[to + i]! += input![from + i]! * share[to / c]!;
    });
  },
  adjoint(placed, { inputs: [input] }, gradient, [inputGradient], count) {
    if (placed.step.mode === "max") {
      const first = firstMaxima(placed, input!, count);
      for (let i = 0; i < gradient.length; i++) inputGradient![first[i]!]! += gradient[i]!;
      return;
    }
    const share = shares(placed, count);
    const c = placed.output[2];
    eachWindowTap(placed, placed.step.strides, whole, count, (to, from) => {
      for (let i = 0; i < c; i++) inputGradient![from + i]! += gradient[to + i]! * share[to / c]!;
    });
  },
};

/** For every output value, the index of the first of the largest inputs under its window, row by row. */
function firstMaxima(placed: PlacedStep<PoolStep>, input: Float32Array, count: number): Int32Array {
  const [oh, ow, c] = placed.output;
  const first = new Int32Array(count * oh * ow * c).fill(-1);
  eachWindowTap(placed, placed.step.strides, whole, count, (to, from) => {
    for (let i = 0; i < c; i++) {
      const best = first[to + i]!;
      if (best < 0 || input[from + i]! > input[best]!) first[to + i] = from + i;
    }
  });
  return first;
}

/** For every output position, one over the number of pixels under its window. */
function shares(placed: PlacedStep<PoolStep>, count: number): Float32Array {
  const [oh, ow, c] = placed.output;
  const pixels = new Float32Array(count * oh * ow);
  eachWindowTap(placed, placed.step.strides, whole, count, (to) => {
    pixels[to / c]! += 1;
  });
  return pixels.map((n) => 1 / n);
}
