/**
 * A kernel is explained once. The same weights can be seen as two units that take the mirror away and as a pair that the
 * mirror makes; of motifs that share kernels the better explanation is kept, and those that explain little besides go.
 */
import type { Block } from "./block.js";
import type { PairBlock } from "./pair-block.js";

/** Motifs whose kernels are explained better by others, up to this part of their energy, add something. */
const most = 0.5;

/** The pairs that are left, in their order. */
export function deduplicateMotifs<T extends { readonly kernels: PairBlock; readonly score: number }>(
  pairs: readonly T[],
  { inputs }: Pick<Block, "inputs">,
): T[] {
  const explained = new Set<number>();
  const kept = new Set<T>();
  for (const pair of [...pairs].sort((a, b) => b.score - a.score)) {
    const { data, height, width, source, target } = pair.kernels;
    const places = target.places.flatMap((o) => source.places.map((i) => o * inputs.length + i));
    let [energy, before] = [0, 0];
    places.forEach((place, at) => {
      for (const weight of data.subarray(at * height * width, (at + 1) * height * width)) {
        energy += weight ** 2;
        if (explained.has(place)) before += weight ** 2;
      }
    });
    if (before > most * energy) continue;
    kept.add(pair);
    for (const place of places) explained.add(place);
  }
  return pairs.filter((pair) => kept.has(pair));
}
