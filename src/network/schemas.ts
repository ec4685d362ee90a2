/** Schemas of what results say of the network they are of. */
import { type GenericSchema, literal, nullable, optional, strictObject } from "valibot";
import { flagSchema, listOf, type Schema, textSchema } from "../core/check.js";
import { countSchema, type FieldSchemas, objectOf, orNull, textsSchema } from "../core/schemas.js";
import type { Layer } from "./network.js";
import { preprocessingSchema } from "./preprocessing.js";
import { fieldSchema } from "./receptive-field.js";
import type { EngineReference, ModelReference, Result } from "./result.js";

const modelSchema = objectOf<ModelReference>(
  { name: textSchema, fingerprint: textSchema, preprocessing: preprocessingSchema, stated: flagSchema },
  "a model",
);

const engineSchema = objectOf<EngineReference>({ name: textSchema, arithmetic: orNull(textSchema) }, "an engine");

/** What of a result's envelope depends on its kind. */
interface EnvelopeRules {
  /** Whether an engine made it: always, never or sometimes. */
  readonly engine: "always" | "never" | "sometimes";
  /** Whether its weights may belong to no model. */
  readonly withoutModel?: boolean;
}

/** The schema of a kind of result, from its own fields. */
export function resultSchema<R extends Result>(
  kind: R["kind"],
  { engine, withoutModel = false }: EnvelopeRules,
  fields: FieldSchemas<Omit<R, Exclude<keyof Result, "settings">>>,
): Schema<R> {
  const engines: Readonly<Record<EnvelopeRules["engine"], Readonly<Record<string, GenericSchema>>>> = {
    always: { engine: engineSchema },
    sometimes: { engine: optional(engineSchema) },
    never: {},
  };
  const envelope = {
    kind: literal(kind, JSON.stringify(kind)),
    version: literal(1, "1"),
    library: textSchema,
    model: withoutModel ? nullable(modelSchema) : modelSchema,
    ...engines[engine],
  };
  return strictObject({ ...envelope, ...fields }, `a ${kind} result`) as unknown as Schema<R>;
}

/** A shape. */
export const shapeSchema: Schema<(number | null)[]> = listOf(orNull(countSchema), "a shape");

/** A row of the layer table. */
export const layerSchema: Schema<Layer> = objectOf<Layer>(
  {
    name: textSchema,
    kind: textSchema,
    output: shapeSchema,
    kernel: orNull(listOf(countSchema, "a shape")),
    parameters: countSchema,
    receptiveField: orNull(fieldSchema),
    inputs: textsSchema,
  },
  "a layer",
);
