/** The schema of factors. */
import { listOf, oneOf, type Schema, textSchema, where } from "../core/check.js";
import { anyNumber, countSchema, float32Schema, objectOf, orNull, sizeSchema, unitSchema } from "../core/schemas.js";
import { resultSchema } from "../network/schemas.js";
import type { Factor, FactorSettings, Factors } from "./factor.js";

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
