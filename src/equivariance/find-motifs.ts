/**
 * Motifs between two layers: pairs of families whose weights commute with the group. Families are found first. Those whose members
 * have angles of their own are tested at any angle, all others by the elements of the group.
 */
import { optional } from "valibot";
import { checkArgument, checkOptions, type OptionSchemas, oneOf, optionsSchema, textSchema } from "../core/check.js";
import { throwIfAborted } from "../core/run.js";
import type { Unit } from "../core/unit.js";
import { yieldEvery } from "../core/yield.js";
import { engineSchema } from "../engine/engine.js";
import { resultOf } from "../network/result.js";
import { weightsSchema } from "../weights/layer-weights.js";
import { angularMotifs, canonicalAtAngles, hasAngles, turnsFreely } from "./angular-motifs.js";
import { type Block, checkWeights, hasIncoming, isNetwork, modelOf, type Weights } from "./block.js";
import { deduplicateMotifs } from "./deduplicate-motifs.js";
import { describeMotif, energy } from "./describe-motif.js";
import type { Family } from "./family.js";
import {
  anglesSchema,
  completed,
  type FindFamiliesOptions,
  findFamilies,
  knownFamilies,
  recordOf,
  searchSchemas,
} from "./find-families.js";
import { kernelsBetween } from "./kernels-between.js";
import type { Motif, Motifs } from "./motif.js";
import { motifsByElements } from "./motifs-by-elements.js";
import { pairBlock } from "./pair-block.js";
import { circleOf } from "./tuning/sweeps.js";
import { balanced, unitGains } from "./unit-gains.js";

/**
 * Options of `findMotifs`. The threshold is also the least cosine between kernels and their prediction from the others.
 *
 * @public
 */
export interface FindMotifsOptions extends Omit<FindFamiliesOptions, "by" | "inputs"> {
  /**
   * What families that are not given are found by; families by tuning have angles of their own, and their motifs are tested at
   * any angle.
   *
   * @defaultValue "incoming"
   */
  readonly by?: "incoming" | "tuning" | "auto" | undefined;
}

const motifsOptions = optionsSchema<OptionSchemas<FindMotifsOptions>>({
  ...searchSchemas,
  by: optional(oneOf("incoming", "tuning", "auto")),
  weights: weightsSchema,
  angles: anglesSchema,
  engine: engineSchema,
});

/**
 * Finds the motifs between two layers: those between families first, then those with an end that was held still, each
 * with the largest equivariant share of weight first.
 *
 * Where nothing leads to `from` (a plain block), its families are found by what reads them, and every unit of `to` may be
 * the invariant end of a motif; where no families are known in `from`, its units are taken to be invariant as they are. So is
 * every unit of `from` in no family, for targets whose angles their other inputs tell. Such motifs are marked as
 * `assumedInvariant`. Of motifs that share kernels the better explanation is kept.
 *
 * Between layers that are not neighbours the kernels are composed through what lies between. `warnings` says what was let through,
 * and where nothing is known of the inputs of plain kernels and no motif shows without that.
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
  checkWeights(weights);
  checkArgument("from", textSchema, from);
  checkArgument("to", textSchema, to);
  checkOptions(motifsOptions, options);
  const { group, signal } = options;
  throwIfAborted(signal);
  const { block: stored, standIns } = kernelsBetween(weights, from, to, options.weights);
  const block = balanced(stored, unitGains(weights, options.weights));
  const found = await familiesAsked(weights, block, options);
  const angular = await motifsAtAngles(found, { block, stored, options });
  const byElements = withoutAngles(found, block, options);
  const motifs = byElements
    ? [...angular, ...(await motifsByElements(weights, { block, stored }, byElements))]
    : angular;
  motifs.sort(
    (a, b) => Number(a.assumedInvariant) - Number(b.assumedInvariant) || b.share * b.score - a.share * a.score,
  );
  const warnings = standIns.map((one) => `on the way between the layers: ${one}`);
  if (motifs.length === 0 && isBlind(weights, block, found)) {
    warnings.push(
      `nothing is known of how the inputs of "${to}" move: the angles of the inputs are needed; give { families } of "${from}" or { angles: { "${from}:0": 30, … } }`,
    );
  }
  const layers = { from: block.inputs[0]!.layer, to: block.outputs[0]!.layer };
  return resultOf("motifs", modelOf(weights), { settings: recordOf(options) }, { ...layers, motifs, warnings });
}

/** Families of both layers: those given, and by tuning or evidence those that have to be found. */
async function familiesAsked(weights: Weights, block: Block, options: FindMotifsOptions): Promise<readonly Family[]> {
  const families = knownFamilies(options);
  if (!options.by || options.by === "incoming") return families;
  for (const { layer } of [block.inputs[0]!, block.outputs[0]!]) {
    if (families.some((family) => family.layer === layer)) continue;
    families.push(...(await findFamilies(weights, layer, { ...options, angles: undefined, families })).families);
  }
  return families;
}

/** Motifs between families whose members have angles of their own. */
async function motifsAtAngles(
  families: readonly Family[],
  {
    block,
    stored,
    options,
  }: {
    readonly block: Block;
    readonly stored: Block;
    readonly options: FindMotifsOptions;
  },
): Promise<Motif[]> {
  const settings = completed(options);
  const { group, signal } = options;
  const circle = circleOf(group);
  if (!circle || !turnsFreely(block, circle)) return [];
  const ofLayer = (units: Block["inputs"]): Family[] =>
    families.filter((family) => family.layer === units[0]!.layer && hasAngles(family));
  const ends = { sources: ofLayer(block.inputs), targets: ofLayer(block.outputs) };
  const pairs = await angularMotifs(sizedAlike(block), ends, { ...settings, circle, breathe: yieldEvery(signal) });
  const significant = pairs.filter(({ qValue }) => qValue <= settings.alpha);
  const record = recordOf(options);
  return deduplicateMotifs(significant, block).map((pair) => {
    const canonical = canonicalAtAngles(pairBlock(stored, pair), pair, { group, circle });
    const found = { ...pair, assumedInvariant: false };
    return describeMotif(found, { canonical, block: sizedAlike(block), settings: record });
  });
}

/** What the search by elements works on; `null` where all that was found has angles of its own. */
function withoutAngles(
  found: readonly Family[],
  block: Block,
  options: FindMotifsOptions,
): Omit<FindMotifsOptions, "by"> | null {
  const at = ({ layer }: Unit): Family[] => found.filter((family) => family.layer === layer);
  const [sources, targets] = [at(block.inputs[0]!), at(block.outputs[0]!)];
  const angled = sources.some(hasAngles) && targets.some(hasAngles);
  const asked = options.by === "tuning" || options.by === "auto";
  if (!angled && !(asked && (sources.length === 0 || targets.length === 0))) {
    return { ...options, by: undefined, angles: undefined, families: found } as Omit<FindMotifsOptions, "by">;
  }
  return null;
}

/** Kernels of units of every gain at the same size, so that no reading unit counts for more. */
function sizedAlike(block: Block): Block {
  const length = block.inputs.length * block.height * block.width;
  const data = block.data.slice();
  block.outputs.forEach((_, o) => {
    const row = data.subarray(o * length, (o + 1) * length);
    const norm = Math.sqrt(energy(row)) || 1;
    row.forEach((weight, at) => {
      row[at] = weight / norm;
    });
  });
  return { ...block, data };
}

/** Whether plain kernels were searched without anything known of their inputs. */
function isBlind(weights: Weights, { inputs }: Block, known: readonly Family[]): boolean {
  const { layer } = inputs[0]!;
  return !isNetwork(weights) && !hasIncoming(weights, layer) && !known.some((family) => family.layer === layer);
}
