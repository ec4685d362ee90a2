/** A motif: weights between two families that turn together, so that one representative stands for all of them. */

import { flagSchema, listOf, oneOf, type Schema, textSchema, where } from "../core/check.js";
import {
  anyNumber,
  countSchema,
  type FieldSchemas,
  float32Schema,
  objectOf,
  orNull,
  pairOf,
  sizeSchema,
  unitSchema,
} from "../core/schemas.js";
import type { Unit } from "../core/unit.js";
import type { Result } from "../network/result.js";
import type { WeightsChoice } from "../weights/layer-weights.js";
import type { Family } from "./family.js";
import { familySchema } from "./family.js";
import type { SearchSettings, WeightsSearchSettings } from "./settings.js";

/**
 * What a motif does to the group: passes it on, makes it, or takes it away.
 *
 * @public
 */
export type MotifKind = "equivariant→equivariant" | "invariant→equivariant" | "equivariant→invariant";

/**
 * The kernel that stands for all kernels of one relative element: from the member `relative` steps on to the template.
 *
 * @public
 */
export interface CanonicalKernel {
  /** The unit that the representative of the target reads by this kernel; `null` at a hole. */
  readonly unit: Unit | null;
  /** Group element from the reading unit to the unit read. */
  readonly relative: number;
  /** The element for people: `"45°"`. */
  readonly label: string;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Mean of the kernels, each taken back to the template's place; row 0 on top. */
  readonly data: Float32Array;
  /** How many kernels it stands for. */
  readonly count: number;
  /** The units that those join: the one read and the one that reads. */
  readonly members: readonly (readonly [from: Unit, to: Unit])[];
}

/**
 * Weights between two families that commute with the group.
 *
 * @public
 */
export interface Motif {
  /** What it does to the group. */
  readonly kind: MotifKind;
  /** Name of the group. */
  readonly group: string;
  /** What decided. */
  readonly settings: WeightsSearchSettings;
  /** The family that is read. */
  readonly source: Family;
  /** The family that reads. */
  readonly target: Family;
  /** Share of the weights' energy in the equivariant subspace, 0…1. */
  readonly score: number;
  /** The mean score of weights without structure, of the same size. */
  readonly nullScore: number;
  /**
   * The mean score where every unit that reads has what it reads of the source in an order of its own; where the source is
   * invariant, every unit that is read has its readers so. Near `score`, those angles hardly matter. Two members of two places
   * say nothing by it: their change of places is a change of the template.
   */
  readonly permutedScore: number;
  /** Cosine between the kernels and what the other kernels, transformed, predict for them. */
  readonly prediction: number;
  /** Share that these weights have in all that the target reads of the source's layer, by energy. */
  readonly share: number;
  /** Relative element of the strongest canonical kernel. */
  readonly offset: number;
  /** The offset for people. */
  readonly offsetLabel: string;
  /** One kernel per relative element, strongest first. */
  readonly kernels: readonly CanonicalKernel[];
  /**
   * Whether the motif is a union over cases: an invariant unit reads members of the family so that each has a place where it
   * excites more than it inhibits anywhere. That is asked of the canonical kernel, of which every member's is a copy: its
   * largest weight is larger than its most negative one.
   */
  readonly union: boolean;
  /** Whether one end is a unit, or all units, held still: taken to be invariant without evidence of its own. */
  readonly assumedInvariant: boolean;
  /** Share of null draws, of all pairs of families, that predict as well against their own chance. */
  readonly pValue: number;
  /** The p value after Benjamini and Hochberg, over all pairs of families of the two layers. */
  readonly qValue: number;
}

/**
 * The motifs between two layers.
 *
 * @public
 */
export interface Motifs extends Result<"motifs", WeightsSearchSettings> {
  /** The layer that is read. */
  readonly from: string;
  /** The layer that reads. */
  readonly to: string;
  /** Those between families first, then those with an end that was held still. */
  readonly motifs: readonly Motif[];
  /** What limits the claim, in sentences. */
  readonly warnings: readonly string[];
}

/** Schemas of `SearchSettings`. */
export const searchFields: FieldSchemas<SearchSettings> = {
  group: textSchema,
  threshold: anyNumber,
  alpha: anyNumber,
  nullDraws: countSchema,
  seed: anyNumber,
};
/** Which weights were read. */
export const weightsChoice: Schema<WeightsChoice> = oneOf("folded", "stored");

const canonicalKernelSchema = where(
  objectOf<CanonicalKernel>(
    {
      unit: orNull(unitSchema),
      relative: countSchema,
      label: textSchema,
      height: sizeSchema,
      width: sizeSchema,
      data: float32Schema,
      count: countSchema,
      members: listOf(pairOf(unitSchema)),
    },
    "a kernel",
  ),
  ({ height, width, data }) => data.length === height * width,
  "a kernel of height × width numbers",
);

/** Settings of a search in weights. */
export const motifSettings: Schema<WeightsSearchSettings> = objectOf<WeightsSearchSettings>(
  { ...searchFields, weights: weightsChoice },
  "settings of a search for motifs",
);

/** A motif. */
export const motifSchema: Schema<Motif> = objectOf<Motif>(
  {
    kind: oneOf("equivariant→equivariant", "invariant→equivariant", "equivariant→invariant"),
    group: textSchema,
    settings: motifSettings,
    source: familySchema,
    target: familySchema,
    score: anyNumber,
    nullScore: anyNumber,
    permutedScore: anyNumber,
    prediction: anyNumber,
    share: anyNumber,
    offset: countSchema,
    offsetLabel: textSchema,
    kernels: where(listOf(canonicalKernelSchema), ({ length }) => length > 0, "a list of one kernel or more"),
    union: flagSchema,
    assumedInvariant: flagSchema,
    pValue: anyNumber,
    qValue: anyNumber,
  },
  "a motif",
);

/** Motifs, as a list. */
export const motifListSchema: Schema<Motif[]> = listOf(motifSchema, "a list of motifs");
