/** Operations as layers: most are one; zeros of their own go into a layer before, an activation that is no word into one behind. */
import type { Network } from "../../network/network.js";
import type { ValueSign } from "../../network/ops/semantics.js";
import type { ConvOp, ConvTransposeOp, DepthwiseOp, Op, Padding, PoolOp } from "../../network/ops.js";
import { valueSigns } from "../../network/sign.js";
import { marginsOf } from "../layers/conv-transpose.js";
import { activationLayers, withActivation } from "./activations.js";
import { scaleAndShift, storedKernel } from "./named-weights.js";
import { refusal, type WrittenLayer, type WrittenWeights } from "./written.js";

/**
 * The layers of a network, each after those it reads.
 *
 * @throws LensError `unsupported`, naming the layer, where TensorFlow.js has none that does the same.
 */
export function layersOf(net: Network): WrittenLayer[] {
  const names = new Set(net.ops.map(({ name }) => name));
  // Where an operation has become several layers, others read the last of them.
  const ends = new Map<string, string>();
  const write: Write = {
    signs: valueSigns(net.ops),
    beside: (name) => (names.has(name) ? write.beside(`${name}_`) : name),
  };
  return net.ops.flatMap((op) => {
    const inputs = op.inputs.map((input) => ends.get(input)!);
    const written = layersOfOp(op, inputs, write);
    ends.set(op.name, written.at(-1)!.name);
    return written;
  });
}

/** What a layer has to know of the others. */
interface Write {
  /** Signs of the values that operations put out, by name. */
  readonly signs: ReadonlyMap<string, ValueSign>;
  /** A name for a layer beside that of an operation. */
  beside(name: string): string;
}

function layersOfOp(op: Op, inputs: readonly string[], write: Write): WrittenLayer[] {
  const { name } = op;
  const layer = (class_name: string, config: WrittenLayer["config"] = {}, weights?: WrittenWeights): WrittenLayer => ({
    class_name,
    name,
    config,
    inputs,
    weights,
  });
  switch (op.kind) {
    case "input":
      return [layer("InputLayer", { batch_input_shape: [null, ...op.output], dtype: "float32", sparse: false })];
    case "conv":
    case "depthwise": {
      const written = layer(...convolution(op));
      const [zeros, made] = withZeros(op.padding, written, write);
      return [...zeros, ...withActivation(op, made, write.beside)];
    }
    case "dense": {
      const [, units] = op.kernelShape;
      const weights = { kernel: [op.kernel, op.kernelShape], ...biasOf(op.bias, units) } as const;
      return withActivation(op, layer("Dense", { units, use_bias: op.bias !== null }, weights), write.beside);
    }
    case "convTranspose":
      return withActivation(op, layer(...transposedConvolution(op)), write.beside);
    case "normalize": {
      if (op.over !== "pixel" || op.groups !== 1) throw refusal(name, "TensorFlow.js normalises no groups of channels");
      const config = { axis: -1, epsilon: op.epsilon, scale: op.gamma !== null, center: op.beta !== null };
      return [layer("LayerNormalization", config, scaleAndShift(op))];
    }
    case "norm": {
      const shape = [op.mean.length];
      const weights = {
        ...(op.gamma ? { gamma: [op.gamma, shape] as const } : {}),
        ...(op.beta ? { beta: [op.beta, shape] as const } : {}),
        moving_mean: [op.mean, shape] as const,
        moving_variance: [op.variance, shape] as const,
      };
      const config = { axis: -1, epsilon: op.epsilon, scale: op.gamma !== null, center: op.beta !== null };
      return [layer("BatchNormalization", config, weights)];
    }
    case "activation":
      return activationLayers(op, layer("Activation"), write.beside);
    case "pool":
      return pooling(op, layer(op.mode === "max" ? "MaxPooling2D" : "AveragePooling2D"), write);
    case "globalPool":
      return [layer(op.mode === "max" ? "GlobalMaxPooling2D" : "GlobalAveragePooling2D")];
    case "pad":
      return [layer("ZeroPadding2D", sides(op.padding))];
    case "crop": {
      if (op.strides.some((n) => n !== 1)) throw refusal(name, "TensorFlow.js has no layer that leaves out rows");
      return [layer("Cropping2D", { cropping: sides(op.cropping).padding })];
    }
    case "permute":
      return [layer("Permute", { dims: op.axes.map((axis) => axis + 1) })];
    case "maximum":
      return [layer("Maximum")];
    case "minimum":
      return [layer("Minimum")];
    case "add":
      return [layer("Add")];
    case "multiply":
      return [layer("Multiply")];
    case "concat":
      return [layer("Concatenate", { axis: -1 })];
    case "upsample":
      return [layer("UpSampling2D", { size: op.size, interpolation: op.interpolation })];
    case "reshape":
      return [op.output.length === 1 ? layer("Flatten") : layer("Reshape", { target_shape: op.output })];
    case "identity":
      return [layer("Activation", { activation: "linear" })];
    default:
      throw refusal(name, `TensorFlow.js has no layer for its ${op.kind}`);
  }
}

function convolution(op: ConvOp | DepthwiseOp): [string, WrittenLayer["config"], WrittenWeights] {
  const [height, width, third, fourth] = op.kernelShape;
  if (op.kind === "conv" && op.groups > 1) throw refusal(op.name, "TensorFlow.js has no convolution in groups");
  const shared = {
    kernel_size: [height, width],
    strides: op.strides,
    dilation_rate: op.dilation,
    padding: op.padding,
    use_bias: op.bias !== null,
  };
  return op.kind === "conv"
    ? ["Conv2D", { filters: fourth, ...shared }, { kernel: [op.kernel, op.kernelShape], ...biasOf(op.bias, fourth) }]
    : [
        "DepthwiseConv2D",
        { depth_multiplier: fourth, ...shared },
        { depthwise_kernel: [op.kernel, op.kernelShape], ...biasOf(op.bias, third * fourth) },
      ];
}

/** A transposed convolution whose margins are those of a word. */
function transposedConvolution(op: ConvTransposeOp): [string, WrittenLayer["config"], WrittenWeights] {
  const { strides, dilation, groups, bias } = op;
  const [height, width, , filters] = op.kernelShape;
  const own = JSON.stringify([op.padding, op.outputPadding]);
  const padding = (["valid", "same"] as const).find((word) => {
    const margins = marginsOf(word, { size: [height, width], strides, dilation });
    return JSON.stringify([margins.padding, margins.outputPadding]) === own;
  });
  if (!padding || groups > 1 || dilation.some((n) => n > 1)) {
    throw refusal(op.name, "TensorFlow.js has no transposed convolution with its margins, groups or dilation");
  }
  const config = { filters, kernel_size: [height, width], strides, padding, use_bias: bias !== null };
  return ["Conv2DTranspose", config, { kernel: storedKernel(op), ...biasOf(bias, filters) }];
}

function biasOf(bias: Float32Array | null, length: number): WrittenWeights {
  return bias ? { bias: [bias, [length]] } : {};
}

/**
 * What lies around a map never takes part in a pool. Zeros do as well where no maximum is below them; in a mean they would count.
 */
function pooling(op: PoolOp, written: WrittenLayer, write: Write): WrittenLayer[] {
  const padding = plainly(op);
  const made = { ...written, config: { pool_size: op.size, strides: op.strides, padding } };
  if (typeof padding === "string") return [made];
  if (op.mode === "average") throw refusal(op.name, "TensorFlow.js has no mean over windows with margins of their own");
  if (write.signs.get(op.inputs[0]!) === "signed") {
    throw refusal(
      op.name,
      "TensorFlow.js has no maximum over windows with margins of their own, and zeros around a map that is below 0 would be the largest",
    );
  }
  const [zeros, pool] = withZeros(padding, made, write);
  return [...zeros, pool];
}

/** Margins in a word where one means the same at every size: none, or those that "same" puts around windows in single steps. */
function plainly({ padding, size, strides }: PoolOp): Padding {
  if (typeof padding === "string") return padding;
  const { top, bottom, left, right } = padding;
  if (top + bottom + left + right === 0) return "valid";
  const isSame = (axis: 0 | 1, before: number, after: number): boolean =>
    strides[axis] === 1 && before === Math.floor((size[axis] - 1) / 2) && before + after === size[axis] - 1;
  return isSame(0, top, bottom) && isSame(1, left, right) ? "same" : padding;
}

/** A layer, and before it one that puts zeros around, where no word says them. */
function withZeros(padding: Padding, made: WrittenLayer, { beside }: Write): [WrittenLayer[], WrittenLayer] {
  if (typeof padding === "string") return [[], made];
  const name = beside(`${made.name}_zeros`);
  const zeros = { class_name: "ZeroPadding2D", name, config: sides(padding), inputs: made.inputs };
  return [[zeros], { ...made, config: { ...made.config, padding: "valid" }, inputs: [name] }];
}

function sides({ top, bottom, left, right }: Exclude<Padding, string>): WrittenLayer["config"] {
  return {
    padding: [
      [top, bottom],
      [left, right],
    ],
  };
}
