/**
 * The weights of a network as Keras names them, layer by layer, whether or not TensorFlow.js has such layers: so that they can be read
 * in Python, and by the architecture they were made for.
 */
import type { Network } from "../../network/network.js";
import { adjointKernel } from "../../network/ops/conv-transpose.js";
import type { ConvTransposeOp, NormalizeOp, NormOp, Op } from "../../network/ops.js";
import { slopesShape } from "./activations.js";
import type { WrittenWeights } from "./written.js";

/** All weights of a network by name, `layer/kernel`. Those of layers that cannot be computed were never read. */
export function namedWeights(net: Network): WrittenWeights {
  const separable = separableLayers(net);
  const all: Record<string, WrittenWeights[string]> = {};
  for (const op of net.ops) {
    const isHalf = separable.has(op.layer);
    for (const [weight, [values, shape]] of Object.entries(weightsOf(op, isHalf))) {
      const place = isHalf ? op.layer : op.name;
      // A layer that is used again holds its weights once.
      const first = all[`${place.replaceAll(/#\d+/g, "")}/${weight}`];
      if (first?.[0] !== values) all[`${place}/${weight}`] = [values, shape];
    }
  }
  return all;
}

/** Layers of a depthwise convolution and one that mixes its channels: they hold the weights of both. */
function separableLayers({ ops }: Network): Set<string> {
  const kinds = new Map<string, string>();
  for (const { layer, kind } of ops) kinds.set(layer, `${kinds.get(layer) ?? ""} ${kind}`);
  return new Set([...kinds].flatMap(([layer, list]) => (/^ depthwise conv\b/.test(list) ? [layer] : [])));
}

function weightsOf(op: Op, isHalf: boolean): WrittenWeights {
  const { slopes = null } = "activation" in op ? op.activation : {};
  const alpha: WrittenWeights = slopes ? { alpha: [slopes, slopesShape(slopes, op.output)] } : {};
  if (op.kind === "norm") return statistics(op);
  if (op.kind === "normalize") return scaleAndShift(op);
  if (op.kind === "convTranspose") {
    return { kernel: storedKernel(op), ...(op.bias && { bias: [op.bias, [op.bias.length]] }), ...alpha };
  }
  if (op.kind !== "conv" && op.kind !== "depthwise" && op.kind !== "dense") return alpha;
  const kernel = op.kind === "depthwise" ? "depthwise_kernel" : isHalf ? "pointwise_kernel" : "kernel";
  return { [kernel]: [op.kernel, op.kernelShape], ...(op.bias && { bias: [op.bias, [op.bias.length]] }), ...alpha };
}

function statistics({ gamma, beta, mean, variance, epsilon }: NormOp): WrittenWeights {
  const shape = [mean.length];
  // A scale and a shift are what Keras makes of the mean and variance of a Normalization.
  if (epsilon === 0 && gamma && beta && mean.every((m) => m === 0) && gamma.every((scale) => scale > 0)) {
    return {
      mean: [gamma.map((scale, c) => -beta[c]! / scale), shape],
      variance: [gamma.map((scale) => 1 / scale ** 2), shape],
    };
  }
  return {
    ...(gamma && { gamma: [gamma, shape] }),
    ...(beta && { beta: [beta, shape] }),
    moving_mean: [mean, shape],
    moving_variance: [variance, shape],
  };
}

/** Factors and shifts of a normalisation by the statistics of the example. */
export function scaleAndShift({ gamma, beta }: NormalizeOp): WrittenWeights {
  return {
    ...(gamma && { gamma: [gamma, [gamma.length]] as const }),
    ...(beta && { beta: [beta, [beta.length]] as const }),
  };
}

/** The kernel of a transposed convolution in Keras's order, `[height, width, out / groups, in]`. */
export function storedKernel(op: ConvTransposeOp): WrittenWeights[string] {
  const { kernel, shape } = adjointKernel(op);
  return [kernel, shape];
}
