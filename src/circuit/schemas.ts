/** Schemas of the results about circuits. */
import { literal, optional, union } from "valibot";
import { listOf, numberSchema, oneOf, type Schema, textSchema, where } from "../core/check.js";
import {
  anyNumber,
  countSchema,
  kernelSchema,
  objectOf,
  orNull,
  pairOf,
  roundedShareSchema,
  shareSchema,
  signSchema,
  sizeSchema,
  textsSchema,
  unitSchema,
} from "../core/schemas.js";
import { formatUnit } from "../core/unit.js";
import { fitSchema } from "../dataset/fit.js";
import { positionsSchema } from "../dataset/positions.js";
import { activationMapSchema } from "../dataset/schemas.js";
import { resultSchema } from "../network/schemas.js";
import type { Attribution, AttributionSettings } from "./attribution.js";
import type { Circuit, CircuitEdge, CircuitNode, CircuitSettings } from "./circuit.js";
import type { RectifiersPart, VerifiedEdge } from "./edge-test.js";
import type { Faithfulness, FaithfulnessSettings } from "./faithfulness.js";
import type { Verification, VerificationSettings } from "./verify.js";

const nodeSchema = objectOf<CircuitNode>(
  {
    unit: unitSchema,
    depth: depthSchema(),
    kind: textSchema,
    madeBy: optional(unitSchema) as Schema<CircuitNode["madeBy"]>,
  },
  "a node",
);

function depthSchema(): Schema<number> {
  return where(anyNumber, (depth) => Number.isInteger(depth) && Math.abs(depth) < 1e4, "a whole number of steps");
}

const edgeSchema = objectOf<CircuitEdge>(
  {
    from: unitSchema,
    to: unitSchema,
    relation: oneOf("weights", "term", "factor"),
    kernel: kernelSchema,
    strength: anyNumber,
    share: roundedShareSchema,
    sign: signSchema,
    positiveShare: roundedShareSchema,
    route: textsSchema,
    expanded: optional(
      objectOf<NonNullable<CircuitEdge["expanded"]>>(
        { status: textSchema, cancellation: anyNumber },
        "expanded weights",
      ),
    ) as Schema<CircuitEdge["expanded"]>,
  },
  "an edge",
);

const circuitSettings = objectOf<CircuitSettings>(
  {
    depth: countSchema,
    width: countSchema,
    strength: textSchema,
    weights: textSchema,
    layers: optional(union([literal("modules"), textsSchema])) as Schema<CircuitSettings["layers"]>,
    direction: oneOf("inputs", "downstream"),
  },
  "settings of a circuit",
);

/** A circuit, all of whose edges join units of it. */
export const circuitSchema: Schema<Circuit> = where(
  resultSchema<Circuit>(
    "circuit",
    { engine: "never", withoutModel: true },
    {
      settings: circuitSettings,
      name: textSchema,
      roots: listOf(unitSchema, "a list of units"),
      nodes: listOf(nodeSchema, "a list of nodes"),
      edges: listOf(edgeSchema, "a list of edges"),
    },
  ),
  ({ nodes, edges, roots }) => {
    const names = new Set(nodes.map(({ unit }) => formatUnit(unit)));
    const joined = [...roots, ...edges.flatMap(({ from, to }) => [from, to])];
    return roots.length > 0 && names.size === nodes.length && joined.every((unit) => names.has(formatUnit(unit)));
  },
  "a circuit whose roots and edges name units of it, each unit once",
);

const pointSchema = objectOf<VerifiedEdge["points"][number]>(
  { id: textSchema, predicted: anyNumber, measured: anyNumber },
  "a point",
);

const shownSizes = pairOf(sizeSchema);

/** A verification. */
export const verificationSchema: Schema<Verification> = resultSchema<Verification>(
  "verification",
  { engine: "always" },
  {
    settings: objectOf<VerificationSettings>(
      { intervention: oneOf("ablate", "perturb"), size: shownSizes, fit: fitSchema },
      "settings of a verification",
    ),
    edges: listOf(
      objectOf<VerifiedEdge>(
        {
          from: unitSchema,
          to: unitSchema,
          r2: orNull(anyNumber) as Schema<VerifiedEdge["r2"]>,
          worst: orNull(anyNumber) as Schema<VerifiedEdge["worst"]>,
          points: listOf(pointSchema),
          reason: orNull(textSchema),
          rectifiers: optional(
            objectOf<RectifiersPart>(
              {
                layers: textsSchema,
                passed: orNull(anyNumber) as Schema<RectifiersPart["passed"]>,
                r2: orNull(anyNumber) as Schema<RectifiersPart["r2"]>,
              },
              "the part of rectifiers",
            ),
          ) as Schema<VerifiedEdge["rectifiers"]>,
        },
        "an edge",
      ),
    ),
    r2: orNull(anyNumber) as Schema<Verification["r2"]>,
    pictures: countSchema,
  },
);

/** An attribution. */
export const attributionSchema: Schema<Attribution> = resultSchema<Attribution>(
  "attribution",
  { engine: "always" },
  {
    settings: objectOf<AttributionSettings>(
      { from: orNull(textSchema), path: orNull(countSchema), baseline: oneOf("zero", "image") },
      "settings of an attribution",
    ),
    unit: unitSchema,
    against: orNull(unitSchema),
    at: positionsSchema,
    value: anyNumber,
    base: anyNumber,
    parts: listOf(
      objectOf<Attribution["parts"][number]>({ unit: unitSchema, contribution: anyNumber }, "a contribution"),
    ),
    residual: anyNumber,
    map: orNull(activationMapSchema),
    method: oneOf("exact", "gradient × activation", "integrated gradient"),
  },
);

/** A faithfulness curve. */
export const faithfulnessSchema: Schema<Faithfulness> = resultSchema<Faithfulness>(
  "faithfulness",
  { engine: "always" },
  {
    settings: objectOf<FaithfulnessSettings>(
      { order: oneOf("magnitude", "attribution", "random"), seed: anyNumber, size: shownSizes, fit: fitSchema },
      "settings of a faithfulness curve",
    ),
    unit: unitSchema,
    points: listOf(
      objectOf<Faithfulness["points"][number]>(
        { kept: shareSchema, edges: countSchema, correlation: numberSchema({ from: -1 - 1e-6, to: 1 + 1e-6 }) },
        "a point",
      ),
    ),
    area: anyNumber,
    pictures: countSchema,
  },
);
