/**
 * Motifs between two layers: pairs of families whose weights commute with the group. Families are found first; then every
 * pair is measured as each kind of motif, judged by draws without structure, and each kernel explained once.
 */
import { LensError } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import { throwIfAborted } from "../core/run.js";
import { type Yield, yieldEvery } from "../core/yield.js";
import { resultOf } from "../network/result.js";
import { type Block, incoming, inputsFrom, layerName, modelOf, type Weights } from "./block.js";
import { canonicalKernels } from "./canonical.js";
import { type Acting, settledMotif } from "./classify-motif.js";
import { deduplicateMotifs } from "./deduplicate-motifs.js";
import type { Family } from "./family.js";
import { completed, type FindFamiliesOptions } from "./find-families.js";
import { tableOf } from "./group.js";
import { kernelChanges } from "./kernel-action.js";
import type { CanonicalKernel, Motif, Motifs } from "./motif.js";
import { type Ends, familyPairs, fitsWithout, heldStill } from "./motif-ends.js";
import { type Evidence, judgePairs, type MeasuredPair } from "./motif-evidence.js";
import { type PairBlock, pairBlock } from "./pair-block.js";

/**
 * Options of `findMotifs`. The threshold is also the least cosine between kernels and their prediction from the others.
 *
 * @public
 */
export type FindMotifsOptions = Omit<FindFamiliesOptions, "by" | "inputs">;

/**
 * Finds the motifs between two adjacent layers: those between families first, then those with an end that was held still, each
 * with the largest equivariant share of weight first.
 *
 * Where nothing leads to `from` (a plain block), its families are found by what reads them, and every unit of `to` may be
 * the invariant end of a motif; where no families are known in `from`, its units are taken to be invariant as they are. So is
 * every unit of `from` in no family: that a family reads it by one kernel, turned, is evidence by itself. Such motifs are
 * marked as `assumed`. Of motifs that share kernels the better explanation is kept.
 *
 * @throws LensError as `findFamilies` does, and `unsupported` where `to` does not read `from`, or `from` is the image; the
 * signal's reason when aborted.
 * @public
 */
export async function findMotifs(
  weights: Weights,
  from: string,
  to: string,
  options: FindMotifsOptions,
): Promise<Motifs> {
  const settings = completed(options);
  const { group, signal, onProgress } = options;
  throwIfAborted(signal);
  const block = blockBetween(weights, [from, to], options);
  const ends = await familyPairs(weights, block, options);
  const acting = { changes: kernelChanges(group, block), table: tableOf(group) };
  const breathe = yieldEvery(signal);
  const steps = { task: `${block.inputs[0]!.layer} → ${block.outputs[0]!.layer}`, total: 1 + 2 * ends.pairs.length };
  let done = 0;
  const step = async (count = 1): Promise<void> => {
    done += count;
    onProgress?.({ ...steps, done });
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
  const motifs = deduplicateMotifs(significant, block).map((pair): Motif => {
    const { kind, score, prediction, source, target, kernels, assumedInvariant, permutedScore } = pair;
    const canonical = canonicalKernels(kernels, { group, ...acting, source, target });
    return {
      kind,
      group: group.name,
      settings: { group: group.name, weights: options.weights ?? "folded", ...settings },
      source,
      target,
      score,
      ...evidence.get(pair)!,
      permutedScore,
      prediction,
      share: Math.min(1, energy(kernels.data) / (energyInto(block, kernels) || 1)),
      offset: canonical[0]!.relative,
      offsetLabel: canonical[0]!.label,
      kernels: canonical,
      union: kind === "equivariant→invariant" && canonical.every(excites),
      assumedInvariant,
    };
  });
  motifs.sort(
    (a, b) => Number(a.assumedInvariant) - Number(b.assumedInvariant) || b.share * b.score - a.share * a.score,
  );
  const record = { group: group.name, weights: options.weights ?? "folded", ...settings };
  const layers = { from: block.inputs[0]!.layer, to: block.outputs[0]!.layer };
  return resultOf("motifs", modelOf(weights), { settings: record }, { ...layers, motifs });
}

/** The kernels by which one layer reads another. */
function blockBetween(weights: Weights, [from, to]: readonly [string, string], options: FindMotifsOptions): Block {
  const whole = incoming(weights, layerName(weights, to), options.weights);
  const block = inputsFrom(whole, layerName(weights, from));
  if (block.inputs.length === 0) {
    const others = [...new Set(whole.inputs.map((unit) => unit.layer))];
    throw new LensError("unsupported", `"${to}" does not read "${from}"; it reads ${others.join(", ")}`);
  }
  if (block.image) {
    throw new LensError(
      "unsupported",
      `a motif lies between two layers of units; "${from}" is the image, and what "${to}" makes of it are families: call findFamilies`,
    );
  }
  return block;
}

type Measured = MeasuredPair & NonNullable<ReturnType<typeof settledMotif>>;

interface Measuring {
  readonly block: Block;
  readonly acting: Acting;
  readonly options: FindMotifsOptions;
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
  // All that is in no family below leaves the same families for a target to be fitted by.
  const byFamilies = new Map<Family, boolean>();
  const isKnown = async (source: Family, target: Family): Promise<boolean> => {
    if (sources.includes(source)) return fitsWithout(source, target, without);
    const known = byFamilies.get(target) ?? (await fitsWithout(source, target, without));
    byFamilies.set(target, known);
    return known;
  };
  const found: Measured[] = [];
  for (const pair of pairs) {
    const kernels = pairBlock(block, pair);
    const fit = settledMotif(kernels, acting, { threshold, random });
    await step();
    if (!fit) continue;
    const seen = pair.fitted === "source" ? pairBlock(block, { source: pair.source, target: everyReader }) : kernels;
    const known = pair.fitted === "target" && (await isKnown(pair.source, pair.target));
    found.push({ ...pair, fitted: known ? "neither" : pair.fitted, kernels, seen, ...fit });
  }
  return found;
}

/** Energy of all that the targets read of the layer. */
function energyInto(block: Block, { target }: PairBlock): number {
  const length = block.inputs.length * block.height * block.width;
  return target.places.reduce((sum, o) => sum + energy(block.data.subarray(o * length, (o + 1) * length)), 0);
}

function energy(data: Float32Array): number {
  return data.reduce((sum, w) => sum + w * w, 0);
}

/** Whether a kernel has a place where it excites more than it inhibits anywhere. */
function excites({ data }: CanonicalKernel): boolean {
  return Math.max(...data) > -Math.min(...data);
}
