/** Fully connected layers. */
import type { Activation } from "./activation.js";
import type { OpBase } from "./base.js";
import { weighted } from "./conv.js";
import { mismatch, type OpSemantics } from "./semantics.js";

/**
 * Fully connected: `y = f(x · kernel + bias)` over the last axis.
 *
 * @public
 */
export interface DenseOp extends OpBase {
  readonly kind: "dense";
  /** `[in, out]`. */
  readonly kernel: Float32Array;
  /** `[in, out]`. */
  readonly kernelShape: readonly [number, number];
  /** One per output, or `null`. */
  readonly bias: Float32Array | null;
  /** Applied to the sum. */
  readonly activation: Activation;
}

export const dense: OpSemantics<DenseOp> = {
  ...weighted<DenseOp>(),
  shape: (op, [input = []]) => {
    const [reads, puts] = op.kernelShape;
    if (input.at(-1) !== reads) throw mismatch(op, `${reads} features`, input);
    return [...input.slice(0, -1), puts];
  },
  channelsRead: (op) => op.kernelShape[0],
  // Over a map it is a 1 × 1 convolution.
  field: (_, [field], [input = []]) => (input.length === 3 ? field! : { ...field!, whole: true }),
  kernels: (op) => {
    const [inputs, outputs] = op.kernelShape;
    return {
      size: [1, 1],
      strides: [1, 1],
      dilation: [1, 1],
      padding: "valid",
      inputs,
      outputs,
      range: () => [0, inputs],
      index: (o, i) => i * outputs + o,
    };
  },
};
