/**
 * Editing: a network with some of its weights changed, as a new network; the old one stays as it is. What is changed is named by
 * unit, or by the pair of units it joins, in the terms in which the weights are read: with the batch norm that follows
 * taken in, so that `{ to, from, weights: slice(net, to, from).data }` changes nothing.
 */

import { optional, strictObject, union, unknown } from "valibot";
import { checkArgument, listOf, numberSchema, oneOf } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { vectorSchema } from "../core/schemas.js";
import { formatUnit, parseUnit, type Unit, type UnitLike } from "../core/unit.js";
import { checkNetwork, type Network, resolveUnit } from "../network/network.js";
import type { Op } from "../network/ops.js";
import { withOps } from "../network/transform/with-ops.js";
import { isWeighted, type WeightedOp } from "../network/weighted-op.js";
import { type LayerWeights, unitWeights } from "../weights/layer-weights.js";
import { directKernel } from "../weights/slice.js";

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

const changeSchema = union(
  [oneOf("zero", "positive", "negative"), strictObject({ scale: numberSchema() }), vectorSchema],
  '"zero", "positive", "negative", { scale } or numbers',
);
const changesSchema = listOf(
  strictObject(
    { to: unknown(), from: optional(unknown()), weights: optional(changeSchema), bias: optional(numberSchema()) },
    "a change { to, from, weights, bias }",
  ),
  "a list of changes",
);

/**
 * A network with changed weights. Later changes see the earlier ones.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, or `unsupported` where the units named are not joined by
 * weights that can be changed one by one.
 * @public
 */
export function edit(net: Network, changes: readonly Edit[]): Network {
  checkNetwork(net);
  checkArgument("changes", changesSchema, changes);
  const changed: Drafts = new Map();
  for (const change of changes) apply(net, change, changed);
  return withDrafts(net, changed);
}

/** The network in which some units read nothing but certain inputs: all other weights into them are zero. */
export function keepInputs(
  net: Network,
  kept: readonly { readonly to: Unit; readonly from: readonly Unit[] }[],
): Network {
  const changed: Drafts = new Map();
  for (const { to, from } of kept) {
    const { weights, channel } = unitWeights(net, to, "folded");
    const { kernel } = draftOf(changed, weights.op);
    const names = new Set(from.map(formatUnit));
    for (const i of range(weights, channel)) {
      if (names.has(formatUnit(weights.sources[i]!.unit))) continue;
      for (const at of weights.places(channel, i)) kernel[at] = 0;
    }
  }
  return withDrafts(net, changed);
}

function withDrafts(net: Network, changed: Drafts): Network {
  return withOps(
    net,
    net.ops.map((op): Op => {
      const draft = changed.get(op.name);
      return draft && isWeighted(op) ? { ...op, kernel: draft.kernel, bias: draft.bias } : op;
    }),
  );
}

/**
 * The change that silences a unit: no weights, no bias, so that before its activation it is zero.
 *
 * @public
 */
export function ablate(unit: UnitLike | string): Edit {
  parseUnit(unit);
  return { to: unit, weights: "zero", bias: 0 };
}

/** Weights of an operation, being changed. */
interface Draft {
  readonly kernel: Float32Array;
  bias: Float32Array | null;
}

type Drafts = Map<string, Draft>;

function draftOf(changed: Drafts, op: WeightedOp): Draft {
  const draft = changed.get(op.name) ?? { kernel: op.kernel.slice(), bias: op.bias?.slice() ?? null };
  changed.set(op.name, draft);
  return draft;
}

function apply(net: Network, { to, from, weights: wanted, bias }: Edit, changed: Drafts): void {
  const unit = resolveUnit(net, to);
  const { weights, channel } = unitWeights(net, unit, "folded");
  const draft = draftOf(changed, weights.op);
  const scale = weights.scale(channel);
  if (wanted !== undefined) {
    const places = placesOf(net, { weights, channel, from });
    const old = places.map((at) => scale * draft.kernel[at]!);
    if (!isWhole(wanted) && !weights.perTap) throw notPerTap(weights.layer);
    const values = changedWeights(old, wanted, formatUnit(unit));
    if (scale === 0 && values.some((value) => value !== 0)) throw noScale(unit);
    places.forEach((at, i) => {
      draft.kernel[at] = scale === 0 ? 0 : values[i]! / scale;
    });
  }
  if (bias === undefined) return;
  if (scale === 0) throw noScale(unit);
  // Of what the norm makes of a bias, bias(o) = scale · stored + shift, the stored part.
  const shift = weights.bias(channel) - scale * (weights.op.bias?.[channel] ?? 0);
  draft.bias ??= new Float32Array(weights.outputs);
  draft.bias[channel] = (bias - shift) / scale;
}

function noScale(unit: Unit): LensError {
  return new LensError(
    "unsupported",
    `the batch norm behind "${formatUnit(unit)}" multiplies it by zero, so that its weights have no effect to give it`,
  );
}

/** Whether a change treats all taps of a kernel alike. */
function isWhole(weights: NonNullable<Edit["weights"]>): boolean {
  return weights === "zero" || (typeof weights === "object" && "scale" in weights);
}

function notPerTap(layer: string): LensError {
  return new LensError(
    "unsupported",
    `the kernels of "${layer}" are products of the weights of two operations; they can be set to "zero" or scaled, each as a whole`,
  );
}

/** The inputs that an output reads. */
function range(weights: LayerWeights, channel: number): number[] {
  const [first, end] = weights.range(channel);
  return Array.from({ length: end - first }, (_, k) => first + k);
}

/** Where the weights of a unit (from one unit, or from all it reads) are stored: tap by tap, the channel fastest. */
function placesOf(
  net: Network,
  { weights, channel, from }: { weights: LayerWeights; channel: number; from: UnitLike | string | undefined },
): number[] {
  const read = range(weights, channel);
  const name =
    from === undefined
      ? null
      : formatUnit(directKernel(net, { layer: weights.layer, channel }, resolveUnit(net, from)).from);
  const chosen = name === null ? read : read.filter((i) => formatUnit(weights.sources[i]!.unit) === name).slice(0, 1);
  const perInput = chosen.map((i) => weights.places(channel, i));
  return perInput[0]!.flatMap((_, tap) => perInput.map((places) => places[tap]!));
}

function changedWeights(old: readonly number[], weights: NonNullable<Edit["weights"]>, unit: string): number[] {
  if (weights === "zero") return old.map(() => 0);
  if (weights === "positive") return old.map((w) => Math.max(w, 0));
  if (weights === "negative") return old.map((w) => Math.min(w, 0));
  if ("scale" in weights) return old.map((w) => weights.scale * w);
  if (weights.length === old.length) return Array.from(weights);
  throw new LensError("bad-argument", `the weights of "${unit}" are ${old.length} numbers here; got ${weights.length}`);
}
