/**
 * Editing: a network with some of its weights changed, as a new network; the old one stays as it is. What is changed is named by
 * unit, or by the pair of units it joins, in the terms in which the weights are read: with the batch norm that follows
 * taken in, so that `{ to, from, weights: slice(net, to, from).data }` changes nothing.
 */
import { LensError } from "../core/errors.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { createNetwork, type Network, outputOp, resolveUnit } from "../network/network.js";
import type { ConvOp, DenseOp, DepthwiseOp, Op } from "../network/ops.js";
import { type LayerWeights, layerWeights } from "../weights/layer-weights.js";
import { slice } from "../weights/slice.js";

/**
 * A change of weights.
 *
 * @public
 */
export interface Edit {
  /** The unit whose weights are changed. */
  readonly to: UnitLike | string;
  /** Only those from this unit; all of its inputs when absent. */
  readonly from?: UnitLike | string | undefined;
  /**
   * `"zero"`; `"positive"` or `"negative"` to keep only those of a sign; a factor `{ scale }`; or the weights themselves,
   * `height × width` from one unit and `height × width × channels` for all, the channel fastest, as `slice` gives them.
   */
  readonly weights?: "zero" | "positive" | "negative" | { readonly scale: number } | ArrayLike<number> | undefined;
  /** The bias, with the batch norm that follows taken in. */
  readonly bias?: number | undefined;
}

type Weighted = ConvOp | DepthwiseOp | DenseOp;

/**
 * A network with changed weights. Later changes see the earlier ones.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, or `unsupported` where the units named are not joined by
 * weights that can be changed one by one.
 * @public
 */
export function edit(net: Network, changes: readonly Edit[]): Network {
  const changed = new Map<string, Draft>();
  for (const change of changes) apply(net, change, changed);
  const ops = net.ops.map((op): Op => {
    const draft = changed.get(op.name);
    return draft ? ({ ...op, kernel: draft.kernel, bias: draft.bias } as Op) : op;
  });
  return createNetwork(net.name, ops, net.input);
}

/**
 * The change that silences a unit: no weights, no bias, so that before its activation it is zero.
 *
 * @public
 */
export function ablate(unit: UnitLike | string): Edit {
  return { to: unit, weights: "zero", bias: 0 };
}

/** Weights of an operation, being changed. */
interface Draft {
  readonly kernel: Float32Array;
  bias: Float32Array | null;
}

function apply(net: Network, { to, from, weights, bias }: Edit, changed: Map<string, Draft>): void {
  const unit = resolveUnit(net, to);
  const reader = layerWeights(net, unit.layer, "folded");
  const op = weightedOp(net, reader);
  const draft = changed.get(op.name) ?? { kernel: op.kernel.slice(), bias: op.bias?.slice() ?? null };
  changed.set(op.name, draft);
  const scale = reader.scale(unit.channel);
  if (weights !== undefined) {
    const places = placesOf(net, { op, reader, unit, from });
    const old = places.map((at) => scale * draft.kernel[at]!);
    const values = changedWeights(old, weights, formatUnit(unit));
    if (scale === 0 && values.some((value) => value !== 0)) throw noScale(unit);
    places.forEach((at, i) => {
      draft.kernel[at] = scale === 0 ? 0 : values[i]! / scale;
    });
  }
  if (bias === undefined) return;
  if (!Number.isFinite(bias)) throw new LensError("bad-argument", `a bias is a number; got ${JSON.stringify(bias)}`);
  if (scale === 0) throw noScale(unit);
  // Of what the norm makes of a bias, bias(o) = scale · stored + shift, the stored part.
  const shift = reader.bias(unit.channel) - scale * (op.bias?.[unit.channel] ?? 0);
  draft.bias ??= new Float32Array(reader.outputs);
  draft.bias[unit.channel] = (bias - shift) / scale;
}

function noScale(unit: Unit): LensError {
  return new LensError(
    "unsupported",
    `the batch norm behind "${formatUnit(unit)}" multiplies it by zero, so that its weights have no effect to give it`,
  );
}

function weightedOp(net: Network, { layer, height, width, sources }: LayerWeights): Weighted {
  const op = outputOp(net, layer);
  const members = net.ops.filter((other) => other.layer === layer && "kernelShape" in other);
  if (members.length !== 1 || !("kernelShape" in op)) {
    throw new LensError(
      "unsupported",
      `the weights of "${layer}" are spread over ${members.length} operations; edit another layer`,
    );
  }
  if (op.kind === "dense" && op.kernelShape[0] !== height * width * sources.length)
    throw new LensError("unsupported", `the inputs of "${layer}" cannot be traced to units; edit another layer`);
  return op;
}

/** Where the weights of a unit (from one unit, or from all it reads) lie: tap by tap, the channel fastest. */
function placesOf(
  net: Network,
  { op, reader, unit, from }: { op: Weighted; reader: LayerWeights; unit: Unit; from: UnitLike | string | undefined },
): number[] {
  const [first, end] = reader.range(unit.channel);
  let [low, high] = [first, end];
  if (from !== undefined) {
    const name = formatUnit(slice(net, unit, from).from);
    low = reader.sources.findIndex((source, i) => i >= first && i < end && formatUnit(source.unit) === name);
    high = low + 1;
  }
  const places: number[] = [];
  for (let tap = 0; tap < reader.height * reader.width; tap++) {
    for (let i = low; i < high; i++) places.push(placeOf(op, reader, { tap, input: i - first, channel: unit.channel }));
  }
  return places;
}

/** Place of one weight in the kernel; `input` counts within what the unit reads. */
function placeOf(
  op: Weighted,
  reader: LayerWeights,
  { tap, input, channel }: { tap: number; input: number; channel: number },
): number {
  if (op.kind === "dense") return (tap * reader.sources.length + input) * op.kernelShape[1] + channel;
  const [, , third, fourth] = op.kernelShape;
  return op.kind === "depthwise" ? tap * third * fourth + channel : (tap * third + input) * fourth + channel;
}

function changedWeights(old: readonly number[], weights: NonNullable<Edit["weights"]>, unit: string): number[] {
  if (weights === "zero") return old.map(() => 0);
  if (weights === "positive") return old.map((w) => Math.max(w, 0));
  if (weights === "negative") return old.map((w) => Math.min(w, 0));
  if (typeof weights === "object" && "scale" in weights && Number.isFinite(weights.scale))
    return old.map((w) => weights.scale * w);
  const values = typeof weights === "object" && "length" in weights ? Array.from(weights) : null;
  if (values?.length === old.length && values.every(Number.isFinite)) return values;
  throw new LensError(
    "bad-argument",
    values
      ? `the weights of "${unit}" are ${old.length} numbers here; got ${values.length}${values.every(Number.isFinite) ? "" : ", not all of them numbers"}`
      : `weights are "zero", "positive", "negative", { scale } or numbers; got ${JSON.stringify(weights)}`,
  );
}
