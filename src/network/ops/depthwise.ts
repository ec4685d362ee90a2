/** Depthwise convolution: every channel convolved by itself. */
import { type SlidingWeights, shapeBehind, weighted, windowOf } from "./conv.js";
import type { OpSemantics } from "./semantics.js";
import { slideField } from "./window.js";

/**
 * Convolution of each channel on its own: output channel `i · multiplier + m` reads only input channel `i`.
 *
 * @public
 */
export interface DepthwiseOp extends SlidingWeights {
  readonly kind: "depthwise";
  /** `[height, width, in, multiplier]`. */
  readonly kernel: Float32Array;
  /** `[height, width, in, multiplier]`. */
  readonly kernelShape: readonly [number, number, number, number];
}

export const depthwise: OpSemantics<DepthwiseOp> = {
  ...weighted<DepthwiseOp>(),
  shape: (op, [input = []]) => {
    const [, , reads, multiplier] = op.kernelShape;
    return shapeBehind(op, input, { window: windowOf(op), reads, puts: reads * multiplier });
  },
  channelsRead: (op) => op.kernelShape[2],
  field: (op, [field], [input = []]) => slideField(field!, windowOf(op), input),
  kernels: (op) => {
    const [, , inputs, multiplier] = op.kernelShape;
    const outputs = inputs * multiplier;
    const reads = (o: number): number => Math.floor(o / multiplier);
    return {
      ...windowOf(op),
      inputs,
      outputs,
      range: (o) => [reads(o), reads(o) + 1],
      index: (o, _, tap) => tap * outputs + o,
    };
  },
};
