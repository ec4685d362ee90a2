/**
 * Verifying a circuit by intervention. Of each edge the weights predict what the unit read gives to the unit that reads it,
 * position by position; silence the unit read, in the network itself, and the reader's value before its activation changes
 * by what it gave:
 *
 *     predicted = Σ_taps k · h        measured = value − value with the unit silenced
 *
 * Where the reader hears of the unit in no other way the two are the same but for rounding; where it does (a residual sum,
 * a layer in between), the difference is what the edge leaves out. Between layers that are not neighbours the weights are
 * expanded weights, and what the rectifiers on the way do is told apart (`distant-way.ts`).
 */
import { optional } from "valibot";
import { checkArgument, checkOptions, type OptionSchemas, oneOf, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { shown } from "../core/numbers.js";
import { type RunOptions, runSchemas, throwIfAborted, untilAborted } from "../core/run.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { channelOf } from "../dataset/activations.js";
import { type Dataset, type DatasetItem, datasetSchema, listItems } from "../dataset/dataset.js";
import { type Fit, fitSchema } from "../dataset/fit.js";
import { type FitToInputOptions, shownAs, shownSizeSchema, streamActivations } from "../dataset/stream-activations.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, engineSchema, type Volume } from "../engine/engine.js";
import { checkNetwork, type Network, outputOp, readersOf, resolveUnit } from "../network/network.js";
import type { Op } from "../network/ops.js";
import { createResult, type RunResult } from "../network/result.js";
import { mergedOf } from "../network/sources.js";
import { scaleUnit } from "../network/transform/scale-unit.js";
import type { CircuitEdge } from "./circuit.js";
import { type Contribution, contributionBetween, type Plane } from "./contribution.js";
import { type DistantWay, distantEffect, distantWay } from "./distant-way.js";
import { EdgeTest, r2Of, type VerifiedEdge } from "./edge-test.js";

/**
 * A pair of units that weights join: an edge of a circuit, or any object like it.
 *
 * @public
 */
export interface EdgeLike {
  /** The unit read. */
  readonly from: UnitLike | string;
  /** The unit that reads. */
  readonly to: UnitLike | string;
}

/**
 * Options of `verify`.
 *
 * @public
 */
export interface VerifyOptions extends RunOptions, Pick<FitToInputOptions, "size" | "fit"> {
  /**
   * What is done to the unit read: `"ablate"` silences it; `"perturb"` makes it a tenth stronger, and what changes counts tenfold.
   *
   * @defaultValue "ablate"
   */
  readonly intervention?: "ablate" | "perturb" | undefined;
  /** Runs the network; the best one at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
}

const verifyOptions = optionsSchema<OptionSchemas<VerifyOptions>>({
  ...runSchemas,
  size: shownSizeSchema,
  fit: optional(fitSchema),
  intervention: optional(oneOf("ablate", "perturb")),
  engine: engineSchema,
});

/**
 * Checks that an argument has edges, as a circuit does.
 *
 * @throws LensError `bad-argument`.
 */
export function checkEdges(circuit: unknown): void {
  const { edges } = (circuit ?? {}) as { readonly edges?: unknown };
  const isEdge = (edge: unknown): boolean =>
    typeof edge === "object" && edge !== null && "from" in edge && "to" in edge;
  if (Array.isArray(edges) && edges.every(isEdge)) return;
  throw new LensError("bad-argument", `circuit is a circuit, or { edges } with from and to; got ${shown(circuit)}`);
}

/**
 * How a circuit was put to the test.
 *
 * @public
 */
export interface VerificationSettings {
  /** What was done to the units read. */
  readonly intervention: "ablate" | "perturb";
  /** Height and width of the pictures as the network was given them. */
  readonly size: readonly [height: number, width: number];
  /** How photographs were brought to that size. */
  readonly fit: Fit;
}

/**
 * A circuit that was put to the test.
 *
 * @public
 */
export interface Verification extends RunResult<"verification", VerificationSettings> {
  /** Every edge, the worst predicted first, those that could not be tested last. */
  readonly edges: readonly VerifiedEdge[];
  /** As of an edge, over all that could be tested; `null` where none could. */
  readonly r2: number | null;
  /** Number of pictures. */
  readonly pictures: number;
}

const nudge = 0.1;

/**
 * Tests every edge of a circuit on pictures.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`; the signal's reason when aborted.
 * @public
 */
export async function verify(
  net: Network,
  circuit: { readonly edges: readonly EdgeLike[] },
  photos: Dataset,
  options: VerifyOptions = {},
): Promise<Verification> {
  checkNetwork(net);
  checkEdges(circuit);
  checkArgument("photos", datasetSchema, photos);
  checkOptions(verifyOptions, options);
  const { intervention = "ablate", signal, onProgress, engine: own, size, fit } = options;
  const edges = circuit.edges.map((edge) => testOf(net, edge));
  const pictures = await listItems(photos, signal);
  return withEngine(net, { engine: own, signal }, async (engine) => {
    const look = { engine, signal, size, fit };
    const plain = { ...look, preActivation: true };
    const tested = edges.filter((edge): edge is EdgeTest & { way: Way } => edge.way !== null);
    const valuesOf = (of: Network, tests: readonly { readonly way: Way }[]): Promise<Map<string, Plane[]>> =>
      planesOf(
        of,
        tests.map(({ way }) => way.value),
        pictures,
        plain,
      );
    const read = await planesOf(
      net,
      tested.flatMap(({ way }) => way.read),
      pictures,
      look,
    );
    const before = await valuesOf(net, tested);
    const rectified = tested.flatMap(({ way }) => ("segments" in way && way.isChain ? way.rectified : []));
    const inputsOf = await volumesOf(net, rectified, pictures, plain);
    const part = intervention === "ablate" ? 1 : -nudge;
    const sources = [...new Set(tested.map(({ way }) => formatUnit(way.from)))];
    for (const [done, source] of sources.entries()) {
      throwIfAborted(signal);
      const own = tested.filter(({ way }) => formatUnit(way.from) === source);
      const changed = scaleUnit(net, activationUnit(net, own[0]!.way.from), intervention === "ablate" ? 0 : 1 + nudge);
      const after = await valuesOf(changed, own);
      for (const test of own) {
        const { way } = test;
        const [values, silenced] = [before, after].map((planes) => planes.get(formatUnit(way.value))!);
        const maps = way.read.map((unit) => read.get(formatUnit(unit))!);
        const distant =
          "segments" in way
            ? await distantEffect(way, net, engine, {
                maps: maps[0]!,
                before: way.rectified.map((layer) => inputsOf.get(layer) ?? []),
                part,
              })
            : null;
        pictures.forEach(({ id }, n) => {
          const value = values![n]!;
          const measured = value.data.map((v, i) => (v - silenced![n]!.data[i]!) / part + 0);
          const predicted =
            "segments" in way
              ? distant!.linear[n]!
              : way.partOf(
                  maps.map((planes) => planes[n]!),
                  value,
                ).data;
          test.add(id, { predicted, measured, value: value.data, acting: distant?.acting?.[n] });
        });
      }
      await untilAborted(signal, onProgress?.({ task: source, done: done + 1, total: sources.length }));
    }
    const results = edges.map((edge) => edge.result()).sort((a, b) => (a.r2 ?? 2) - (b.r2 ?? 2));
    const shown = shownAs(net, options);
    const settings = { intervention, size: shown.size, fit: shown.fit };
    const found = { edges: results, r2: r2Of(edges), pictures: pictures.length };
    return createResult("verification", net, { engine, settings }, found);
  });
}

/**
 * The last channel that is a unit's own and all its readers share: behind its batch norm and activation. There its value
 * can be silenced, also where its activation makes something of a zero.
 */
function activationUnit(net: Network, { layer, channel }: Unit): Unit {
  let last = layer;
  for (;;) {
    const [only, ...others] = readersOf(net, outputOp(net, last).name);
    const isOwn = others.length === 0 && (only?.kind === "norm" || only?.kind === "activation");
    if (!isOwn || mixes(only)) return { layer: last, channel };
    last = only.layer;
  }
}

/** Whether an activation joins channels. */
function mixes(op: Op): boolean {
  return op.kind === "activation" && op.activation.name === "softmax";
}

/** How one unit reads another: by its own weights, or through layers in between. */
type Way = Contribution | DistantWay;

function testOf(net: Network, edge: EdgeLike): EdgeTest {
  const [from, to] = [resolveUnit(net, edge.from), resolveUnit(net, edge.to)];
  const isExpanded = (edge as Partial<CircuitEdge>).expanded !== undefined;
  const own = isExpanded ? null : wayOrReason(() => contributionBetween(net, to, from));
  if (own && typeof own !== "string") return new EdgeTest(from, to, own);
  const distant = mergedOf(net, to)?.by === "product" ? null : wayOrReason(() => distantWay(net, to, from));
  const isFound = distant !== null && typeof distant !== "string";
  return new EdgeTest(from, to, isFound ? distant : (own ?? distant)!);
}

function wayOrReason<W extends Way>(find: () => W): W | string {
  try {
    return find();
  } catch (error) {
    if (error instanceof LensError && error.code === "unsupported") return error.message;
    throw error;
  }
}

/** Maps of all channels of layers, picture by picture. */
async function volumesOf(
  net: Network,
  layers: readonly string[],
  pictures: readonly DatasetItem[],
  options: Parameters<typeof streamActivations>[3],
): Promise<Map<string, Volume[]>> {
  const names = [...new Set(layers)];
  const volumes = new Map<string, Volume[]>(names.map((name) => [name, []]));
  if (names.length === 0) return volumes;
  for await (const { layers } of streamActivations(net, names, pictures, { ...options, onBroken: refuse }))
    for (const { layer, map } of layers) volumes.get(layer)!.push(map);
  return volumes;
}

/** The maps of units, picture by picture. */
async function planesOf(
  net: Network,
  units: readonly Unit[],
  pictures: readonly DatasetItem[],
  options: Parameters<typeof streamActivations>[3],
): Promise<Map<string, Plane[]>> {
  const names = [...new Set(units.map(formatUnit))];
  const planes = new Map<string, Plane[]>(names.map((name) => [name, []]));
  if (names.length === 0) return planes;
  for await (const { layers } of streamActivations(net, names, pictures, { ...options, onBroken: refuse })) {
    for (const { places, map } of layers) {
      places.forEach((place, channel) => planes.get(names[place]!)!.push(channelOf(map, channel)));
    }
  }
  return planes;
}

function refuse({ id, reason }: { readonly id: string; readonly reason: string }): never {
  throw new LensError("bad-argument", `the picture "${id}" cannot be shown to the network: ${reason}`);
}
