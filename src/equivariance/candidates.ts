/**
 * The search, once: invariant units first, then clusters of the rest, then what each cluster is worth. The same search runs
 * on the weights and on every null draw, so that its choices are paid for.
 */
import type { Affinities } from "./affinity.js";
import type { Cluster, LinkOptions } from "./cluster.js";
import { type GroupTable, relative, subgroups, times } from "./group.js";
import { link } from "./link.js";

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

/** Least affinity of a unit to itself, after any element, that counts as invariance; the steps of a range change little. */
const invariance = { circle: 0.7, range: 0.9 };

/** A subgroup stabilises a template that it changes by less than this part of the members' affinity. */
const sameness = 0.9;

/** Runs the search. */
export function findCandidates(
  affinity: Affinities,
  units: number,
  table: GroupTable,
  limits: Required<Pick<LinkOptions, "cutoff" | "chance">> & Pick<LinkOptions, "tolerance">,
): Found {
  const { order } = table;
  const invariant: { unit: number; affinity: number }[] = [];
  const among: number[] = [];
  for (let unit = 0; unit < units; unit++) {
    const at = (unit * units + unit) * order;
    const least = affinity.subarray(at + 1, at + order).reduce((low, s) => Math.min(low, s), 1);
    if (least >= invariance[table.range ? "range" : "circle"]) invariant.push({ unit, affinity: least });
    else among.push(unit);
  }
  const all = subgroups(table);
  const candidates: Candidate[] = [];
  for (const linked of link(affinity, units, table, { ...limits, among })) {
    const cluster = withoutStrangers(linked, { affinity, units, table });
    const size = cluster.members.length;
    const others = (j: number, h: number): number[] => {
      const alike = cluster.members.map((_, k) => cosineOf(cluster, { affinity, units, table }, [j, k, h]));
      return alike.filter((cosine, k) => k !== j && !Number.isNaN(cosine));
    };
    const meanOf = (h: number): number => mean(cluster.members.flatMap((_, j) => others(j, h)));
    const affine = meanOf(0);
    const stabiliser = all.find((subgroup) => subgroup.every((h) => h === 0 || meanOf(h) >= sameness * affine)) ?? [0];
    const places = new Set(cluster.elements.map((element) => coset(element, stabiliser, table)));
    const possible = order / stabiliser.length;
    // Of a circle two places may be chance; of a range, whose ends cannot be compared, two are what can be asked for.
    if (possible < 2 || places.size < Math.min(table.range ? 2 : 3, possible)) continue;
    const support = cluster.members.map((_, j) => mean(others(j, 0)));
    candidates.push({
      ...cluster,
      stabiliser,
      support,
      strength: support.reduce((sum, s) => sum + s - limits.cutoff, 0),
    });
  }
  return { candidates, invariant };
}

/** Where members are looked up. */
interface Within {
  readonly affinity: Affinities;
  readonly units: number;
  readonly table: GroupTable;
}

/** Cosine of member j at the place of k, after h; `NaN` where the two are too far apart in a range. */
function cosineOf(
  { members, elements }: Cluster,
  { affinity, units, table }: Within,
  [j, k, h]: readonly [number, number, number],
): number {
  const g = relative(table, elements[j]!, times(table, elements[k]!, h));
  return g < 0 ? Number.NaN : affinity[(members[j]! * units + members[k]!) * table.order + g]!;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** A member whose mean affinity to the others is below this part of theirs among themselves came in by chance. */
const belonging = 0.88;

/** The cluster without the members that fit much worse than the others do, worst first. */
function withoutStrangers(cluster: Cluster, within: Within): Cluster {
  const { members, elements } = cluster;
  const kept = members.map((_, i) => i);
  const cosines = (j: number, all: readonly number[]): number[] =>
    all.flatMap((k) => {
      const cosine = cosineOf(cluster, within, [j, k, 0]);
      return j === k || Number.isNaN(cosine) ? [] : [cosine];
    });
  while (kept.length > 3) {
    const support = kept.map((j) => mean(cosines(j, kept)));
    const worst = support.indexOf(Math.min(...support));
    const others = kept.filter((_, at) => at !== worst);
    const rest = mean(others.flatMap((j) => cosines(j, others)));
    if (support[worst]! >= belonging * rest) break;
    kept.splice(worst, 1);
  }
  return { members: kept.map((i) => members[i]!), elements: kept.map((i) => elements[i]!) };
}

/** The least element of `element · stabiliser`, which stands for all of them. */
export function coset(element: number, stabiliser: readonly number[], table: GroupTable): number {
  return Math.min(...stabiliser.map((s) => times(table, element, s)).filter((place) => place >= 0));
}
