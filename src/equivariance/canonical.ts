/** The kernels of a pair of families reduced to one per relative element: each is turned back to the template, then averaged. */
import { coset } from "./candidates.js";
import { turn } from "./commute.js";
import type { Family } from "./family.js";
import { type Group, type GroupTable, times } from "./group.js";
import type { KernelChange } from "./kernel-action.js";
import { type KernelSum, meanKernels } from "./mean-kernels.js";
import type { CanonicalKernel } from "./motif.js";
import type { PairBlock } from "./pair-block.js";

/** What canonical kernels are made for. */
interface CanonicalOptions {
  readonly group: Group;
  readonly changes: readonly KernelChange[];
  readonly table: GroupTable;
  readonly source: Family;
  readonly target: Family;
}

/** Canonical kernels, strongest first. */
export function canonicalKernels(
  pair: PairBlock,
  { group, changes, table, source: family, target: readers }: CanonicalOptions,
): CanonicalKernel[] {
  const { order, inverse } = table;
  const { height, width, source, target } = pair;
  const still = source.stabiliser.length === order;
  const taps = height * width;
  const place = (element: number): number => coset(element, source.stabiliser, table);
  const unitAt = (relative: number): CanonicalKernel["unit"] =>
    family.members.find(({ element }) => place(element) === relative)?.unit ?? null;
  const sums = new Map<number, KernelSum>();
  const turned = new Float64Array(taps);
  const invariant = target.stabiliser.length === order;
  target.elements.forEach((b, t) => {
    source.elements.forEach((a, s) => {
      // An invariant unit has no place of its own: its kernels are taken back by the place of what they read.
      const back = inverse[invariant ? a : b]!;
      const goal = invariant ? 0 : times(table, back, a);
      // Too far apart in a range to be named by one element: it is not reduced.
      if (goal < 0) return;
      const relative = place(goal);
      turn(turned, pair.data, (t * source.elements.length + s) * taps, changes[back]!.taps);
      const gain = still ? changes[back]!.sign : 1;
      // Invariant units all have the same place; each is a case of its own.
      const key = still ? s : relative;
      const unit = still ? family.members[s]!.unit : unitAt(relative);
      const known = sums.get(key) ?? { unit, sum: new Float64Array(taps), members: [], relative };
      for (let tap = 0; tap < taps; tap++) known.sum[tap]! += gain * turned[tap]!;
      known.members.push([family.members[s]!.unit, readers.members[t]!.unit]);
      sums.set(key, known);
    });
  });
  return meanKernels([...sums.values()], { group, height, width });
}
