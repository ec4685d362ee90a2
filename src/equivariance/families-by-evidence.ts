/**
 * Families by whatever has evidence in a layer. Units are compared by tuning and by the weights that lead to them; how the
 * inputs of those weights move is told by families found the same way in the layer below. What assigns more units is taken.
 */
import { LensError } from "../core/errors.js";
import type { Engine } from "../engine/engine.js";
import { withFields } from "../network/result.js";
import { agreement } from "./agreement.js";
import { turnedTo } from "./angles-from-weights.js";
import { isNetwork, type Weights } from "./block.js";
import type { Families } from "./families.js";
import { anglesByReading, type FromWeights, familiesFromWeights, layerBelow } from "./families-from-weights.js";
import type { Family } from "./family.js";
import type { Group } from "./group.js";
import { findByTuning } from "./tuning/find-by-tuning.js";
import { sweptBy } from "./tuning/sweeps.js";

/** What decides. */
export type ByEvidence = Omit<FromWeights, "by"> & { readonly engine?: Engine | undefined };

/** The families of a layer by tuning or by incoming weights. */
export async function familiesByEvidence(weights: Weights, layer: string, settings: ByEvidence): Promise<Families> {
  const net = isNetwork(weights) && sweptBy(settings.group) ? weights : null;
  const answered = net && (await orRefusal(findByTuning(net, layer, settings)));
  const below = net && settings.inputs !== "fixed" ? layerBelow(net, layer) : null;
  const known = new Map(settings.known);
  if (net && below && !known.has(below)) {
    const seeds = await orRefusal(findByTuning(net, below, settings));
    if (seeds instanceof LensError === false && seeds.families.length > 0) known.set(below, seeds.families);
  }
  const how: FromWeights = { ...settings, by: "incoming", known };
  const tuned =
    answered && !(answered instanceof LensError)
      ? withFields<Families>(answered, { families: anglesByReading(weights, layer, answered.families, how) })
      : answered;
  const read = await orRefusal(familiesFromWeights(weights, layer, how));
  if (read instanceof LensError) {
    if (tuned && !(tuned instanceof LensError))
      return withFields<Families>(tuned, { warnings: [...tuned.warnings, read.message] });
    throw read;
  }
  if (!tuned || tuned instanceof LensError) {
    return withFields<Families>(read, { warnings: tuned ? [...read.warnings, tuned.message] : read.warnings });
  }
  const [better, other] =
    assigned(tuned) >= assigned(read) ? [tuned, read] : [asTuned(read, tuned, settings.group), tuned];
  const shared = (families: readonly Family[]): Family[] => families.filter(({ members }) => members.length > 1);
  return withFields<Families>(better, {
    agreement: agreement(shared(better.families), shared(other.families), settings.group),
    warnings: [
      ...better.warnings,
      `by ${name(better)} ${assigned(better)} units are in families, by ${name(other)} ${assigned(other)}; taken: ${name(better)}`,
    ],
  });
}

/** Families by weights, turned to the angles of the stimuli that their units are tuned to. */
function asTuned(read: Families, tuned: Families, group: Group): Families {
  const families = read.families.map((family) =>
    tuned.families.reduce((turned, other) => turnedTo(turned, other, group), family),
  );
  return withFields<Families>(read, { families });
}

function name({ settings }: Families): string {
  return settings.by === "tuning" ? "tuning" : "incoming weights";
}

/** Units in families of two and more. */
function assigned({ families }: Families): number {
  return families.reduce((sum, { members }) => sum + (members.length > 1 ? members.length : 0), 0);
}

/** A result, or why there is none. */
async function orRefusal(result: Promise<Families>): Promise<Families | LensError> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof LensError && error.code === "unsupported") return error;
    throw error;
  }
}
