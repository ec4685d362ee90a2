/**
 * The layers that read other layers through weights, under one view: a convolution, a depthwise convolution, or a dense
 * layer (whose inputs, where a flattened map feeds it, form an h × w kernel per channel). The view gives the weight from
 * input channel `i` to output channel `o` at row `r` and column `c`, and where channel `i` comes from.
 *
 * A batch norm that follows multiplies all weights of a unit by γ/√(v+ε), which can turn excitation into inhibition; by
 * default it is taken in, because that is what the network computes with (`weights: "folded"`).
 */
import { LensError } from "../core/errors.js";
import { type Network, opsByName, outputOp } from "../network/network.js";
import type { KernelView } from "../network/ops/kernel-view.js";
import { normAffine } from "../network/ops/norm.js";
import type { NormOp, Op } from "../network/ops.js";
import { channelSources, flattenedMap, inputSources, type Source } from "../network/sources.js";
import { isWeighted, kernelsOf, type WeightedOp } from "../network/weighted-op.js";

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
function weightedOp(net: Network, layer: string): WeightedOp {
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

/** Name of the batch norm that a layer's weights are folded with; `null` where none follows. */
export function normAfter(net: Network, layer: string): string | null {
  const op = outputOp(net, layer);
  return isWeighted(op) ? (followingNorm(net, op)?.layer ?? null) : null;
}

/** The batch norm right behind a layer without activation of its own, if nobody else reads in between. */
function followingNorm(net: Network, op: WeightedOp): NormOp | null {
  if (op.activation.name !== "linear") return null;
  const readers = net.ops.filter((other) => other.inputs.includes(op.name));
  const only = readers.length === 1 ? readers[0]! : null;
  return only?.kind === "norm" ? only : null;
}

/** The part of a reader that says which weight is where. */
type Cut = Pick<LayerWeights, "height" | "width" | "sources" | "outputs" | "range" | "kernel">;

function cut(net: Network, op: WeightedOp, scale: (o: number) => number): Cut {
  const view = kernelsOf(op);
  const [height, width] = view.size;
  const inner = opsByName(net).get(op.inputs[0]!);
  if (inner && isWeighted(inner) && inner.layer === op.layer && height * width === 1) {
    return cutSeparable(net, { inner, outer: op, view }, scale);
  }
  const sources = inputSources(net, op);
  const map = flattenedMap(net, op.inputs[0]!);
  if (map && height * width === 1 && view.inputs === map.height * map.width * map.channels) {
    return cutFlattened(op, { view, map, sources }, scale);
  }
  return {
    height,
    width,
    sources,
    outputs: view.outputs,
    range: view.range,
    kernel: (o, i) => {
      const [first, end] = view.range(o);
      const kernel = new Float32Array(height * width);
      if (i < first || i >= end) return kernel;
      return kernel.map((_, tap) => scale(o) * op.kernel[view.index(o, i, tap)]!);
    },
  };
}

/**
 * Two operations in one layer, the outer one of a single tap: a separable convolution. Together they are a convolution
 * whose kernel is `K[o, i] = Σₘ outer[m, o] · inner[i, m]` over the channels `m` in between.
 */
function cutSeparable(
  net: Network,
  { inner, outer, view }: { readonly inner: WeightedOp; readonly outer: WeightedOp; readonly view: KernelView },
  scale: (o: number) => number,
): Cut {
  const before = kernelsOf(inner);
  const [height, width] = before.size;
  return {
    height,
    width,
    sources: inputSources(net, inner),
    outputs: view.outputs,
    range: () => [0, before.inputs],
    kernel: (o, i) => {
      const kernel = new Float32Array(height * width);
      const [start, stop] = view.range(o);
      for (let m = start; m < stop; m++) {
        const [first, end] = before.range(m);
        if (i < first || i >= end) continue;
        const weight = scale(o) * outer.kernel[view.index(o, m, 0)]!;
        for (let tap = 0; tap < kernel.length; tap++) {
          kernel[tap]! += weight * inner.kernel[before.index(m, i, tap)]!;
        }
      }
      return kernel;
    },
  };
}

/** Behind a flattened map, feature `(y · width + x) · channels + i` is row y, column x of the kernel of channel i. */
function cutFlattened(
  op: WeightedOp,
  {
    view,
    map: { height, width, channels },
    sources,
  }: {
    readonly view: KernelView;
    readonly map: NonNullable<ReturnType<typeof flattenedMap>>;
    readonly sources: readonly Source[];
  },
  scale: (o: number) => number,
): Cut {
  return {
    height,
    width,
    sources: sources.slice(0, channels),
    outputs: view.outputs,
    range: () => [0, channels],
    kernel: (o, i) =>
      Float32Array.from(
        { length: height * width },
        (_, position) => scale(o) * op.kernel[view.index(o, position * channels + i, 0)]!,
      ),
  };
}
