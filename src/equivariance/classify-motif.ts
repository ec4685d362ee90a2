/** The kind of motif that the kernels between two families make: the simplest that explains them. */
import type { Random } from "../core/random.js";
import { type Commuting, commuting, turnedKernels } from "./commute.js";
import type { GroupTable } from "./group.js";
import type { KernelChange } from "./kernel-action.js";
import type { MotifKind } from "./motif.js";
import type { PairBlock, Side } from "./pair-block.js";

/** A kind and how well it explains a pair. */
export type Fit = Commuting & { readonly kind: MotifKind };

/** What the group does to kernels, and how its elements multiply. */
export interface Acting {
  readonly changes: readonly KernelChange[];
  readonly table: GroupTable;
}

/** A kind that explains this part of what the best one does is taken if it is simpler. */
const simpler = 0.97;

/** The source's angles matter if putting them in any order costs more of the prediction than this leaves. */
const indifferent = 0.9;

/** Of two places half of all orders are as good as the true one: nothing is learned from them. */
const tellingPlaces = 3;

/** Orders in which angles are put. */
const orders = 16;

/** The kind of motif a pair makes and how well; `null` where both ends are invariant or nothing is left to predict. */
export function classifyMotif(pair: PairBlock, { changes, table }: Acting): Fit | null {
  const turned = turnedKernels(pair, changes);
  const kinds = possibleKinds(pair, table);
  // Holding a family still asks more of the weights, so it is only believed where that costs nothing.
  const fits = kinds.map((kind) => ({ kind, ...commuting(heldAs(pair, kind, table), table, turned) }));
  const best = Math.max(...fits.map((fit) => fit.prediction));
  return fits.find((fit) => fit.prediction >= simpler * best) ?? null;
}

/**
 * The kind of motif, where one that passes the group on has to show that it does: the source's angles matter. With it the mean
 * score of the same kernels with the angles that matter in any order. `null` where the prediction is below the threshold.
 */
export function settledMotif(
  pair: PairBlock,
  acting: Acting,
  { threshold, random }: { readonly threshold: number; readonly random: Random },
): (Fit & { readonly permutedScore: number }) | null {
  const fit = classifyMotif(pair, acting);
  if (!fit || fit.prediction < threshold) return null;
  const permuted = permutedAs(fit.kind, pair, acting, random);
  const telling = new Set(pair.source.elements).size >= tellingPlaces && fit.kind === "equivariant→equivariant";
  if (!telling || permuted.prediction < indifferent * fit.prediction) return { ...fit, permutedScore: permuted.score };
  const kind: MotifKind = "invariant→equivariant";
  const held = commuting(heldAs(pair, kind, acting.table), acting.table, turnedKernels(pair, acting.changes));
  if (held.prediction < threshold) return null;
  return { kind, ...held, permutedScore: permutedAs(kind, pair, acting, random).score };
}

function possibleKinds({ source, target }: PairBlock, { order }: GroupTable): MotifKind[] {
  const [sourceMoves, targetMoves] = [source, target].map((side) => side.stabiliser.length < order);
  if (sourceMoves && targetMoves) return ["invariant→equivariant", "equivariant→invariant", "equivariant→equivariant"];
  if (targetMoves) return ["invariant→equivariant"];
  return sourceMoves ? ["equivariant→invariant"] : [];
}

/** The pair with the end that a kind calls invariant held still. */
function heldAs(pair: PairBlock, kind: MotifKind, { order }: GroupTable): PairBlock {
  const whole = Array.from({ length: order }, (_, element) => element);
  const held = (side: Side): Side => ({ ...side, elements: side.elements.map(() => 0), stabiliser: whole });
  if (kind === "invariant→equivariant") return { ...pair, source: held(pair.source) };
  if (kind === "equivariant→invariant") return { ...pair, target: held(pair.target) };
  return pair;
}

/**
 * The mean fit where every unit that reads has what it reads of the source in an order of its own; of an invariant source,
 * where every unit that is read has its readers so.
 */
function permutedAs(kind: MotifKind, pair: PairBlock, { changes, table }: Acting, random: Random): Commuting {
  const [nT, nS] = [pair.target.elements.length, pair.source.elements.length];
  const taps = pair.height * pair.width;
  const byTarget = kind !== "invariant→equivariant";
  let [score, prediction] = [0, 0];
  for (let draw = 0; draw < orders; draw++) {
    const data = new Float32Array(pair.data.length);
    for (let own = 0; own < (byTarget ? nT : nS); own++) {
      anyOrder(byTarget ? nS : nT, random).forEach((other, at) => {
        const [from, to] = byTarget ? [own * nS + other, own * nS + at] : [other * nS + own, at * nS + own];
        data.set(pair.data.subarray(from * taps, (from + 1) * taps), to * taps);
      });
    }
    const drawn = { ...pair, data };
    const fit = commuting(heldAs(drawn, kind, table), table, turnedKernels(drawn, changes));
    score += fit.score / orders;
    prediction += fit.prediction / orders;
  }
  return { score, prediction };
}

function anyOrder(count: number, random: Random): number[] {
  const list = Array.from({ length: count }, (_, i) => i);
  list.forEach((value, i) => {
    const other = i + random.int(count - i);
    [list[i], list[other]] = [list[other]!, list[i]!];
  });
  return list;
}
