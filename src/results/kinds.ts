/** The kinds of results: for each its type and the schema that a saved one has to fit. */
import type { Attribution } from "../circuit/attribution.js";
import type { Circuit } from "../circuit/circuit.js";
import { type Expanded, expandedSchema } from "../circuit/expanded.js";
import type { Faithfulness } from "../circuit/faithfulness.js";
import { type FamilyGraph, familyGraphSchema } from "../circuit/family-edges.js";
import { attributionSchema, circuitSchema, faithfulnessSchema, verificationSchema } from "../circuit/schemas.js";
import type { Verification } from "../circuit/verify.js";
import type { Schema } from "../core/check.js";
import type { ActivationMap } from "../dataset/activations.js";
import type { Examples } from "../dataset/example.js";
import type { JointTuning } from "../dataset/joint-tuning.js";
import {
  activationMapSchema,
  examplesSchema,
  jointTuningSchema,
  statisticsSchema,
  tuningSchema,
} from "../dataset/schemas.js";
import type { Tuning } from "../dataset/tune.js";
import type { Statistics } from "../dataset/unit-statistics.js";
import type { Dictionary } from "../dictionary/dictionary.js";
import { dictionarySchema } from "../dictionary/schemas.js";
import type { Diagnosis } from "../doctor/finding.js";
import { diagnosisSchema } from "../doctor/schemas.js";
import type { Families } from "../equivariance/families.js";
import type { ResponseFamilies } from "../equivariance/families-from-responses.js";
import type { Motifs } from "../equivariance/motif.js";
import { familiesSchema, motifsSchema, responseFamiliesSchema } from "../equivariance/schemas.js";
import { labSchema } from "../lab/schemas.js";
import type { Lab } from "../lab/sheet.js";
import type { Picture } from "../optvis/picture.js";
import { pictureSchema } from "../optvis/schemas.js";
import type { Reproduction } from "../reproduce/reproduction.js";
import { reproductionSchema } from "../reproduce/schemas.js";
import type { Factors } from "../weights/factor.js";
import { factorsSchema } from "../weights/schemas.js";

/**
 * The type of each kind of result.
 *
 * @public
 */
export interface Results {
  /** What a unit looks for, from `visualize`. */
  readonly picture: Picture;
  /** A unit, read, from `lab`. */
  readonly lab: Lab;
  /** What units read, from `grow`, `downstream`, `joinKernels` and what makes circuits of circuits. */
  readonly circuit: Circuit;
  /** A circuit put to the test, from `verify`. */
  readonly verification: Verification;
  /** How much of a unit a circuit is, from `faithfulness`. */
  readonly faithfulness: Faithfulness;
  /** Which inputs made a unit fire, from `attribution`. */
  readonly attribution: Attribution;
  /** Weights over several layers, from `expand`. */
  readonly expanded: Expanded;
  /** Weights between groups of units, from `familyGraph`. */
  readonly "family-graph": FamilyGraph;
  /** Weights as sums of few patterns, from `factor`. */
  readonly factors: Factors;
  /** Photographs that excite units, from `examples` and `mergeExamples`. */
  readonly examples: Examples;
  /** What units do over a dataset, from `statistics` and `mergeStatistics`. */
  readonly statistics: Statistics;
  /** What units answer to a sweep of stimuli, from `tune`. */
  readonly tuning: Tuning;
  /** What a family answers to turned photographs, from `jointTuning`. */
  readonly "joint-tuning": JointTuning;
  /** What a unit answers to one image, place by place, from `activations`, `cam` and `gradCAM`. */
  readonly "activation-map": ActivationMap;
  /** Directions that stand for the units of a layer, from `dictionary`. */
  readonly dictionary: Dictionary;
  /** Families of a layer by its weights, from `findFamilies`. */
  readonly families: Families;
  /** Families of a layer by what its units answer, from `familiesFromResponses`. */
  readonly "response-families": ResponseFamilies;
  /** Motifs between two layers, from `findMotifs`. */
  readonly motifs: Motifs;
  /** What may be wrong with a model, from `doctor`. */
  readonly diagnosis: Diagnosis;
  /** The claims of the Circuits articles, tested, from `reproduce`. */
  readonly reproduction: Reproduction;
}

/**
 * Names of the kinds of results.
 *
 * @public
 */
export type ResultKind = keyof Results;

/**
 * Any result of the library.
 *
 * @public
 */
export type AnyResult = Results[ResultKind];

/** The schema of each kind. */
export const resultSchemas: { readonly [Kind in ResultKind]: Schema<Results[Kind]> } = {
  picture: pictureSchema,
  lab: labSchema,
  circuit: circuitSchema,
  verification: verificationSchema,
  faithfulness: faithfulnessSchema,
  attribution: attributionSchema,
  expanded: expandedSchema,
  "family-graph": familyGraphSchema,
  factors: factorsSchema,
  examples: examplesSchema,
  statistics: statisticsSchema,
  tuning: tuningSchema,
  "joint-tuning": jointTuningSchema,
  "activation-map": activationMapSchema,
  dictionary: dictionarySchema,
  families: familiesSchema,
  "response-families": responseFamiliesSchema,
  motifs: motifsSchema,
  diagnosis: diagnosisSchema,
  reproduction: reproductionSchema,
};
