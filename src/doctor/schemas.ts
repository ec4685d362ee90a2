/** The schema of a diagnosis. */
import { flagSchema, listOf, oneOf, type Schema, textSchema, where } from "../core/check.js";
import { anyNumber, countSchema, objectOf, orNull } from "../core/schemas.js";
import { preprocessingSchema } from "../network/preprocessing.js";
import { resultSchema } from "../network/schemas.js";
import type { Diagnosis, Finding, LabelVerdict, PreprocessingEvidence, PreprocessingVerdict } from "./finding.js";

const findingSchema = objectOf<Finding>(
  {
    kind: oneOf(
      "preprocessing",
      "label-offset",
      "value-range",
      "not-finite",
      "constant-weights",
      "duplicated-units",
      "dead-units",
      "training-mode",
      "unsupported",
      "quantised",
      "loader",
    ),
    severity: oneOf("error", "warning", "note"),
    layer: orNull(textSchema),
    units: listOf(countSchema),
    message: textSchema,
  },
  "a finding",
);

const evidenceSchema = objectOf<PreprocessingEvidence>(
  {
    name: textSchema,
    preprocessing: preprocessingSchema,
    suspicion: anyNumber,
    accuracy: orNull(anyNumber),
    crossEntropy: orNull(anyNumber),
    misfit: orNull(anyNumber),
    stuck: orNull(anyNumber),
    variety: orNull(anyNumber),
    againstOrder: flagSchema,
  },
  "evidence on a preprocessing",
);

/** A diagnosis. */
export const diagnosisSchema: Schema<Diagnosis> = where(
  resultSchema<Diagnosis>(
    "diagnosis",
    { engine: "sometimes" },
    {
      settings: objectOf<Diagnosis["settings"]>({ count: countSchema }, "settings of a diagnosis"),
      photos: countSchema,
      preprocessing: orNull(
        objectOf<PreprocessingVerdict>(
          { best: evidenceSchema, sure: flagSchema, tried: listOf(evidenceSchema) },
          "a verdict on the preprocessing",
        ),
      ),
      labels: orNull(
        objectOf<LabelVerdict>(
          { offset: anyNumber, photos: countSchema, accuracy: anyNumber, accuracyAtZero: anyNumber },
          "a verdict on the labels",
        ),
      ),
      findings: listOf(findingSchema),
    },
  ),
  ({ photos, engine }) => photos === 0 || engine !== undefined,
  "a diagnosis with the engine that ran the model where photographs were shown",
);
