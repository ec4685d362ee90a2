/**
 * A dictionary as a layer of its network. Beside the layer stand its features, a 1 × 1 convolution that reads it, and the error,
 * what the features leave of it. Whatever read the layer reads the two of them instead,
 *
 *     W x = Σ_k (W d_k) z_k + W error
 *
 * so that a convolution or dense layer has a kernel for every feature, and the network computes what it did before. The error
 * has a copy of the features of its own: changing a feature leaves it as it is.
 */
import { checkArgument } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { channelsOf, type Shape } from "../core/shape.js";
import { fingerprint } from "../network/fingerprint.js";
import { checkNetwork, type Network, outputOp } from "../network/network.js";
import type { OpBase } from "../network/ops/base.js";
import { type Activation, type ConvOp, type DenseOp, linear, type Op } from "../network/ops.js";
import { withOps } from "../network/transform/with-ops.js";
import type { Dictionary } from "./dictionary.js";
import { dictionarySchema } from "./schemas.js";

/**
 * The network with a dictionary in it: the units of `"LAYER/features"` are its directions, those of `"LAYER/error"` what they
 * leave of the layer, channel by channel. Every function of the library takes it as any other network.
 *
 * @throws LensError `bad-argument` for a dictionary of another model; `unsupported` for a layer that is neither a map nor a
 * vector, or has a dictionary already.
 * @public
 */
export function withDictionary(net: Network, dictionary: Dictionary): Network {
  checkNetwork(net);
  checkArgument("dictionary", dictionarySchema, dictionary);
  const { model, layer, features, settings } = dictionary;
  if (model.fingerprint !== fingerprint(net))
    throw new LensError(
      "bad-argument",
      `this dictionary is of the model "${model.name}" (${model.fingerprint}); the model given is "${net.name}" (${fingerprint(net)})`,
    );
  const source = outputOp(net, layer);
  const rank = source.output.length;
  const names = Object.fromEntries(parts.map((part) => [part, `${source.layer}/${part}`])) as Record<Part, string>;
  const taken = net.layers.find(({ name }) => Object.values(names).includes(name));
  if (taken || (rank !== 1 && rank !== 3)) {
    const why = taken ? `there is a layer "${taken.name}" already` : `it has ${rank} axes`;
    throw new LensError("unsupported", `a dictionary of "${layer}" cannot be put into the network: ${why}`);
  }
  const [count, channels] = [features.length, channelsOf(source.output)];
  const reads = Float32Array.from(
    { length: channels * count },
    (_, i) => features[i % count]!.reads[Math.floor(i / count)]!,
  );
  const writes = Float32Array.from(
    { length: count * channels },
    (_, i) => features[Math.floor(i / channels)]!.writes[i % channels]!,
  );
  const rectifier: Activation = settings.rectified ? { name: "relu" } : linear;
  const shaped = (n: number): Shape => [...source.output.slice(0, -1), n];
  /** A convolution of one pixel, or a dense layer. */
  const mix = (
    part: Part,
    input: string,
    kernel: Float32Array,
    outputs: number,
    activation: Activation = linear,
  ): Op => {
    const base = { ...baseOf(names[part], [input], shaped(outputs)), kernel, bias: null, activation };
    const inputs = kernel.length / outputs;
    if (rank === 1) return { ...base, kind: "dense", kernelShape: [inputs, outputs] };
    const window = { strides: [1, 1], dilation: [1, 1], padding: "valid", groups: 1 } as const;
    return { ...base, ...window, kind: "conv", kernelShape: [1, 1, inputs, outputs] };
  };
  const added: Op[] = [
    mix("features", source.name, reads, count, rectifier),
    mix("features of the error", source.name, reads, count, rectifier),
    mix(
      "less",
      names["features of the error"],
      writes.map((w) => -w),
      channels,
    ),
    { ...baseOf(names.error, [source.name, names.less], source.output), kind: "add" },
    { ...baseOf(names.both, [names.features, names.error], shaped(count + channels)), kind: "concat" },
  ];
  const readers = net.ops.filter((op) => op.inputs.includes(source.name));
  if (!readers.every(isDirect)) added.push(mix("rebuilt", names.both, joined(writes, identity(channels)), channels));
  const ops = net.ops.flatMap((op): Op[] => {
    if (op === source) return [op, ...added];
    if (!op.inputs.includes(source.name)) return [op];
    if (isDirect(op)) return [{ ...op, inputs: [names.both], ...readingBoth(op, writes, count) }];
    return [{ ...op, inputs: op.inputs.map((input) => (input === source.name ? names.rebuilt : input)) }];
  });
  return withOps(net, ops);
}

const parts = ["features", "features of the error", "less", "error", "both", "rebuilt"] as const;
type Part = (typeof parts)[number];

function baseOf(name: string, inputs: readonly string[], output: Shape): OpBase {
  return { name, layer: name, inputs, output };
}

/** Whether an operation reads every channel through weights of its own, so that it can read features as well. */
function isDirect(op: Op): op is ConvOp | DenseOp {
  return op.kind === "dense" || (op.kind === "conv" && op.groups === 1);
}

/** The weights of a reader for features and error: W D above W, at every tap. */
function readingBoth(
  op: ConvOp | DenseOp,
  writes: Float32Array,
  count: number,
): Pick<ConvOp, "kernel"> & { kernelShape: never } {
  const [inputs, outputs] = op.kernelShape.slice(-2) as [number, number];
  const taps = op.kernel.length / (inputs * outputs);
  const each = (count + inputs) * outputs;
  const kernel = new Float32Array(taps * each);
  for (let tap = 0; tap < taps; tap++) {
    const own = op.kernel.subarray(tap * inputs * outputs, (tap + 1) * inputs * outputs);
    for (let k = 0; k < count; k++) {
      for (let o = 0; o < outputs; o++) {
        let sum = 0;
        for (let c = 0; c < inputs; c++) sum += writes[k * inputs + c]! * own[c * outputs + o]!;
        kernel[tap * each + k * outputs + o] = sum;
      }
    }
    kernel.set(own, tap * each + count * outputs);
  }
  return { kernel, kernelShape: [...op.kernelShape.slice(0, -2), count + inputs, outputs] as never };
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function identity(n: number): Float32Array {
  return Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
}
