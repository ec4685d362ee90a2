/** The kind of motif that the kernels between two families make: the simplest that explains them. */
import { type Commuting, commuting, turnedKernels } from "./commute.js";
import type { GroupTable } from "./group.js";
import type { KernelChange } from "./kernel-action.js";
import type { MotifKind } from "./motif.js";
import type { PairBlock, Side } from "./pair-block.js";

/** A kind that explains this part of what the best one does is taken if it is simpler. */
const simpler = 0.97;

/** The kind of motif a pair makes and how well; `null` where both ends are invariant or nothing is left to predict. */
export function asMotif(
  pair: PairBlock,
  changes: readonly KernelChange[],
  table: GroupTable,
): (Commuting & { kind: MotifKind }) | null {
  const turned = turnedKernels(pair, changes);
  const whole = Array.from({ length: table.order }, (_, element) => element);
  const held = (side: Side): Side => ({ ...side, elements: side.elements.map(() => 0), stabiliser: whole });
  const [sourceMoves, targetMoves] = [pair.source, pair.target].map((side) => side.stabiliser.length < table.order);
  const kinds: { kind: MotifKind; as: PairBlock }[] = [];
  if (targetMoves) kinds.push({ kind: "invariant→equivariant", as: { ...pair, source: held(pair.source) } });
  if (sourceMoves) kinds.push({ kind: "equivariant→invariant", as: { ...pair, target: held(pair.target) } });
  if (sourceMoves && targetMoves) kinds.push({ kind: "equivariant→equivariant", as: pair });
  // Holding a family still asks more of the weights, so it is only believed where that costs nothing.
  const possible = sourceMoves && targetMoves ? kinds : kinds.slice(0, 1);
  const fits = possible.map(({ kind, as }) => ({ kind, ...commuting(as, table, turned) }));
  const best = Math.max(...fits.map((fit) => fit.prediction));
  return fits.find((fit) => fit.prediction >= simpler * best) ?? null;
}
