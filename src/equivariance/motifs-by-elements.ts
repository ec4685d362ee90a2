/**
 * Motifs between families by the elements of a group, such as those found in weights: every pair of families is measured as each
 * kind of motif, judged by draws without structure, and each kernel explained once.
 */

import { createRandom } from "../core/random.js";
import { untilAborted } from "../core/run.js";
import { formatUnit } from "../core/unit.js";
import { type Yield, yieldEvery } from "../core/yield.js";
import type { Block, Weights } from "./block.js";
import { canonicalKernels } from "./canonical.js";
import { type Acting, settledMotif } from "./classify-motif.js";
import { deduplicateMotifs } from "./deduplicate-motifs.js";
import { describeMotif, energy, energyInto } from "./describe-motif.js";
import type { Family } from "./family.js";
import { completed, type FindFamiliesOptions, recordOf } from "./find-families.js";
import { tableOf } from "./group.js";
import { kernelChanges } from "./kernel-action.js";
import type { Motif } from "./motif.js";
import { type Ends, type FamilyPair, familyPairs, fitsWithout, heldStill } from "./motif-ends.js";
import { type Evidence, judgePairs, type MeasuredPair } from "./motif-evidence.js";
import { pairBlock } from "./pair-block.js";

type Options = Omit<FindFamiliesOptions, "by" | "inputs">;

/** The motifs of a block whose kernels are at the gain of what they read; `stored` has them as they are. */
export async function motifsByElements(
  weights: Weights,
  { block, stored }: { readonly block: Block; readonly stored: Block },
  options: Options,
): Promise<Motif[]> {
  const settings = completed(options);
  const { group, signal, onProgress } = options;
  const all = await familyPairs(weights, block, options);
  const ends = { ...all, pairs: all.pairs.filter((pair) => isRead(pair, block)) };
  const acting = { changes: kernelChanges(group, block), table: tableOf(group) };
  const breathe = yieldEvery(signal);
  const steps = { task: `${block.inputs[0]!.layer} → ${block.outputs[0]!.layer}`, total: 1 + 2 * ends.pairs.length };
  let done = 0;
  const step = async (count = 1): Promise<void> => {
    done += count;
    await untilAborted(signal, onProgress?.({ ...steps, done }));
    await breathe();
  };
  await step();
  const pairs = await measured(ends, { block, acting, options, breathe, step });
  await step(ends.pairs.length - pairs.length);
  const evidence = new Map<Measured, Evidence>();
  // Units held still without evidence of their own are many; their number says nothing about pairs of families.
  for (const assumed of [false, true]) {
    const some = pairs.filter((pair) => pair.assumedInvariant === assumed);
    const considered = ends.pairs.filter((pair) => pair.assumedInvariant === assumed).length;
    const judged = await judgePairs(some, { ...settings, acting, all: block.data, considered, breathe, step });
    some.forEach((pair, i) => {
      evidence.set(pair, judged[i]!);
    });
  }
  const significant = pairs.filter((pair) => evidence.get(pair)!.qValue <= settings.alpha);
  const record = recordOf(options);
  return deduplicateMotifs(significant, block).map((pair) => {
    const { source, target } = pair;
    const canonical = canonicalKernels(pairBlock(stored, pair), { group, ...acting, source, target });
    return describeMotif({ ...pair, ...evidence.get(pair)! }, { canonical, block, settings: record });
  });
}

type Measured = MeasuredPair & NonNullable<ReturnType<typeof settledMotif>>;

/**
 * Whether a unit that is held still is worth a test: it is read, or reads, by kernels no weaker than all kernels to the same targets
 * are on the mean. As null draws keep the norms of kernels, to choose by them leaves p values as they are.
 */
function isRead(pair: FamilyPair, block: Block): boolean {
  const { source, target, assumedInvariant } = pair;
  if (!assumedInvariant || Math.min(source.members.length, target.members.length) > 1) return true;
  const kernels = pairBlock(block, pair);
  const { length } = kernels.source.places;
  return energy(kernels.data) >= (energyInto(block, kernels) * length) / block.inputs.length;
}

interface Measuring {
  readonly block: Block;
  readonly acting: Acting;
  readonly options: Options;
  readonly breathe: Yield;
  readonly step: () => Promise<void>;
}

/** The pairs whose kernels are predicted from each other well enough. */
async function measured(
  { pairs, sources }: Ends,
  { block, acting, options, breathe, step }: Measuring,
): Promise<Measured[]> {
  const { group } = options;
  const { threshold, seed } = completed(options);
  const random = createRandom(seed);
  const everyReader = heldStill(block.outputs, group);
  const without = { block, sources, group, breathe };
  const placed = new Set(sources.flatMap(({ members }) => members.map(({ unit }) => formatUnit(unit))));
  const units = block.inputs.filter((unit) => !placed.has(formatUnit(unit)));
  // All that is in no family below leaves the same families for a target to be fitted by.
  const byFamilies = new Map<Family, boolean>();
  const isKnown = async (source: Family, target: Family): Promise<boolean> => {
    if (sources.includes(source)) return fitsWithout(source, target, without);
    const known = byFamilies.get(target) ?? (await fitsWithout(source, target, without));
    byFamilies.set(target, known);
    if (known || source.members.length > 1) return known;
    // The target's angles also follow from units in no family, each held at one place.
    const others = units.filter((unit) => formatUnit(unit) !== formatUnit(source.members[0]!.unit));
    const still = others.map((unit) => heldStill([unit], group));
    return fitsWithout(source, target, { ...without, sources: [...sources, ...still] });
  };
  const found: Measured[] = [];
  for (const pair of pairs) {
    const kernels = pairBlock(block, pair);
    const fit = settledMotif(kernels, acting, { threshold, random });
    await step();
    if (!fit) continue;
    const seen = pair.fitted === "source" ? pairBlock(block, { source: pair.source, target: everyReader }) : kernels;
    const known = pair.fitted === "target" && (await isKnown(pair.source, pair.target));
    // One unit held still, read by angles that were fitted to these very kernels, is no evidence of its own.
    if (pair.assumedInvariant && pair.fitted === "target" && pair.source.members.length === 1 && !known) continue;
    found.push({ ...pair, fitted: known ? "neither" : pair.fitted, kernels, seen, ...fit });
  }
  return found;
}
