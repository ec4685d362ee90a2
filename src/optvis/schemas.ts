/** The schema of a picture made by ascent. */
import { optional } from "valibot";
import { oneOf, type Schema, textSchema } from "../core/check.js";
import { anyNumber, countSchema, imageSchema, numbersSchema, objectOf, pairOf, sizeSchema } from "../core/schemas.js";
import { resultSchema } from "../network/schemas.js";
import type { Picture, PictureSettings } from "./picture.js";
import type { PresetName } from "./preset.js";

/** Names of presets. */
export const presetSchema: Schema<PresetName> = oneOf("swift", "lucid", "maco", "draft", "classic");

/** A picture. */
export const pictureSchema: Schema<Picture> = resultSchema<Picture>(
  "picture",
  { engine: "always" },
  {
    settings: objectOf<PictureSettings>(
      {
        objective: textSchema,
        preset: presetSchema,
        steps: countSchema,
        stepsDone: countSchema,
        size: pairOf(sizeSchema),
        param: textSchema,
        transforms: textSchema,
        optimizer: textSchema,
        redirectSteps: countSchema,
        plateau: anyNumber,
        batch: countSchema,
        count: anyNumber,
        seed: anyNumber,
      },
      "settings of a picture",
    ),
    image: imageSchema,
    status: oneOf("alive", "weak", "dead"),
    value: anyNumber,
    history: numbersSchema,
    transparency: optional(imageSchema) as Schema<Picture["transparency"]>,
  },
);
