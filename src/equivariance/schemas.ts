/** Schemas of the results about families and motifs. */
import { flagSchema, listOf, oneOf, type Schema, textSchema, where } from "../core/check.js";
import {
  anyNumber,
  countSchema,
  eitherOf,
  float32Schema,
  objectOf,
  optionalOf,
  orNull,
  pairOf,
  sizeSchema,
  textsSchema,
  unitSchema,
} from "../core/schemas.js";
import { resultSchema } from "../network/schemas.js";
import type { WeightsChoice } from "../weights/layer-weights.js";
import type { Agreement } from "./agreement.js";
import type { Families, InputsChoice } from "./families.js";
import type { ResponseFamilies } from "./families-from-responses.js";
import type { Family, FamilyMember, FamilyTuning } from "./family.js";
import type { CanonicalKernel, Motif, Motifs } from "./motif.js";
import type { FamiliesSettings, ResponseSettings, TunedFamiliesSettings, WeightsSearchSettings } from "./settings.js";

const elementsSchema = listOf(countSchema, "a list of group elements");

const familySchema = objectOf<Family>(
  {
    layer: textSchema,
    group: textSchema,
    members: where(
      listOf(
        objectOf<FamilyMember>(
          {
            unit: unitSchema,
            element: countSchema,
            label: textSchema,
            prediction: anyNumber,
            angle: optionalOf(anyNumber),
            angleError: optionalOf(anyNumber),
            selectivity: optionalOf(anyNumber),
          },
          "a member",
        ),
      ),
      ({ length }) => length > 0,
      "a list of one member or more",
    ),
    stabiliser: elementsSchema,
    missing: elementsSchema,
    duplicates: listOf(unitSchema),
    affinity: anyNumber,
    prediction: anyNumber,
    closure: anyNumber,
    pValue: anyNumber,
    qValue: anyNumber,
    tuning: optionalOf(
      objectOf<FamilyTuning>(
        {
          stimulus: textSchema,
          period: anyNumber,
          curve: listOf(anyNumber),
          pValues: objectOf({ phases: anyNumber, twins: anyNumber }, "two p values"),
        },
        "a tuning",
      ),
    ),
  },
  "a family",
);

const searchFields = {
  group: textSchema,
  threshold: anyNumber,
  alpha: anyNumber,
  nullDraws: countSchema,
  seed: anyNumber,
};
const weightsChoice: Schema<WeightsChoice> = oneOf("folded", "stored");

const listFields = {
  layer: textSchema,
  families: listOf(familySchema, "a list of families"),
  unassigned: listOf(unitSchema),
  candidates: countSchema,
  cutoff: anyNumber,
  inputs: oneOf("families", "fixed") as Schema<InputsChoice>,
  covered: anyNumber,
  warnings: textsSchema,
};

const agreementSchema = objectOf<Agreement>(
  { pairs: pairOf(countSchema), both: countSchema, f1: anyNumber, elements: anyNumber },
  "an agreement",
);

/** Families of a layer. */
export const familiesSchema: Schema<Families> = resultSchema<Families>(
  "families",
  { engine: "sometimes", withoutModel: true },
  {
    settings: eitherOf(
      objectOf<FamiliesSettings>(
        { ...searchFields, weights: weightsChoice, by: oneOf("incoming", "outgoing") },
        "settings of a search for families",
      ),
      objectOf<TunedFamiliesSettings>(
        { ...searchFields, by: oneOf("tuning"), stimuli: textsSchema, twins: countSchema },
        "settings of a search for families",
      ),
    ),
    ...listFields,
    agreement: optionalOf(orNull(agreementSchema)),
  },
);

/** Families of a layer by what its units answer. */
export const responseFamiliesSchema: Schema<ResponseFamilies> = resultSchema<ResponseFamilies>(
  "response-families",
  { engine: "always" },
  {
    settings: objectOf<ResponseSettings>(
      { ...searchFields, by: oneOf("responses") },
      "settings of a search for families",
    ),
    ...listFields,
    pictures: countSchema,
    agreement: orNull(agreementSchema),
  },
);

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

const motifSettings = objectOf<WeightsSearchSettings>(
  { ...searchFields, weights: weightsChoice },
  "settings of a search for motifs",
);

const motifSchema = objectOf<Motif>(
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

/** Motifs between two layers. */
export const motifsSchema: Schema<Motifs> = resultSchema<Motifs>(
  "motifs",
  { engine: "never", withoutModel: true },
  {
    settings: motifSettings,
    from: textSchema,
    to: textSchema,
    motifs: listOf(motifSchema, "a list of motifs"),
    warnings: textsSchema,
  },
);
