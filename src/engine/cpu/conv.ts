/**
 * Convolution by its definition. Output `(y, x, o)` is `bias[o] + Σ kernel[r, c, i, o] · input(y·s + r·d − top, x·s + c·d − left, i)`;
 * the adjoint sends each output gradient back along the same taps.
 */
import type { PlacedStep } from "../layout.js";
import type { ConvStep } from "../steps.js";
import { activate, activateAdjoint } from "./activate.js";
import type { CpuKernel } from "./kernel.js";

/** The cpu engine's convolution. */
export const conv: CpuKernel<ConvStep> = {
  forward(placed, [input], output, count) {
    const { step } = placed;
    const { kernel, bias } = step.weights;
    const cout = step.weights.shape[3];
    for (let at = 0; at < output.length; at += cout) for (let o = 0; o < cout; o++) output[at + o] = bias?.[o] ?? 0;
    eachTap(placed, count, (from, to, tap, firstOut, outs) => {
      const x = input![from]!;
      if (x === 0) return;
      for (let o = firstOut; o < firstOut + outs; o++) output[to + o]! += kernel[tap + o]! * x;
    });
    activate(step.activation, output, cout, count);
  },
  adjoint(placed, { output }, gradient, [inputGradient], count, options) {
    const { step } = placed;
    const { kernel } = step.weights;
    activateAdjoint(step.activation, output, output, gradient, step.weights.shape[3], count, options);
    eachTap(placed, count, (from, to, tap, firstOut, outs) => {
      let sum = 0;
      for (let o = firstOut; o < firstOut + outs; o++) sum += kernel[tap + o]! * gradient[to + o]!;
      inputGradient![from]! += sum;
    });
  },
};

/**
 * Visits every (input value, output position, row of the kernel) that meet: index of the input value, of the output
 * position's first channel, of the kernel row `[r, c, i, 0]`, and the range of output channels of the group.
 */
export function eachTap(
  { step, inputs, output, pads }: PlacedStep<ConvStep>,
  count: number,
  visit: (from: number, to: number, tap: number, firstOut: number, outs: number) => void,
): void {
  const [h, w, channels] = inputs[0]!;
  const [oh, ow, cout] = output;
  const [kh, kw, cin] = step.weights.shape;
  const outs = cout / step.groups;
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < oh; y++) {
      for (let r = 0; r < kh; r++) {
        const row = y * step.strides[0] + r * step.dilation[0] - pads.top;
        if (row < 0 || row >= h) continue;
        for (let x = 0; x < ow; x++) {
          for (let c = 0; c < kw; c++) {
            const column = x * step.strides[1] + c * step.dilation[1] - pads.left;
            if (column < 0 || column >= w) continue;
            const from = ((n * h + row) * w + column) * channels;
            const to = ((n * oh + y) * ow + x) * cout;
            const tap = (r * kw + c) * cin * cout;
            for (let i = 0; i < channels; i++) {
              visit(from + i, to, tap + (i % cin) * cout, Math.floor(i / cin) * outs, outs);
            }
          }
        }
      }
    }
  }
}
