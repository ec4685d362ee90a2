/** The schema of the tested claims. */
import { custom } from "valibot";
import { flagSchema, listOf, type Schema, textSchema } from "../core/check.js";
import { anyNumber, objectOf, orNull, unitSchema } from "../core/schemas.js";
import { resultSchema } from "../network/schemas.js";
import type { Reproduction, ReproductionSettings, TestedClaim } from "./reproduction.js";

const layersSchema = custom<ReproductionSettings["layers"]>(
  (value) =>
    typeof value === "object" && value !== null && Object.values(value).every((layer) => typeof layer === "string"),
  "layers by name",
) as Schema<ReproductionSettings["layers"]>;

/** The claims of the articles on a network. */
export const reproductionSchema: Schema<Reproduction> = resultSchema<Reproduction>(
  "reproduction",
  { engine: "always" },
  {
    settings: objectOf<ReproductionSettings>({ layers: layersSchema }, "settings of a reproduction"),
    claims: listOf(
      objectOf<TestedClaim>(
        {
          id: textSchema,
          article: textSchema,
          claim: textSchema,
          measure: textSchema,
          value: orNull(anyNumber) as Schema<TestedClaim["value"]>,
          atLeast: anyNumber,
          holds: orNull(flagSchema) as Schema<TestedClaim["holds"]>,
          parts: listOf(
            objectOf<TestedClaim["parts"][number]>({ label: textSchema, value: anyNumber }, "a part of a number"),
          ),
          units: listOf(unitSchema),
          reason: orNull(textSchema),
        },
        "a tested claim",
      ),
    ),
  },
);
