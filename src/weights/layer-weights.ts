/**
 * The layers that read other layers through weights, under one view: a convolution, a depthwise convolution, or a dense
 * layer (whose inputs, where a flattened map feeds it, form an h × w kernel per channel). The view gives the weight from
 * input channel `i` to output channel `o` at row `r` and column `c`, and where channel `i` comes from.
 *
 * A batch norm that follows multiplies all weights of a unit by γ/√(v+ε), which can turn excitation into inhibition; by
 * default it is taken in, because that is what the network computes with (`weights: "folded"`).
 */
import { optional } from "valibot";
import { oneOf, type Schema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { channelsOf } from "../core/shape.js";
import { formatUnit, type Unit } from "../core/unit.js";
import { type Network, opsByName, outputOp, readersOf } from "../network/network.js";
import { normAffine } from "../network/ops/norm.js";
import { semanticsOf } from "../network/ops/table.js";
import type { Window } from "../network/ops/window.js";
import type { NormOp } from "../network/ops.js";
import { channelSources, flattenedMap, inputSources, producerOf, type Source } from "../network/sources.js";
import { isWeighted, kernelsOf, type WeightedOp } from "../network/weighted-op.js";

/**
 * Which weights are read: `"folded"` with the batch norm that follows multiplied in, as the network uses them, or
 * `"stored"` as the model file has them. They are the same where no batch norm follows.
 *
 * @public
 */
export type WeightsChoice = "folded" | "stored";

/** Which weights are read, as an option. */
export const weightsSchema: Schema<WeightsChoice | undefined> = optional(oneOf("folded", "stored"));

/** A layer's weights, ready to be cut by unit. */
export interface LayerWeights {
  /** The layer that owns the weights. */
  readonly layer: string;
  /** The operation whose stored kernel `places` counts in; the outer one of a separable convolution. */
  readonly op: WeightedOp;
  /** Name of the operation whose output is read. */
  readonly reads: string;
  /** How the kernel slides over the map that is read. */
  readonly window: Window;
  /** Whether what is read is that map flattened: its channel `c` at position `p` is feature `p · channels + c`. */
  readonly flattened: boolean;
  /** Whether each stored weight is one tap of a kernel; in a separable convolution it multiplies kernels as a whole. */
  readonly perTap: boolean;
  /** Rows of each kernel. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Input channels, as units; one entry per channel of the map it reads. */
  readonly sources: readonly Source[];
  /** Output channels. */
  readonly outputs: number;
  /** Input channels that output `o` reads: all, or those of its group. */
  readonly range: (o: number) => readonly [first: number, end: number];
  /** The kernel from input channel `i` to output channel `o`. */
  readonly kernel: (o: number, i: number) => Float32Array;
  /** Indices of the stored weights from input channel `i` to output channel `o`, tap by tap where `perTap`. */
  readonly places: (o: number, i: number) => readonly number[];
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
  return weightsOfOp(net, weightedOp(net, layer), choice);
}

/**
 * The weights that make a unit, and its channel among them. A unit of a concatenation, an activation or a pool is the
 * unit behind it.
 *
 * @throws LensError `unsupported` when no weights make the unit.
 */
export function unitWeights(
  net: Network,
  unit: Unit,
  choice: WeightsChoice,
): { readonly weights: LayerWeights; readonly channel: number } {
  const op = outputOp(net, unit.layer);
  if (isWeighted(op)) return { weights: layerWeights(net, unit.layer, choice), channel: unit.channel };
  const map = flattenedMap(net, op.name);
  const { unit: made } = producerOf(net, unit);
  if (map && map.height * map.width > 1) {
    throw new LensError(
      "unsupported",
      `"${formatUnit(unit)}" is one position of "${formatUnit(made)}", flattened; ask for that unit`,
    );
  }
  return { weights: layerWeights(net, made.layer, choice), channel: made.channel };
}

function weightsOfOp(net: Network, op: WeightedOp, choice: WeightsChoice): LayerWeights {
  const norm = choice === "folded" ? followingNorm(net, op) : null;
  const affine = norm && normAffine(norm);
  const scale = (o: number): number => affine?.scale[o] ?? 1;
  return {
    layer: op.layer,
    op,
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

/**
 * The unit whose value before its activation is a unit's own: behind the batch norm that its weights are folded with; of an
 * activation the unit it reads, of a concatenation the unit of the branch.
 */
export function valueUnit(net: Network, unit: Unit): Unit {
  let at: Unit = unit;
  for (let behind = unitBehind(net, at); behind; behind = unitBehind(net, at)) at = behind;
  return { layer: normAfter(net, at.layer) ?? at.layer, channel: at.channel };
}

/** The unit that an activation or a concatenation hands on as one of its own; `null` for a unit that a layer makes. */
function unitBehind(net: Network, { layer, channel }: Unit): Unit | null {
  const op = outputOp(net, layer);
  const inputs = op.inputs.map((name) => opsByName(net).get(name)!);
  if (op.kind === "activation") return { layer: inputs[0]!.layer, channel };
  const counts = inputs.map(({ output }) => channelsOf(output));
  if (semanticsOf(op).channels(op, counts).kind !== "concatenated") return null;
  let first = 0;
  for (const [i, count] of counts.entries()) {
    if (channel < first + count) return { layer: inputs[i]!.layer, channel: channel - first };
    first += count;
  }
  return null;
}

/** The batch norm right behind a layer without activation of its own, if nobody else reads in between. */
function followingNorm(net: Network, op: WeightedOp): NormOp | null {
  if (op.activation.name !== "linear") return null;
  const readers = readersOf(net, op.name);
  const only = readers.length === 1 ? readers[0]! : null;
  return only?.kind === "norm" ? only : null;
}

/** The part of a layer's weights that says which weight is where. */
type Cut = Omit<LayerWeights, "layer" | "op" | "norm" | "scale" | "bias">;

function cut(net: Network, op: WeightedOp, scale: (o: number) => number): Cut {
  const view = kernelsOf(op);
  const [height, width] = view.size;
  const reads = op.inputs[0]!;
  const inner = opsByName(net).get(reads)!;
  if (isWeighted(inner) && inner.layer === op.layer && height * width === 1) {
    return cutSeparable(net, { inner, outer: op }, scale);
  }
  const sources = inputSources(net, op);
  const map = flattenedMap(net, reads);
  if (map && height * width === 1 && view.inputs === map.height * map.width * map.channels) {
    return cutFlattened(op, { map, sources }, scale);
  }
  const places = (o: number, i: number): number[] => {
    const [first, end] = view.range(o);
    return i < first || i >= end ? [] : Array.from({ length: height * width }, (_, tap) => view.index(o, i, tap));
  };
  return {
    reads,
    window: view,
    flattened: false,
    perTap: true,
    height,
    width,
    sources,
    outputs: view.outputs,
    range: view.range,
    places,
    kernel: (o, i) => {
      const kernel = new Float32Array(height * width);
      places(o, i).forEach((at, tap) => {
        kernel[tap] = scale(o) * op.kernel[at]!;
      });
      return kernel;
    },
  };
}

/**
 * Two operations in one layer, the outer one of a single tap: a separable convolution. Together they are a convolution
 * whose kernel is `K[o, i] = Σₘ outer[m, o] · inner[i, m]` over the channels `m` in between.
 */
function cutSeparable(
  net: Network,
  { inner, outer }: { readonly inner: WeightedOp; readonly outer: WeightedOp },
  scale: (o: number) => number,
): Cut {
  const [view, before] = [kernelsOf(outer), kernelsOf(inner)];
  const [height, width] = before.size;
  const between = (o: number, i: number): number[] => {
    const [start, stop] = view.range(o);
    return Array.from({ length: stop - start }, (_, k) => start + k).filter((m) => {
      const [first, end] = before.range(m);
      return i >= first && i < end;
    });
  };
  return {
    reads: inner.inputs[0]!,
    window: before,
    flattened: false,
    perTap: false,
    height,
    width,
    sources: inputSources(net, inner),
    outputs: view.outputs,
    range: () => [0, before.inputs],
    places: (o, i) => between(o, i).map((m) => view.index(o, m, 0)),
    kernel: (o, i) => {
      const kernel = new Float32Array(height * width);
      for (const m of between(o, i)) {
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
    map: { height, width, channels },
    sources,
  }: { readonly map: NonNullable<ReturnType<typeof flattenedMap>>; readonly sources: readonly Source[] },
  scale: (o: number) => number,
): Cut {
  const view = kernelsOf(op);
  const places = (o: number, i: number): number[] =>
    Array.from({ length: height * width }, (_, position) => view.index(o, position * channels + i, 0));
  return {
    reads: op.inputs[0]!,
    window: { size: [height, width], strides: [1, 1], dilation: [1, 1], padding: "valid" },
    flattened: true,
    perTap: true,
    height,
    width,
    sources: sources.slice(0, channels),
    outputs: view.outputs,
    range: () => [0, channels],
    places,
    kernel: (o, i) => Float32Array.from(places(o, i), (at) => scale(o) * op.kernel[at]!),
  };
}
