/** Depthwise convolution by its definition: output channel `i · multiplier + m` reads input channel `i` alone. */
import type { DepthwiseStep } from "../steps.js";
import { activate, activateAdjoint } from "./activate.js";
import type { CpuKernel } from "./kernel.js";
import { eachWindowTap } from "./window.js";

/** The cpu engine's depthwise convolution. */
export const depthwise: CpuKernel<DepthwiseStep> = {
  forward(placed, [input], output, count) {
    const { step } = placed;
    const { kernel, bias, shape } = step.weights;
    const [, , , multiplier] = shape;
    const cout = placed.output[2];
    for (let at = 0; at < output.length; at += cout) for (let o = 0; o < cout; o++) output[at + o] = bias?.[o] ?? 0;
    eachWindowTap(placed, step.strides, step.dilation, count, (to, from, tap) => {
      for (let o = 0; o < cout; o++) {
        output[to + o]! += kernel[tap * cout + o]! * input![from + Math.floor(o / multiplier)]!;
      }
    });
    activate(step.activation, output, cout, count);
  },
  adjoint(placed, { output }, gradient, [inputGradient], count, options) {
    const { step } = placed;
    const { kernel, shape } = step.weights;
    const cout = placed.output[2];
    activateAdjoint(step.activation, output, output, gradient, cout, count, options);
    eachWindowTap(placed, step.strides, step.dilation, count, (to, from, tap) => {
      for (let o = 0; o < cout; o++) {
        inputGradient![from + Math.floor(o / shape[3])]! += kernel[tap * cout + o]! * gradient[to + o]!;
      }
    });
  },
};
