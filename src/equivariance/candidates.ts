/**
 * The search, once: invariant units first, then clusters of the rest, then what each cluster is worth. The same search runs
 * on the weights and on every null draw, so that its choices are paid for.
 */
import type { Affinities } from "./affinity.js";
import { type GroupTable, subgroups } from "./group.js";
import { type Cluster, link } from "./link.js";

/** A cluster that may be a family. */
export interface Candidate extends Cluster {
  readonly stabiliser: readonly number[];
  /** Each member's mean affinity to the others. */
  readonly support: readonly number[];
  /** Σ (support − cutoff): more for more members and for closer ones. */
  readonly strength: number;
}

/** What one search found. */
export interface Found {
  readonly candidates: readonly Candidate[];
  /** Units that every element leaves alike, with the least of their affinities to themselves. */
  readonly invariant: readonly { readonly unit: number; readonly affinity: number }[];
}

/** Least affinity of a unit to itself, after any element, that counts as invariance. */
const invariance = 0.7;

/** A subgroup stabilises a template that it changes by less than this part of the members' affinity. */
const sameness = 0.9;

/** Runs the search. */
export function findCandidates(affinity: Affinities, units: number, table: GroupTable, cutoff: number): Found {
  const { order } = table;
  const invariant: { unit: number; affinity: number }[] = [];
  const among: number[] = [];
  for (let unit = 0; unit < units; unit++) {
    const at = (unit * units + unit) * order;
    const least = affinity.subarray(at + 1, at + order).reduce((low, s) => Math.min(low, s), 1);
    if (least >= invariance) invariant.push({ unit, affinity: least });
    else among.push(unit);
  }
  const all = subgroups(table);
  const candidates: Candidate[] = [];
  for (const linked of link(affinity, units, table, { cutoff, among })) {
    const cluster = withoutStrangers(linked, affinity, units, table);
    const between = (j: number, k: number, h: number): number => {
      const { product, inverse } = table;
      const turned = product[product[cluster.elements[k]! * order + h]! * order + inverse[cluster.elements[j]!]!]!;
      return turned < 0 ? -1 : affinity[(cluster.members[j]! * units + cluster.members[k]!) * order + turned]!;
    };
    const size = cluster.members.length;
    const meanOf = (h: number): number => {
      let sum = 0;
      for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) if (j !== k) sum += between(j, k, h);
      return sum / (size * (size - 1));
    };
    const mean = meanOf(0);
    const stabiliser = all.find((subgroup) => subgroup.every((h) => h === 0 || meanOf(h) >= sameness * mean)) ?? [0];
    const places = new Set(cluster.elements.map((element) => coset(element, stabiliser, table)));
    const possible = order / stabiliser.length;
    if (possible < 2 || places.size < Math.min(3, possible)) continue;
    const support = cluster.members.map((_, j) => {
      let sum = 0;
      for (let k = 0; k < size; k++) if (k !== j) sum += between(j, k, 0);
      return sum / (size - 1);
    });
    candidates.push({ ...cluster, stabiliser, support, strength: support.reduce((sum, s) => sum + s - cutoff, 0) });
  }
  return { candidates, invariant };
}

/** A member whose mean affinity to the others is below this part of theirs among themselves came in by chance. */
const belonging = 0.88;

/** The cluster without the members that fit much worse than the others do, worst first. */
function withoutStrangers(
  { members, elements }: Cluster,
  affinity: Affinities,
  units: number,
  { order, product, inverse }: GroupTable,
): Cluster {
  const kept = members.map((_, i) => i);
  const cosine = (j: number, k: number): number => {
    const g = product[elements[k]! * order + inverse[elements[j]!]!]!;
    return g < 0 ? -1 : affinity[(members[j]! * units + members[k]!) * order + g]!;
  };
  while (kept.length > 3) {
    const sums = kept.map((j) => kept.reduce((sum, k) => (j === k ? sum : sum + cosine(j, k)), 0));
    const worst = sums.indexOf(Math.min(...sums));
    const n = kept.length;
    // Both directions of each of the worst one's pairs leave the total.
    const rest = (sums.reduce((sum, s) => sum + s, 0) - 2 * sums[worst]!) / ((n - 1) * (n - 2));
    if (sums[worst]! / (n - 1) >= belonging * rest) break;
    kept.splice(worst, 1);
  }
  return { members: kept.map((i) => members[i]!), elements: kept.map((i) => elements[i]!) };
}

/** The least element of `element · stabiliser`, which stands for all of them. */
export function coset(element: number, stabiliser: readonly number[], { order, product }: GroupTable): number {
  return Math.min(...stabiliser.map((s) => product[element * order + s]!));
}
