/** Faults that networks have in practice, put into healthy ones, each with what the doctor is to say of it. */
import type { Image } from "../../src/core/image.js";
import type { Dataset, DatasetItem } from "../../src/dataset/dataset.js";
import type { FindingKind } from "../../src/doctor/finding.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { ConvOp, NormOp, Op } from "../../src/network/ops.js";
import { type PreprocessingName, preprocessing } from "../../src/network/preprocessing.js";

/** A fault. */
export interface Fault {
  /** What is wrong. */
  readonly name: string;
  /** What kind of finding tells it. */
  readonly kind: FindingKind;
  /** What the finding names besides, where it names more: its layer, or a part of its message. */
  readonly tells: (net: Network) => { readonly layer?: string; readonly message?: RegExp };
  /** The network with the fault; `null` for one that cannot have it. */
  readonly network: (net: Network) => Network | null;
  /** What the photographs become. */
  readonly photos?: (photos: Dataset) => Dataset;
  /** What the names of the classes become. */
  readonly labels?: (labels: readonly string[]) => readonly string[];
  /** Whether photographs are needed to see it. */
  readonly needsPhotos: boolean;
}

/** The classes of TinyVGG; without them its preprocessing cannot be told from a few others. */
export const tinyLabels: readonly string[] = [
  ...["lifeboat", "ladybug", "pizza", "bell pepper", "school bus"],
  ...["koala", "espresso", "red panda", "orange", "sport car"],
];

const convs = (net: Network): ConvOp[] => net.ops.filter((op) => op.kind === "conv");
const norms = (net: Network): NormOp[] => net.ops.filter((op) => op.kind === "norm");
/** A convolution in the middle that has enough weights. */
const middle = (net: Network): ConvOp => convs(net)[convs(net).length >> 1]!;

const withOp = <T extends Op>(net: Network, op: T, changed: Op): Network =>
  createNetwork(
    net.name,
    net.ops.map((one) => (one === op ? changed : one)),
    net.input,
  );
const withKernel = (net: Network, op: ConvOp, change: (weight: number, at: number) => number): Network =>
  withOp(net, op, { ...op, kernel: op.kernel.map(change) });

/** The first unit of each layer that shifts what a rectifier reads, far below anything. */
function withDeadUnit(net: Network): Network {
  const norm = norms(net)[0];
  const far = (values: Float32Array | null, length: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => (i === 1 ? -1e5 : (values?.[i] ?? 0)));
  if (norm) return withOp(net, norm, { ...norm, beta: far(norm.beta, norm.mean.length) });
  const conv = convs(net)[0]!;
  return withOp(net, conv, { ...conv, bias: far(conv.bias, conv.kernelShape[3]) });
}

/** The faults; `right` is the preprocessing a network was trained with. */
export const faultsFor = (right: Network["input"]["preprocessing"]): readonly Fault[] => [
  {
    name: "a weight that is no number",
    kind: "not-finite",
    tells: (net) => ({ layer: middle(net).layer }),
    network: (net) => withKernel(net, middle(net), (w, i) => (i === 7 ? Number.NaN : w)),
    needsPhotos: false,
  },
  {
    name: "a layer of one number",
    kind: "constant-weights",
    tells: (net) => ({ layer: middle(net).layer }),
    network: (net) => withKernel(net, middle(net), () => 0.01),
    needsPhotos: false,
  },
  {
    name: "a unit whose weights are 0",
    kind: "constant-weights",
    tells: (net) => ({ layer: middle(net).layer, message: /^units 2 of/ }),
    network: (net) => withKernel(net, middle(net), (w, i) => (i % middle(net).kernelShape[3] === 2 ? 0 : w)),
    needsPhotos: false,
  },
  {
    name: "a unit copied over another",
    kind: "duplicated-units",
    tells: (net) => ({ layer: middle(net).layer }),
    network: (net) => {
      const op = middle(net);
      const copied = (values: Float32Array, outputs: number): Float32Array =>
        values.map((value, i) => (i % outputs === 4 ? values[i - 1]! : value));
      const outputs = op.kernelShape[3];
      return withOp(net, op, {
        ...op,
        kernel: copied(op.kernel, outputs),
        bias: op.bias && copied(op.bias, outputs),
      });
    },
    needsPhotos: false,
  },
  {
    name: "weights rounded to 8 bits",
    kind: "quantised",
    tells: (net) => ({ layer: middle(net).layer, message: /8 bits/ }),
    network: (net) => {
      const step = middle(net).kernel.reduce((most, w) => Math.max(most, Math.abs(w)), 0) / 127;
      return withKernel(net, middle(net), (w) => Math.round(w / step) * step);
    },
    needsPhotos: false,
  },
  {
    name: "a layer that cannot be computed",
    kind: "unsupported",
    tells: (net) => ({ layer: middle(net).layer }),
    network: (net) => {
      const { name, layer, inputs, output } = middle(net);
      const reason = "it is of the user's own making";
      return withOp(net, middle(net), {
        ...{ kind: "opaque", name, layer, inputs, output },
        ...{ className: "Own", reason, parameters: 0 },
      });
    },
    needsPhotos: false,
  },
  {
    name: "a batch norm as it was made",
    kind: "training-mode",
    tells: (net) => ({ layer: norms(net)[0]!.layer }),
    network: (net) => {
      const [norm] = norms(net);
      return norm
        ? withOp(net, norm, { ...norm, mean: norm.mean.map(() => 0), variance: norm.variance.map(() => 1) })
        : null;
    },
    needsPhotos: false,
  },
  {
    name: "a unit that never wakes",
    kind: "dead-units",
    tells: () => ({ message: /units of ".*" \((\d+, )*1(, \d+)*\) answer/ }),
    network: withDeadUnit,
    needsPhotos: true,
  },
  {
    name: "a layer whose values explode",
    kind: "value-range",
    tells: (net) => ({ layer: convs(net)[1]!.layer }),
    network: (net) => withKernel(net, convs(net)[1]!, (w) => w * 1e8),
    needsPhotos: true,
  },
  {
    name: "labels that begin with a background",
    kind: "label-offset",
    tells: () => ({ message: /label i is output i − 1/ }),
    // Fewer classes, or names that are shifted as they are, say nothing here.
    network: (net) => (net.ops.at(-1)?.output.at(-1) === 1000 && /resnet/i.test(net.name) ? net : null),
    labels: (labels) => ["background", ...labels],
    needsPhotos: true,
  },
  {
    name: "photographs in 0…255",
    kind: "value-range",
    tells: () => ({ message: /^the photographs have values/ }),
    network: (net) => net,
    photos: (photos) => bytes(photos),
    needsPhotos: true,
  },
  {
    name: "another preprocessing stated",
    kind: "preprocessing",
    tells: () => ({ message: /is stated to be .* but (photographs fit|the first layer weighs)/ }),
    network: (net) => stating(net, preprocessing(right.name === "caffe" ? "tf" : ("caffe" as PreprocessingName))),
    needsPhotos: true,
  },
  {
    name: "the first layer's colours in the other order",
    kind: "preprocessing",
    tells: () => ({ message: /is stated to be .* but (photographs fit|the first layer weighs)/ }),
    network: (net) => {
      const first = convs(net)[0]!;
      const [, , inputs, outputs] = first.kernelShape;
      const kernel = first.kernel.map((_, i) => {
        const channel = Math.floor(i / outputs) % inputs;
        return first.kernel[i + (inputs - 1 - 2 * channel) * outputs]!;
      });
      return stating(withOp(net, first, { ...first, kernel }), right);
    },
    needsPhotos: true,
  },
];

/** The network with a preprocessing stated. */
export function stating(net: Network, choice: Network["input"]["preprocessing"]): Network {
  return createNetwork(net.name, net.ops, { ...net.input, preprocessing: choice, stated: true });
}

/** Photographs as bytes, which the library does not take. */
async function* bytes(photos: Dataset): AsyncGenerator<DatasetItem> {
  for await (const item of photos) {
    const read = async (): Promise<Image> => {
      const image = (await (typeof item.image === "function" ? item.image() : item.image)) as Image;
      return { ...image, data: image.data.map((value) => value * 255) };
    };
    yield { ...item, image: read };
  }
}
