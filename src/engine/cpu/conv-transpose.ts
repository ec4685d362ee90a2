/** Transposed convolution by its definition: every input value adds the kernel, times itself, to the output around it. */
import type { ConvTransposeStep } from "../steps.js";
import { transposedFrom } from "../transposed.js";
import { activate, activateAdjoint } from "./activate.js";
import { eachTap } from "./conv.js";
import type { CpuKernel } from "./kernel.js";

/** The cpu engine's transposed convolution. */
export const convTranspose: CpuKernel<ConvTransposeStep> = {
  forward(placed, [input], output, count) {
    const { step } = placed;
    const { kernel, bias } = step.weights;
    const channels = placed.output[2];
    for (let i = 0; i < output.length; i++) output[i] = bias?.[i % channels] ?? 0;
    eachTap(transposedFrom(placed), count, (at, from, tap, first, length) => {
      let sum = 0;
      for (let i = first; i < first + length; i++) sum += kernel[tap + i]! * input![from + i]!;
      output[at]! += sum;
    });
    activate(step.activation, output, channels, count);
  },
  adjoint(placed, { output }, gradient, [inputGradient], count, options) {
    const { step } = placed;
    const { kernel } = step.weights;
    activateAdjoint(step.activation, output, output, gradient, placed.output[2], count, options);
    eachTap(transposedFrom(placed), count, (at, from, tap, first, length) => {
      for (let i = first; i < first + length; i++) inputGradient![from + i]! += kernel[tap + i]! * gradient[at]!;
    });
  },
};
