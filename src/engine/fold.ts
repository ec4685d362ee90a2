/**
 * Weights derived from those of a network: batch norms folded in, channels left out. Each is made once per network, so that
 * engines recognise it however often the network is compiled.
 */
import { adjointKernel } from "../network/ops/conv-transpose.js";
import type { ConvTransposeOp } from "../network/ops.js";
import type { WeightedOp } from "../network/weighted-op.js";
import type { Weights } from "./steps.js";

const made = new WeakMap<object, Map<string, Weights>>();

/** The same object for the same owner and key, however often a network is compiled. */
export function once(owner: object, key: string, make: () => Weights): Weights {
  const all = made.get(owner) ?? new Map<string, Weights>();
  made.set(owner, all);
  const weights = all.get(key) ?? make();
  all.set(key, weights);
  return weights;
}

/** The weights of an operation; a dense layer is a 1 × 1 convolution. */
export function weightsOf(op: WeightedOp): Weights {
  return once(op, "", () => ({
    kernel: op.kernel,
    shape: op.kind === "dense" ? [1, 1, op.kernelShape[0], op.kernelShape[1]] : op.kernelShape,
    bias: op.bias,
  }));
}

/** The weights of a transposed convolution, as those of the convolution that it is the adjoint of. */
export function transposedWeights(op: ConvTransposeOp): Weights {
  return once(op, "transposed", () => ({ ...adjointKernel(op), bias: op.bias }));
}

/** Number of channels that weights put out: `out`, or `in · multiplier` for depthwise. */
function outputsOf(weights: Weights, kind: "conv" | "depthwise"): number {
  return kind === "conv" ? weights.shape[3] : weights.shape[2] * weights.shape[3];
}

/** `k′ = s·k`, `b′ = s·b + t`. The output channel is the fastest index of both kinds of kernel. */
export function foldAffine(
  weights: Weights,
  kind: "conv" | "depthwise",
  scale: Float32Array,
  shift: Float32Array,
): Weights {
  const outputs = outputsOf(weights, kind);
  return {
    shape: weights.shape,
    kernel: weights.kernel.map((k, i) => k * scale[i % outputs]!),
    bias: shift.map((t, o) => scale[o]! * (weights.bias?.[o] ?? 0) + t),
  };
}

/** Only some output channels of a convolution. */
export function keepOutputs(weights: Weights, channels: readonly number[]): Weights {
  const [h, w, cin, cout] = weights.shape;
  const kernel = new Float32Array(h * w * cin * channels.length);
  for (let row = 0; row < h * w * cin; row++) {
    channels.forEach((o, j) => {
      kernel[row * channels.length + j] = weights.kernel[row * cout + o]!;
    });
  }
  return {
    kernel,
    shape: [h, w, cin, channels.length],
    bias: weights.bias && Float32Array.from(channels, (o) => weights.bias![o]!),
  };
}
