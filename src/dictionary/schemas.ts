/** The schema of a dictionary. */
import { flagSchema, listOf, numberSchema, oneOf, type Schema, textSchema, where } from "../core/check.js";
import { anyNumber, countSchema, float32Schema, objectOf, pairOf, shareSchema, sizeSchema } from "../core/schemas.js";
import { brokenSchema } from "../dataset/schemas.js";
import { resultSchema } from "../network/schemas.js";
import type { Dictionary, DictionaryFeature, DictionarySettings } from "./dictionary.js";

/** A dictionary. */
export const dictionarySchema: Schema<Dictionary> = where(
  resultSchema<Dictionary>(
    "dictionary",
    { engine: "always" },
    {
      settings: objectOf<DictionarySettings>(
        {
          method: oneOf("given", "nmf"),
          rectified: flagSchema,
          positions: sizeSchema,
          seed: anyNumber,
          size: pairOf(sizeSchema),
        },
        "settings of a dictionary",
      ),
      layer: textSchema,
      features: listOf(
        objectOf<DictionaryFeature>(
          {
            writes: float32Schema,
            reads: float32Schema,
            share: anyNumber,
            firingRate: shareSchema,
            largest: anyNumber,
          },
          "a direction",
        ),
      ),
      errorShare: anyNumber,
      unexplained: numberSchema({ from: 0, to: 1e150 }),
      active: anyNumber,
      sampled: countSchema,
      broken: brokenSchema,
    },
  ),
  ({ features }) =>
    features.length > 0 &&
    features.every(
      ({ reads, writes }) => reads.length === writes.length && writes.length === features[0]!.writes.length,
    ),
  "a dictionary of one or more directions with one number for each channel",
);
