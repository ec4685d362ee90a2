/**
 * Motifs between two layers: pairs of families whose weights commute with the group. Families are found first; then every
 * pair is measured as each kind of motif, and judged by draws without structure.
 */
import { LensError } from "../core/errors.js";
import { asMotif } from "./as-motif.js";
import { type Block, incoming, inputsFrom, layerName, type Weights } from "./block.js";
import { canonicalKernels } from "./canonical.js";
import { completed, type FindFamiliesOptions } from "./find-families.js";
import { tableOf } from "./group.js";
import { kernelChanges } from "./kernel-action.js";
import type { Motif } from "./motif.js";
import { type FamilyPair, familyPairs, heldStill } from "./motif-ends.js";
import { type Evidence, judgePairs } from "./motif-evidence.js";
import { type PairBlock, pairBlock } from "./pair-block.js";

/**
 * Options of `findMotifs`. The threshold is also the least cosine between kernels and their prediction from the others.
 *
 * @public
 */
export type FindMotifsOptions = Omit<FindFamiliesOptions, "by" | "inputs">;

/**
 * Finds the motifs between two adjacent layers, those with the largest equivariant share of weight first.
 *
 * Where nothing leads to `from` (a plain block), its families are found by what reads them, and every unit of `to` may be
 * the invariant end of a motif; where no families are known in `from`, its units are taken to be invariant as they are. So is
 * every unit of `from` in no family: that a family reads it by one kernel, turned, is evidence by itself.
 *
 * @throws LensError as `findFamilies` does, and `unsupported` where `to` does not read `from`.
 * @public
 */
export async function findMotifs(
  weights: Weights,
  from: string,
  to: string,
  options: FindMotifsOptions,
): Promise<Motif[]> {
  const { threshold, level, draws, seed } = completed(options);
  const { group } = options;
  const table = tableOf(group);
  const source = layerName(weights, from);
  const whole = incoming(weights, layerName(weights, to), options.weights);
  const block = inputsFrom(whole, source);
  if (block.inputs.length === 0) {
    const others = [...new Set(whole.inputs.map((unit) => unit.layer))];
    throw new LensError("unsupported", `"${to}" does not read "${from}"; it reads ${others.join(", ")}`);
  }
  const ends = await familyPairs(weights, block, options);
  const changes = kernelChanges(group, block);
  const everyReader = heldStill(block.outputs, group);
  const pairs = ends.flatMap((pair) => {
    const kernels = pairBlock(block, pair);
    const fit = asMotif(kernels, changes, table);
    const seen = pair.fitted === "source" ? pairBlock(block, { source: pair.source, target: everyReader }) : kernels;
    return fit && fit.prediction >= threshold ? [{ ...pair, kernels, seen, ...fit }] : [];
  });
  // Units held still without evidence of their own are many; their number says nothing about pairs of families.
  const evidence = new Map<FamilyPair, Evidence>();
  for (const assumed of [false, true]) {
    const some = pairs.filter((pair) => pair.assumed === assumed);
    const judged = await judgePairs(some, {
      ...completed(options),
      changes,
      table,
      task: `${source} → ${to}`,
      all: block.data,
      considered: ends.filter((pair) => pair.assumed === assumed).length,
      signal: options.signal,
      onProgress: options.onProgress,
    });
    some.forEach((pair, i) => {
      evidence.set(pair, judged[i]!);
    });
  }
  const motifs = pairs.map((pair): Motif => {
    const { kind, score, prediction, source, target, kernels } = pair;
    const canonical = canonicalKernels(kernels, { group, changes, table, source, target });
    return {
      kind,
      group: group.name,
      settings: { group: group.name, weights: options.weights ?? "folded", threshold, level, draws, seed },
      source,
      target,
      score,
      ...evidence.get(pair)!,
      prediction,
      share: Math.min(1, energy(kernels.data) / (energyInto(block, kernels) || 1)),
      offset: canonical[0]!.relative,
      offsetLabel: canonical[0]!.label,
      kernels: canonical,
      union: kind === "equivariant→invariant" && everyMemberExcites(kernels),
    };
  });
  return motifs.filter(({ qValue }) => qValue <= level).sort((a, b) => b.share * b.score - a.share * a.score);
}

/** Energy of all that the targets read of the layer. */
function energyInto(block: Block, { target }: PairBlock): number {
  const length = block.inputs.length * block.height * block.width;
  return target.places.reduce((sum, o) => sum + energy(block.data.subarray(o * length, (o + 1) * length)), 0);
}

function energy(data: Float32Array): number {
  return data.reduce((sum, w) => sum + w * w, 0);
}

function everyMemberExcites({ data, height, width }: PairBlock): boolean {
  const taps = height * width;
  for (let at = 0; at < data.length; at += taps) {
    if (data.subarray(at, at + taps).reduce((sum, w) => sum + w, 0) <= 0) return false;
  }
  return true;
}
