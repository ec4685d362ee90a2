/**
 * The layers that read other layers through weights, under one view: a convolution, a depthwise convolution, or a dense
 * layer (whose inputs, where a flattened map feeds it, form an h × w kernel per channel). The view gives the weight from
 * input channel `i` to output channel `o` at row `r` and column `c`, and where channel `i` comes from.
 *
 * A batch norm that follows multiplies all weights of a unit by γ/√(v+ε), which can turn excitation into inhibition; by
 * default it is taken in, because that is what the network computes with (`weights: "folded"`).
 */
import { LensError } from "../core/errors.js";
import { normAffine } from "../engine/plan.js";
import { type Network, outputOp } from "../network/network.js";
import type { ConvOp, DenseOp, DepthwiseOp, NormOp, Op } from "../network/ops.js";
import { channelSources, inputSources, type Source } from "../network/sources.js";

/**
 * Which weights are read: `"folded"` with the batch norm that follows multiplied in, as the network uses them, or
 * `"stored"` as the model file has them. They are the same where no batch norm follows.
 *
 * @public
 */
export type WeightsChoice = "folded" | "stored";

/** A layer's weights, ready to be cut by unit. */
export interface LayerWeights {
  /** The layer that owns the weights. */
  readonly layer: string;
  readonly height: number;
  readonly width: number;
  /** Input channels, as units; one entry per channel of the map it reads. */
  readonly sources: readonly Source[];
  /** Output channels. */
  readonly outputs: number;
  /** Input channels that output `o` reads: all, or those of its group. */
  readonly range: (o: number) => readonly [first: number, end: number];
  /** The kernel from input channel `i` to output channel `o`. */
  readonly kernel: (o: number, i: number) => Float32Array;
  /** Bias of an output, batch norm included when folded. */
  readonly bias: (o: number) => number;
  /** Factor that a batch norm puts on an output's weights; 1 where none is folded. */
  readonly scale: (o: number) => number;
  /** Name of the batch norm taken in. */
  readonly norm: string | null;
}

type Weighted = ConvOp | DepthwiseOp | DenseOp;

/**
 * The weights behind a layer: its own, or, for an activation, batch norm or pooling layer, those of the one it follows.
 *
 * @throws LensError `unsupported` when the layer has no weights of its own to read.
 */
export function layerWeights(net: Network, layer: string, choice: WeightsChoice): LayerWeights {
  if (choice !== "folded" && choice !== "stored") {
    throw new LensError("bad-argument", `weights are "folded" or "stored"; got ${JSON.stringify(choice)}`);
  }
  const op = weightedOp(net, layer);
  const norm = choice === "folded" ? followingNorm(net, op) : null;
  const affine = norm && normAffine(norm);
  const scale = (o: number): number => affine?.scale[o] ?? 1;
  return {
    layer: op.layer,
    norm: norm?.layer ?? null,
    scale,
    bias: (o) => scale(o) * (op.bias?.[o] ?? 0) + (affine?.shift[o] ?? 0),
    ...cut(net, op, scale),
  };
}

/** The weighted operation whose channels a layer hands on. */
function weightedOp(net: Network, layer: string): Weighted {
  const op = outputOp(net, layer);
  if (isWeighted(op)) return op;
  const sources = op.inputs.length === 1 && op.kind !== "reshape" ? channelSources(net, op.name) : [];
  const makers = new Set(sources.map((s) => s.unit.layer));
  const maker = makers.size === 1 ? outputOp(net, [...makers][0]!) : undefined;
  if (maker && isWeighted(maker) && sources.every((s, i) => s.unit.channel === i)) return maker;
  throw new LensError(
    "unsupported",
    makers.size > 1
      ? `layer "${layer}" joins channels of ${[...makers].join(", ")}; ask for a unit of one of those`
      : `layer "${layer}" (${op.kind}) has no weights to read; choose a convolution or dense layer`,
  );
}

function isWeighted(op: Op): op is Weighted {
  return op.kind === "conv" || op.kind === "depthwise" || op.kind === "dense";
}

/** Name of the batch norm that a layer's weights are folded with; `null` where none follows. */
export function normAfter(net: Network, layer: string): string | null {
  const op = outputOp(net, layer);
  return isWeighted(op) ? (followingNorm(net, op)?.layer ?? null) : null;
}

/** The batch norm right behind a layer without activation of its own, if nobody else reads in between. */
function followingNorm(net: Network, op: Weighted): NormOp | null {
  if (op.activation.name !== "linear") return null;
  const readers = net.ops.filter((other) => other.inputs.includes(op.name));
  const only = readers.length === 1 ? readers[0]! : null;
  return only?.kind === "norm" ? only : null;
}

function cut(
  net: Network,
  op: Weighted,
  scale: (o: number) => number,
): Pick<LayerWeights, "height" | "width" | "sources" | "outputs" | "range" | "kernel"> {
  const depthwise = op.kind === "conv" ? net.ops.find((other) => other.name === op.inputs[0]) : undefined;
  if (op.kind === "conv" && depthwise?.kind === "depthwise" && depthwise.layer === op.layer) {
    return cutSeparable(net, depthwise, op, scale);
  }
  const sources = inputSources(net, op);
  if (op.kind === "dense") return cutDense(net, op, sources, scale);
  const [height, width, third, fourth] = op.kernelShape;
  const taps = height * width;
  const pick = (o: number, index: (tap: number) => number): Float32Array =>
    Float32Array.from({ length: taps }, (_, tap) => scale(o) * op.kernel[index(tap)]!);
  if (op.kind === "depthwise") {
    const outputs = third * fourth;
    const reads = (o: number): number => Math.floor(o / fourth);
    return {
      height,
      width,
      sources,
      outputs,
      range: (o) => [reads(o), reads(o) + 1],
      kernel: (o, i) => (reads(o) === i ? pick(o, (tap) => tap * outputs + o) : new Float32Array(taps)),
    };
  }
  const perGroup = fourth / op.groups;
  const first = (o: number): number => Math.floor(o / perGroup) * third;
  return {
    height,
    width,
    sources,
    outputs: fourth,
    range: (o) => [first(o), first(o) + third],
    kernel: (o, i) => {
      const within = i - first(o);
      return within >= 0 && within < third
        ? pick(o, (tap) => (tap * third + within) * fourth + o)
        : new Float32Array(taps);
    },
  };
}

/** A separable convolution is a convolution whose kernel is `K[o, i] = Σₘ pointwise[i·M + m, o] · depthwise[i, m]`. */
function cutSeparable(
  net: Network,
  inner: DepthwiseOp,
  outer: ConvOp,
  scale: (o: number) => number,
): ReturnType<typeof cut> {
  const [height, width, channels, multiplier] = inner.kernelShape;
  const outputs = outer.kernelShape[3];
  const mixed = channels * multiplier;
  return {
    height,
    width,
    sources: inputSources(net, inner),
    outputs,
    range: () => [0, channels],
    kernel: (o, i) =>
      Float32Array.from({ length: height * width }, (_, tap) => {
        let sum = 0;
        for (let m = i * multiplier; m < (i + 1) * multiplier; m++) {
          sum += outer.kernel[m * outputs + o]! * inner.kernel[tap * mixed + m]!;
        }
        return scale(o) * sum;
      }),
  };
}

/** Behind a flattened `[h, w, c]` map, feature `(y·w + x)·c + i` is row y, column x of the kernel of channel i. */
function cutDense(
  net: Network,
  op: DenseOp,
  sources: readonly Source[],
  scale: (o: number) => number,
): ReturnType<typeof cut> {
  const [features, outputs] = op.kernelShape;
  const map = flattenedMap(net, op, features);
  const channels = features / (map.height * map.width);
  return {
    ...map,
    sources: sources.slice(0, channels),
    outputs,
    range: () => [0, channels],
    kernel: (o, i) =>
      Float32Array.from(
        { length: map.height * map.width },
        (_, position) => scale(o) * op.kernel[(position * channels + i) * outputs + o]!,
      ),
  };
}

function flattenedMap(net: Network, op: DenseOp, features: number): { height: number; width: number } {
  let at: Op | undefined = net.ops.find((other) => other.name === op.inputs[0]);
  while (at && (at.kind === "identity" || at.kind === "activation")) {
    const { inputs } = at;
    at = net.ops.find((other) => other.name === inputs[0]);
  }
  const flattened = at?.kind === "reshape" ? net.ops.find((other) => other.name === at.inputs[0]) : undefined;
  const [height, width, channels] = flattened?.output ?? [];
  return height && width && channels && height * width * channels === features
    ? { height, width }
    : { height: 1, width: 1 };
}
