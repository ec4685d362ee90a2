/** The kernels of a pair of families reduced to one per relative element: each is taken back to the template's place, then meaned. */
import type { Unit } from "../core/unit.js";
import { coset } from "./candidates.js";
import { turn } from "./commute.js";
import type { Family } from "./family.js";
import { type Group, type GroupTable, times } from "./group.js";
import type { KernelChange } from "./kernel-action.js";
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

/** What is meaned for one relative element. */
interface Sum {
  readonly sum: Float64Array;
  readonly members: [from: Unit, to: Unit][];
  readonly relative: number;
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
  const sums = new Map<number, Sum>();
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
      const known = sums.get(key) ?? { sum: new Float64Array(taps), members: [], relative };
      for (let tap = 0; tap < taps; tap++) known.sum[tap]! += gain * turned[tap]!;
      known.members.push([family.members[s]!.unit, readers.members[t]!.unit]);
      sums.set(key, known);
    });
  });
  const unitAt = (relative: number): CanonicalKernel["unit"] =>
    family.members.find(({ element }) => place(element) === relative)?.unit ?? null;
  const kernels = [...sums].map(
    ([key, { sum, members, relative }]): CanonicalKernel => ({
      unit: still ? family.members[key]!.unit : unitAt(relative),
      relative,
      label: group.label(relative),
      height,
      width,
      data: Float32Array.from(sum, (value) => value / members.length),
      count: members.length,
      members,
    }),
  );
  const strength = ({ data }: CanonicalKernel): number => data.reduce((sum, w) => sum + w * w, 0);
  return kernels.sort((a, b) => strength(b) - strength(a));
}
