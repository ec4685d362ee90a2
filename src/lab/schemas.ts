/** The schema of a lab sheet. */

import { optional, strictTuple } from "valibot";
import { listOf, numberSchema, oneOf, type Schema, textSchema } from "../core/check.js";
import {
  anyNumber,
  countSchema,
  kernelSchema,
  objectOf,
  orNull,
  roundedShareSchema,
  signSchema,
  sizeSchema,
  textsSchema,
  unitSchema,
} from "../core/schemas.js";
import { unitExamplesSchema } from "../dataset/schemas.js";
import { layerSchema, resultSchema } from "../network/schemas.js";
import { pictureSchema } from "../optvis/schemas.js";
import type { Lab, LabInput, LabSettings, SecondStrength } from "./sheet.js";

const labInputSchema = objectOf<LabInput>(
  {
    kernel: kernelSchema,
    unit: unitSchema,
    kind: textSchema,
    via: textsSchema,
    strength: anyNumber,
    share: roundedShareSchema,
    sign: signSchema,
    positiveShare: roundedShareSchema,
    expanded: optional(
      objectOf<NonNullable<LabInput["expanded"]>>({ status: textSchema, cancellation: anyNumber }, "expanded weights"),
    ) as Schema<LabInput["expanded"]>,
    rank: countSchema,
    second: orNull(
      objectOf<SecondStrength>({ strength: anyNumber, share: roundedShareSchema, rank: countSchema }, "a strength"),
    ),
    picture: orNull(pictureSchema),
    flaw: orNull(textSchema),
    note: textSchema,
  },
  "an input",
);

/** A lab sheet. */
export const labSchema: Schema<Lab> = resultSchema<Lab>(
  "lab",
  { engine: "always" },
  {
    settings: objectOf<LabSettings>(
      {
        strength: textSchema,
        second: orNull(textSchema),
        chosen: oneOf("strongest", "per sign", "named"),
        weights: oneOf("folded", "stored"),
        view: oneOf("neuron", "channel"),
      },
      "settings of a lab sheet",
    ),
    inputShape: textSchema,
    layers: listOf(layerSchema, "a list of layers"),
    unit: unitSchema,
    madeBy: unitSchema,
    path: textsSchema,
    kernelShape: listOf(countSchema, "a shape"),
    filterShape: strictTuple([sizeSchema, sizeSchema, sizeSchema], "a shape") as Schema<Lab["filterShape"]>,
    expanded: orNull(
      objectOf<NonNullable<Lab["expanded"]>>(
        { from: textSchema, via: textsSchema, status: textSchema },
        "expanded weights",
      ),
    ) as Schema<Lab["expanded"]>,
    bias: anyNumber,
    norm: orNull(textSchema),
    largest: numberSchema({ from: 0, to: 1e150 }),
    receptiveField: textSchema,
    inputCount: countSchema,
    picture: pictureSchema,
    flaw: orNull(textSchema),
    inputs: listOf(labInputSchema, "a list of inputs"),
    examples: orNull(unitExamplesSchema),
    seconds: numberSchema({ from: 0, to: 1e150 }),
  },
);
