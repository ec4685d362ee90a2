/**
 * Families as clusters that agree on a template. Average linkage, but two clusters join with one group element for all
 * their members, so that angles are synchronised and closure holds by construction:
 *
 *     w_a = ρ(θ_a) T_A,  w_b = ρ(θ_b) T_B          link(A, B) = max_h mean_a, b S[a, b, θ_b h θ_a⁻¹]
 *
 * After joining by h, B's members have the elements θ_b h. Sums over members are kept for every pair of clusters and every
 * h, so that a merge only adds rows:   V[A∪B, C](x) = V[A, C](x) + V[B, C](x h⁻¹),   V[C, A∪B](x) = V[C, A](x) + V[C, B](h x).
 */
import type { Affinities } from "./affinity.js";
import { type Cluster, type LinkOptions, tooFar } from "./cluster.js";
import type { GroupTable } from "./group.js";
import { linkRange } from "./link-range.js";

/** Clusters of two and more. */
export function link(affinity: Affinities, units: number, table: GroupTable, options: LinkOptions): Cluster[] {
  if (table.range) return linkRange(affinity, units, table, options);
  const { cutoff, among } = options;
  const { order, product, inverse } = table;
  const n = among.length;
  const sums = new Float32Array(n * n * order);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      const from = (among[a]! * units + among[b]!) * order;
      sums.set(affinity.subarray(from, from + order), (a * n + b) * order);
    }
  }
  const clusters = Array.from({ length: n }, (_, a) => ({ members: [a], elements: [0], inside: 0 }));
  const alive = Array.from({ length: n }, (_, a) => a);
  const apart = new Set<number>();
  const best = new Float64Array(n);
  const partner = new Int32Array(n);
  const turn = new Int32Array(n);

  const look = (a: number): void => {
    best[a] = Number.NEGATIVE_INFINITY;
    for (const b of alive) {
      if (b === a || apart.has(a < b ? a * n + b : b * n + a)) continue;
      const count = clusters[a]!.members.length * clusters[b]!.members.length;
      const at = (a * n + b) * order;
      for (let h = 0; h < order; h++) {
        const mean = sums[at + h]! / count;
        if (mean <= best[a]!) continue;
        best[a] = mean;
        partner[a] = b;
        turn[a] = h;
      }
    }
  };
  for (const a of alive) look(a);

  while (alive.length > 1) {
    let a = -1;
    for (const c of alive) if (a < 0 || best[c]! > best[a]!) a = c;
    if (a < 0 || best[a]! < cutoff) break;
    const b = partner[a]!;
    const h = turn[a]!;
    const [A, B] = [clusters[a]!, clusters[b]!];
    const inside = Math.max(A.inside, B.inside);
    if (tooFar(best[a]!, inside, options)) {
      apart.add(a < b ? a * n + b : b * n + a);
      look(a);
      look(b);
      continue;
    }
    const pairs = (k: number): number => (k * (k - 1)) / 2;
    const [sizeA, sizeB] = [A.members.length, B.members.length];
    const joined =
      (A.inside * pairs(sizeA) + B.inside * pairs(sizeB) + best[a]! * sizeA * sizeB) / pairs(sizeA + sizeB);
    const elements = B.elements.map((element) => product[element * order + h]!);
    clusters[a] = { members: [...A.members, ...B.members], elements: [...A.elements, ...elements], inside: joined };
    alive.splice(alive.indexOf(b), 1);
    const back = inverse[h]!;
    for (const c of alive) {
      if (c === a) continue;
      if (apart.has(b < c ? b * n + c : c * n + b)) apart.add(a < c ? a * n + c : c * n + a);
      for (let x = 0; x < order; x++) {
        sums[(a * n + c) * order + x]! += sums[(b * n + c) * order + product[x * order + back]!]!;
        sums[(c * n + a) * order + x]! += sums[(c * n + b) * order + product[h * order + x]!]!;
      }
    }
    look(a);
    for (const c of alive) {
      if (c === a) continue;
      if (partner[c] === a || partner[c] === b) look(c);
      else if (!apart.has(a < c ? a * n + c : c * n + a)) {
        const count = clusters[a]!.members.length * clusters[c]!.members.length;
        for (let x = 0; x < order; x++) {
          const mean = sums[(c * n + a) * order + x]! / count;
          if (mean <= best[c]!) continue;
          best[c] = mean;
          partner[c] = a;
          turn[c] = x;
        }
      }
    }
  }
  return alive.flatMap((a) => {
    const { members, elements } = clusters[a]!;
    return members.length > 1 ? [{ members: members.map((m) => among[m]!), elements }] : [];
  });
}
