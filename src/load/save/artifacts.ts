/**
 * A network written as a tfjs Layers model: the topology that TensorFlow.js reads, and its weights in one row. Every operation
 * becomes the layer it came from, or several where no one layer does it: zeros of its own sizes go into a layer before a
 * convolution, an activation that is no word into a layer behind it.
 */
import { LensError } from "../../core/errors.js";
import type { Network } from "../../network/network.js";
import type { Activation, Op, Padding } from "../../network/ops.js";

/** What `tf.loadLayersModel` reads from memory, and what `model.json` and its shard hold. */
export interface LayersArtifacts {
  readonly format: "layers-model";
  readonly generatedBy: string;
  readonly modelTopology: object;
  readonly weightSpecs: readonly WeightSpec[];
  /** The weights one after the other, little-endian. */
  readonly weightData: ArrayBuffer;
}

/** A weight in the row. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32";
}

/** A layer of the topology. */
interface LayerConfig {
  readonly class_name: string;
  readonly name: string;
  readonly config: Record<string, unknown>;
  readonly inputs: readonly string[];
  readonly weights?: Readonly<Record<string, readonly [Float32Array, readonly number[]]>>;
}

/**
 * Topology and weights of a network as a tfjs Layers model.
 *
 * @throws LensError `unsupported`, naming the layer, where TensorFlow.js has none that does the same.
 */
export function layersArtifacts(net: Network): LayersArtifacts {
  // Where an operation has become several layers, others read the last of them.
  const ends = new Map<string, string>();
  const layers = net.ops.flatMap((op) => {
    const written = layersOf(
      op,
      op.inputs.map((input) => ends.get(input)!),
    );
    ends.set(op.name, written.at(-1)!.name);
    return written;
  });
  const read = new Set(layers.flatMap(({ inputs }) => inputs));
  const outputs = layers.filter(({ name }) => !read.has(name));
  const specs: WeightSpec[] = [];
  const values: Float32Array[] = [];
  for (const { name, weights = {} } of layers) {
    for (const [weight, [data, shape]] of Object.entries(weights)) {
      specs.push({ name: `${name}/${weight}`, shape, dtype: "float32" });
      values.push(data);
    }
  }
  return {
    format: "layers-model",
    generatedBy: "convlens",
    modelTopology: {
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
      model_config: {
        class_name: "Model",
        config: {
          name: net.name,
          layers: layers.map(({ class_name, name, config, inputs }) => ({
            class_name,
            name,
            config: { name, trainable: true, ...config },
            inbound_nodes: inputs.length > 0 ? [inputs.map((input) => [input, 0, 0, {}])] : [],
          })),
          input_layers: layers.filter(({ class_name }) => class_name === "InputLayer").map(({ name }) => [name, 0, 0]),
          output_layers: outputs.map(({ name }) => [name, 0, 0]),
        },
      },
    },
    weightSpecs: specs,
    weightData: joined(values),
  };
}

function joined(values: readonly Float32Array[]): ArrayBuffer {
  const all = new Float32Array(values.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of values) {
    all.set(each, at);
    at += each.length;
  }
  return all.buffer;
}

function layersOf(op: Op, inputs: readonly string[]): LayerConfig[] {
  const { name } = op;
  const layer = (
    class_name: string,
    config: Record<string, unknown> = {},
    weights?: LayerConfig["weights"],
  ): LayerConfig => ({
    class_name,
    name,
    config,
    inputs,
    ...(weights ? { weights } : {}),
  });
  switch (op.kind) {
    case "input":
      return [layer("InputLayer", { batch_input_shape: [null, ...op.output], dtype: "float32", sparse: false })];
    case "conv":
    case "depthwise":
      return convolution(op, layer);
    case "dense": {
      const [, units] = op.kernelShape;
      const weights = { kernel: [op.kernel, op.kernelShape], ...biasOf(op.bias, units) } as const;
      return withActivation(op.activation, layer("Dense", { units, use_bias: op.bias !== null }, weights));
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
      return [activationLayer(op.activation, op.output, layer)];
    case "pool": {
      const config = { pool_size: op.size, strides: op.strides, padding: op.padding };
      return [layer(op.mode === "max" ? "MaxPooling2D" : "AveragePooling2D", config)];
    }
    case "globalPool":
      return [layer(op.mode === "max" ? "GlobalMaxPooling2D" : "GlobalAveragePooling2D")];
    case "pad":
      return [zeros(op.padding, layer("ZeroPadding2D"))];
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

type MakeLayer = (
  class_name: string,
  config?: Record<string, unknown>,
  weights?: LayerConfig["weights"],
) => LayerConfig;

function convolution(op: Extract<Op, { kind: "conv" | "depthwise" }>, layer: MakeLayer): LayerConfig[] {
  const [height, width, third, fourth] = op.kernelShape;
  if (op.kind === "conv" && op.groups > 1) throw refusal(op.name, "TensorFlow.js has no convolution in groups");
  const own = typeof op.padding === "object";
  const shared = {
    kernel_size: [height, width],
    strides: op.strides,
    dilation_rate: op.dilation,
    padding: own ? "valid" : op.padding,
    use_bias: op.bias !== null,
  };
  const made =
    op.kind === "conv"
      ? layer(
          "Conv2D",
          { filters: fourth, ...shared },
          { kernel: [op.kernel, op.kernelShape], ...biasOf(op.bias, fourth) },
        )
      : layer(
          "DepthwiseConv2D",
          { depth_multiplier: fourth, ...shared },
          { depthwise_kernel: [op.kernel, op.kernelShape], ...biasOf(op.bias, third * fourth) },
        );
  if (!own) return withActivation(op.activation, made);
  const before = { ...zeros(op.padding as Exclude<Padding, string>, layer("ZeroPadding2D")), name: `${op.name}_zeros` };
  return [before, ...withActivation(op.activation, { ...made, inputs: [before.name] })];
}

function biasOf(bias: Float32Array | null, length: number): LayerConfig["weights"] {
  return bias ? { bias: [bias, [length]] } : {};
}

function zeros({ top, bottom, left, right }: Exclude<Padding, string>, made: LayerConfig): LayerConfig {
  return {
    ...made,
    config: {
      padding: [
        [top, bottom],
        [left, right],
      ],
    },
  };
}

/** A layer with its activation: as a word where TensorFlow.js has one, else as a layer behind it. */
function withActivation(activation: Activation, made: LayerConfig): LayerConfig[] {
  const word = wordOf(activation);
  if (word !== null) return [{ ...made, config: { ...made.config, activation: word } }];
  const name = `${made.name}_activation`;
  const behind: MakeLayer = (class_name, config = {}, weights) => ({
    class_name,
    name,
    config,
    inputs: [made.name],
    ...(weights ? { weights } : {}),
  });
  return [{ ...made, config: { ...made.config, activation: "linear" } }, activationLayer(activation, [], behind)];
}

const words = ["linear", "selu", "sigmoid", "hardSigmoid", "softplus", "softsign", "tanh", "swish", "mish", "softmax"];

/** The word for an activation without constants; `null` where there is none. */
function wordOf({ name, max, alpha }: Activation): string | null {
  if (name === "relu") return max === undefined ? "relu" : max === 6 ? "relu6" : null;
  if (name === "elu") return alpha === undefined || alpha === 1 ? "elu" : null;
  if (name === "gelu") return "gelu";
  if (name === "geluTanh") return "gelu_new";
  return words.includes(name) ? name : null;
}

function activationLayer(activation: Activation, output: Op["output"], layer: MakeLayer): LayerConfig {
  const word = wordOf(activation);
  if (word !== null) return layer("Activation", { activation: word });
  const { name, max, alpha, threshold, slopes } = activation;
  switch (name) {
    case "relu":
      return layer("ReLU", { max_value: max });
    case "leakyRelu":
      return layer("LeakyReLU", { alpha });
    case "thresholdedRelu":
      return layer("ThresholdedReLU", { theta: threshold });
    case "prelu": {
      const perChannel = output.length === 3 && slopes!.length === output[2];
      const shape = perChannel ? [1, 1, slopes!.length] : output.map((n) => n ?? 1);
      return layer("PReLU", { shared_axes: perChannel ? [1, 2] : null }, { alpha: [slopes!, shape] });
    }
    default:
      throw refusal(name, "TensorFlow.js has no such activation with these constants");
  }
}

function refusal(name: string, why: string): LensError {
  return new LensError("unsupported", `"${name}" cannot be written as a tfjs layer: ${why}`);
}
