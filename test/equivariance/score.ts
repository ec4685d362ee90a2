/** How well what was found agrees with what was planted: pairs of units that share a family. */
import type { Family } from "../../src/equivariance/family.js";
import { type GroupTable, relative, times } from "../../src/equivariance/group.js";
import type { Motif } from "../../src/equivariance/motif.js";
import type { Planted, PlantedFamily } from "./planted.js";

/** Counts of pairs, and of pairs with the right relative element. */
export interface PairScore {
  readonly precision: number;
  readonly recall: number;
  /** Of the pairs found rightly, the share whose relative element is the planted one. */
  readonly angles: number;
}

/** Compares families; units alone do not count. */
export function pairScore(found: readonly Family[], planted: readonly PlantedFamily[], table: GroupTable): PairScore {
  const home = new Map<number, { family: PlantedFamily; element: number }>();
  for (const family of planted)
    family.channels.forEach((channel, i) => home.set(channel, { family, element: family.elements[i]! }));
  let [all, right, angles] = [0, 0, 0];
  for (const { members, stabiliser } of found) {
    members.forEach((a, i) => {
      for (const b of members.slice(i + 1)) {
        all++;
        const [x, y] = [home.get(a.unit.channel), home.get(b.unit.channel)];
        if (!x || x.family !== y?.family) continue;
        right++;
        const coset = stabiliser.map((s) => relative(table, a.element, times(table, b.element, s)));
        if (coset.includes(relative(table, x.element, y.element))) angles++;
      }
    });
  }
  const pairs = planted.reduce((sum, { channels: { length: n } }) => sum + (n * (n - 1)) / 2, 0);
  return {
    precision: all === 0 ? 1 : right / all,
    recall: pairs === 0 ? 1 : right / pairs,
    angles: right === 0 ? 1 : angles / right,
  };
}

/** Share of the planted invariant units that were found as such. */
export function invariantRecall(found: readonly Family[], planted: readonly PlantedFamily[]): number {
  const alone = new Set(found.flatMap(({ members }) => (members.length === 1 ? [members[0]!.unit.channel] : [])));
  const units = planted.filter(({ invariant }) => invariant);
  return units.length === 0 ? 1 : units.filter(({ channels }) => alone.has(channels[0]!)).length / units.length;
}

/** Planted motifs into one layer that were found with their kind, and found ones that were not planted. */
export function motifScore(
  found: readonly Motif[],
  { families, motifs }: Planted,
  into = 1,
): { planted: number; right: number; wrong: number } {
  const home = (layer: number, { members }: Family): number =>
    families[layer]!.findIndex(
      ({ channels }) => members.filter(({ unit }) => channels.includes(unit.channel)).length > members.length / 2,
    );
  const key = (source: number, target: number, kind: string): string => `${source} ${target} ${kind}`;
  const planted = new Set(motifs.filter(({ layer }) => layer === into).map((m) => key(m.source, m.target, m.kind)));
  const got = new Set(found.map((m) => key(home(into - 1, m.source), home(into, m.target), m.kind)));
  const right = [...planted].filter((motif) => got.has(motif)).length;
  return { planted: planted.size, right, wrong: [...got].filter((motif) => !planted.has(motif)).length };
}
