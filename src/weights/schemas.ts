/** The schema of factors. */
import { looseObject } from "valibot";
import { listOf, oneOf, type Schema, textSchema, where } from "../core/check.js";
import {
  anyNumber,
  countSchema,
  float32Schema,
  kernelSchema,
  objectOf,
  orNull,
  roundedShareSchema,
  signSchema,
  sizeSchema,
  textsSchema,
  unitSchema,
} from "../core/schemas.js";
import { resultSchema } from "../network/schemas.js";
import type { Factor, FactorSettings, Factors } from "./factor.js";
import type { Input } from "./inputs.js";

/** Factors of a layer's weights. */
export const factorsSchema: Schema<Factors> = where(
  resultSchema<Factors>(
    "factors",
    { engine: "never" },
    {
      settings: objectOf<FactorSettings>(
        {
          method: oneOf("nmf", "svd"),
          count: countSchema,
          from: orNull(textSchema),
          seed: anyNumber,
          weights: oneOf("folded", "stored"),
        },
        "settings of factors",
      ),
      layer: textSchema,
      units: listOf(unitSchema),
      sources: listOf(unitSchema),
      height: sizeSchema,
      width: sizeSchema,
      factors: listOf(
        objectOf<Factor>({ channels: float32Schema, kernels: float32Schema, share: anyNumber }, "a factor"),
      ),
      explained: anyNumber,
    },
  ),
  ({ units, sources, height, width, factors }) =>
    factors.every(
      ({ channels, kernels }) => channels.length === sources.length && kernels.length === units.length * height * width,
    ),
  "factors with a number for each unit read and a kernel for each unit that reads",
);

/** Inputs of a unit, or users of it; those of a lab sheet say more. */
export const inputListSchema: Schema<Input[]> = listOf(
  looseObject(
    {
      kernel: kernelSchema,
      unit: unitSchema,
      kind: textSchema,
      strength: anyNumber,
      share: roundedShareSchema,
      sign: signSchema,
      positiveShare: roundedShareSchema,
      via: textsSchema,
    },
    "an input",
  ) as unknown as Schema<Input>,
  "a list of inputs",
);
