/**
 * Families in a layer. Two units belong together if one is the other after a group element: in its weights, where the kernels are
 * turned and the inputs moved as the element moves them, or in its tuning, where the curve of its answers is moved on.
 */

import { optional } from "valibot";
import {
  checkArgument,
  checkOptions,
  listOf,
  numberSchema,
  type OptionSchemas,
  oneOf,
  optionsSchema,
  type Schema,
  seedSchema,
  textSchema,
} from "../core/check.js";
import { LensError } from "../core/errors.js";
import { type RunOptions, runSchemas } from "../core/run.js";
import { namedOf, timesSchema } from "../core/schemas.js";
import { parseUnit, type Unit } from "../core/unit.js";
import { type Engine, engineSchema } from "../engine/engine.js";
import { type WeightsChoice, weightsSchema } from "../weights/layer-weights.js";
import { checkWeights, isNetwork, layerName, type Weights } from "./block.js";
import type { Families, InputsChoice } from "./families.js";
import { familiesByEvidence } from "./families-by-evidence.js";
import { familiesFromWeights } from "./families-from-weights.js";
import { type Family, familySchema } from "./family.js";
import { type Group, groupSchema, tableOf } from "./group.js";
import type { WeightsSearchSettings } from "./settings.js";
import { circularFamily } from "./tuning/circular-family.js";
import { findByTuning } from "./tuning/find-by-tuning.js";
import { sweptBy } from "./tuning/sweeps.js";

/**
 * Options of `findFamilies`.
 *
 * @public
 */
export interface FindFamiliesOptions extends RunOptions {
  /** The group: `group.rotations(8)`, `group.flip()`, or one of your own. */
  readonly group: Group;
  /**
   * What units are compared by: what they read, what reads them, what they answer to stimuli swept round the circle (of a
   * network, under turns, mirrors or hues), or `"auto"`: whichever of tuning and incoming weights assigns more units of this layer.
   *
   * @defaultValue "incoming"
   */
  readonly by?: "incoming" | "outgoing" | "tuning" | "auto" | undefined;
  /**
   * How the units at the other end of the kernels move under the group.
   *
   * @defaultValue "families" where any are found there; else "fixed"
   */
  readonly inputs?: InputsChoice | undefined;
  /**
   * Families known already, of any layers; those layers are not searched again.
   *
   * @defaultValue none
   */
  readonly families?: readonly Family[] | undefined;
  /**
   * Angles of units that are known, in degrees clockwise (or of the hue), by unit: `{ "mixed3a:12": 37 }`. The units of one
   * layer count as one family.
   *
   * @defaultValue none
   */
  readonly angles?: Readonly<Record<string, number>> | undefined;
  /**
   * Least mean cosine between members. Where chance reaches higher, up to 0.7, that counts instead.
   *
   * @defaultValue 0.35
   */
  readonly threshold?: number | undefined;
  /**
   * Share of layers without structure in which a finding is accepted.
   *
   * @defaultValue 0.05
   */
  readonly alpha?: number | undefined;
  /**
   * Number of null draws; the smallest p value is 1 / (nullDraws + 1).
   *
   * @defaultValue 49
   */
  readonly nullDraws?: number | undefined;
  /**
   * All chance comes from it.
   *
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
  /**
   * With the batch norm that follows multiplied in, as the network uses them, or as the model file has them.
   *
   * @defaultValue "folded"
   */
  readonly weights?: WeightsChoice | undefined;
  /**
   * Runs the network, for tuning; the best engine at hand when absent, released afterwards.
   */
  readonly engine?: Engine | undefined;
}

/** Angles by unit, as an option. */
export const anglesSchema: Schema<FindFamiliesOptions["angles"]> = optional(
  namedOf(numberSchema(), "an object of degrees by unit"),
);

/** Schemas of the options of every search. */
export const searchSchemas: OptionSchemas<
  Omit<FindFamiliesOptions, "by" | "inputs" | "weights" | "angles" | "engine">
> = {
  ...runSchemas,
  group: groupSchema,
  families: optional(listOf(familySchema, "a list of families")),
  threshold: optional(numberSchema({ above: 0, below: 1 })),
  alpha: optional(numberSchema({ above: 0, below: 1 })),
  nullDraws: optional(timesSchema),
  seed: optional(seedSchema),
};
const familiesOptions = optionsSchema<OptionSchemas<FindFamiliesOptions>>({
  ...searchSchemas,
  by: optional(oneOf("incoming", "outgoing", "tuning", "auto")),
  angles: anglesSchema,
  engine: engineSchema,
  inputs: optional(oneOf("families", "fixed")),
  weights: weightsSchema,
});

/**
 * Finds the families of a layer of a network, or of the units that a plain block of kernels leads to or comes from.
 *
 * Families by tuning have angles of their own, with standard errors; under `"auto"` those of the layer below, found the same
 * way, tell how the inputs of this layer's weights move, so that nothing depends on an unbroken chain from the image.
 *
 * @throws LensError `unknown-layer`, `bad-argument`, or `unsupported` where the layer has no weights, its kernels cannot be
 * turned by the group, or tuning is asked for without a network or under a group of other changes than turns and mirrors, or hues; the
 * signal's reason when aborted.
 * @public
 */
export async function findFamilies(weights: Weights, layer: string, options: FindFamiliesOptions): Promise<Families> {
  checkWeights(weights);
  checkArgument("layer", textSchema, layer);
  checkOptions(familiesOptions, options);
  const { by = "incoming", group } = options;
  const settings = { ...options, ...completed(options), weights: options.weights ?? "folded", table: tableOf(group) };
  const name = layerName(weights, layer);
  const known = new Map<string, readonly Family[]>();
  for (const family of knownFamilies(options)) known.set(family.layer, [...(known.get(family.layer) ?? []), family]);
  if (by === "incoming" || by === "outgoing") {
    return familiesFromWeights(weights, name, { ...settings, by, inputs: options.inputs, known });
  }
  if (by === "tuning") {
    if (!isNetwork(weights)) {
      throw new LensError(
        "unsupported",
        "tuning asks a network by stimuli; plain kernels have families by what they read",
      );
    }
    if (!sweptBy(group)) {
      throw new LensError(
        "unsupported",
        `stimuli are swept round turns, with mirrors or without, and round hues, not "${group.name}"; take group.rotations, group.dihedral, group.flip or group.hue`,
      );
    }
    return findByTuning(weights, name, settings);
  }
  return familiesByEvidence(weights, name, { ...settings, inputs: options.inputs, known });
}

/** Families that the caller knows, those by angles included. */
export function knownFamilies({
  families = [],
  angles = {},
  group,
}: Pick<FindFamiliesOptions, "families" | "angles" | "group">): Family[] {
  const layers = new Map<string, { readonly unit: Unit; readonly prediction: number; readonly angle: number }[]>();
  for (const [name, angle] of Object.entries(angles)) {
    const unit = parseUnit(name);
    if (!Number.isFinite(angle)) {
      throw new LensError("bad-argument", `the angle of ${name} is a number of degrees; got ${angle}`);
    }
    layers.set(unit.layer, [
      ...(layers.get(unit.layer) ?? []),
      { unit, prediction: 1, angle: ((angle % 360) + 360) % 360 },
    ]);
  }
  const given = [...layers].map(([layer, members]) =>
    circularFamily(members, { layer, group, period: 360, affinity: 1, pValue: 0, qValue: 0 }),
  );
  return [...families, ...given];
}

/** Options with their defaults; refuses what is out of range. */
export function completed(options: Pick<FindFamiliesOptions, "group" | "threshold" | "alpha" | "nullDraws" | "seed">): {
  threshold: number;
  alpha: number;
  nullDraws: number;
  seed: number;
} {
  const { threshold = 0.35, alpha = 0.05, nullDraws = 49, seed = 0 } = options;
  if (nullDraws < 1 / alpha - 1) {
    throw new LensError(
      "bad-argument",
      `p values down to ${alpha} need at least ${Math.ceil(1 / alpha - 1)} draws; got ${nullDraws}`,
    );
  }
  return { threshold, alpha, nullDraws, seed };
}

/** The settings of a search in weights, as results say them. */
export function recordOf(
  options: Parameters<typeof completed>[0] & Pick<FindFamiliesOptions, "weights">,
): WeightsSearchSettings {
  return { group: options.group.name, weights: options.weights ?? "folded", ...completed(options) };
}
