/** Schemas of the results about families and motifs. */

import { listOf, oneOf, type Schema, textSchema } from "../core/check.js";
import {
  anyNumber,
  countSchema,
  eitherOf,
  objectOf,
  optionalOf,
  orNull,
  pairOf,
  textsSchema,
  unitSchema,
} from "../core/schemas.js";
import { resultSchema } from "../network/schemas.js";
import type { Agreement } from "./agreement.js";
import type { Families, InputsChoice } from "./families.js";
import type { ResponseFamilies } from "./families-from-responses.js";
import { familySchema } from "./family.js";
import type { Motifs } from "./motif.js";
import { motifSchema, motifSettings, searchFields, weightsChoice } from "./motif.js";
import type { FamiliesSettings, ResponseSettings, TunedFamiliesSettings } from "./settings.js";

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
