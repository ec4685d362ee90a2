/**
 * The linkage of `link.ts` for a range, such as sizes: two elements may be too far from each other to be compared, and then
 * the pair says nothing. No member need be in reach of all others, so two clusters are joined by the two elements that bring
 * them side by side within the range, A's members to θ_a r and B's to θ_b h.
 */
import type { Affinities } from "./affinity.js";
import { type Cluster, type LinkOptions, tooFar } from "./cluster.js";
import { type GroupTable, relative, times } from "./group.js";

/** Two clusters side by side. */
interface Joint {
  readonly mean: number;
  readonly first: readonly number[];
  readonly second: readonly number[];
}

type Growing = Cluster & { readonly inside: number };

/** Clusters of two and more. */
export function linkRange(affinity: Affinities, units: number, table: GroupTable, options: LinkOptions): Cluster[] {
  const { cutoff, among } = options;
  const alive: Growing[] = among.map((unit) => ({ members: [unit], elements: [0], inside: 0 }));
  const joints = new Map<Growing, Map<Growing, Joint>>(alive.map((cluster) => [cluster, new Map()]));
  const measure = (a: Growing, b: Growing): void => {
    const joint = sideBySide(a, b, { affinity, units, table });
    if (joint && joint.mean >= cutoff && !tooFar(joint.mean, Math.max(a.inside, b.inside), options))
      joints.get(a)!.set(b, joint);
  };
  alive.forEach((a, i) => {
    for (const b of alive.slice(i + 1)) measure(a, b);
  });
  for (;;) {
    let best: { a: Growing; b: Growing; joint: Joint } | null = null;
    for (const a of alive)
      for (const [b, joint] of joints.get(a)!) if (!best || joint.mean > best.joint.mean) best = { a, b, joint };
    if (!best) break;
    const { a, b, joint } = best;
    const [sizeA, sizeB] = [a.members.length, b.members.length];
    const pairs = (k: number): number => (k * (k - 1)) / 2;
    const held = a.inside * pairs(sizeA) + b.inside * pairs(sizeB) + joint.mean * sizeA * sizeB;
    const joined: Growing = {
      members: [...a.members, ...b.members],
      elements: [...joint.first, ...joint.second],
      inside: held / pairs(sizeA + sizeB),
    };
    for (const gone of [a, b]) {
      alive.splice(alive.indexOf(gone), 1);
      joints.delete(gone);
      for (const others of joints.values()) others.delete(gone);
    }
    joints.set(joined, new Map());
    for (const other of alive) measure(joined, other);
    alive.push(joined);
  }
  return alive.filter(({ members }) => members.length > 1).map(({ members, elements }) => ({ members, elements }));
}

/** The best way to bring two clusters side by side; `null` where they do not fit in the range. */
function sideBySide(
  a: Cluster,
  b: Cluster,
  { affinity, units, table }: { readonly affinity: Affinities; readonly units: number; readonly table: GroupTable },
): Joint | null {
  let best: Joint | null = null;
  for (const first of placements(a, table)) {
    for (const second of placements(b, table)) {
      let [sum, count] = [0, 0];
      a.members.forEach((unit, i) => {
        b.members.forEach((other, j) => {
          const g = relative(table, first[i]!, second[j]!);
          if (g < 0) return;
          sum += affinity[(unit * units + other) * table.order + g]!;
          count++;
        });
      });
      if (count > 0 && (!best || sum / count > best.mean)) best = { mean: sum / count, first, second };
    }
  }
  return best;
}

/** The elements of a cluster from every template that keeps them in the range. */
function placements({ elements }: Cluster, table: GroupTable): number[][] {
  return Array.from({ length: table.order }, (_, r) => elements.map((element) => times(table, element, r))).filter(
    (placed) => placed.every((element) => element >= 0),
  );
}
