/**
 * Verifying a circuit by intervention. Of each edge the weights predict what the unit read gives to the unit that reads it,
 * position by position; silence the unit read, in the network itself, and the reader's value before its activation changes
 * by what it gave:
 *
 *     predicted = Σ_taps k · h        measured = value − value with the unit silenced
 *
 * Where the reader hears of the unit in no other way the two are the same but for rounding; where it does (a residual sum,
 * a layer in between), the difference is what the edge does not tell.
 */
import { optional } from "valibot";
import { checkArgument, checkOptions, type OptionSchemas, oneOf, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { shown } from "../core/numbers.js";
import { type RunOptions, runSchemas, throwIfAborted } from "../core/run.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { channelOf } from "../dataset/activations.js";
import { type Dataset, type DatasetItem, datasetSchema } from "../dataset/dataset.js";
import { type Fit, fitSchema } from "../dataset/fit.js";
import { type FitToInputOptions, shownAs, shownSizeSchema, streamActivations } from "../dataset/stream-activations.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, engineSchema } from "../engine/engine.js";
import { checkNetwork, type Network, outputOp, resolveUnit } from "../network/network.js";
import type { Op } from "../network/ops.js";
import { createResult, type RunResult } from "../network/result.js";
import { scaleUnit } from "../network/transform/scale-unit.js";
import { type Contribution, contributionBetween, type Plane } from "./contribution.js";

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
 * An edge that was put to the test.
 *
 * @public
 */
export interface VerifiedEdge {
  /** The unit read, which was changed. */
  readonly from: Unit;
  /** The unit that reads, which was watched. */
  readonly to: Unit;
  /**
   * Share of the measured effects' squares that the prediction accounts for, over all positions of all pictures: 1 is all.
   * `null` where the edge could not be tested.
   */
  readonly r2: number | null;
  /** Largest difference of prediction and measurement, as a share of the largest effect measured; `null` as for `r2`. */
  readonly worst: number | null;
  /** Of each picture, the effects at the place where the measured one is largest. */
  readonly points: readonly { readonly id: string; readonly predicted: number; readonly measured: number }[];
  /** Why it could not be tested; `null` where it was. */
  readonly reason: string | null;
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
  const edges = circuit.edges.map(({ from, to }) => testOf(net, resolveUnit(net, from), resolveUnit(net, to)));
  const pictures = await collected(photos);
  return withEngine(net, own, async (engine) => {
    const look = { engine, signal, size, fit };
    const plain = { ...look, preActivation: true };
    const tested = edges.filter((edge): edge is Test & { way: Contribution } => edge.way !== null);
    const valuesOf = (of: Network, tests: readonly { readonly way: Contribution }[]): Promise<Map<string, Plane[]>> =>
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
    const sources = [...new Set(tested.map(({ way }) => formatUnit(way.from)))];
    for (const [done, source] of sources.entries()) {
      throwIfAborted(signal);
      const own = tested.filter(({ way }) => formatUnit(way.from) === source);
      const changed = scaleUnit(net, activationUnit(net, own[0]!.way.from), intervention === "ablate" ? 0 : 1 + nudge);
      const after = await valuesOf(changed, own);
      for (const test of own) {
        const { way } = test;
        const [values, silenced] = [before, after].map((planes) => planes.get(formatUnit(way.value))!);
        pictures.forEach(({ id }, n) => {
          const value = values![n]!;
          const maps = way.read.map((unit) => read.get(formatUnit(unit))![n]!);
          const factor = intervention === "ablate" ? 1 : -1 / nudge;
          const measured = value.data.map((v, i) => factor * (v - silenced![n]!.data[i]!));
          test.add(id, { predicted: way.partOf(maps, value).data, measured, value: value.data });
        });
      }
      onProgress?.({ task: source, done: done + 1, total: sources.length });
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
  const op = outputOp(net, layer);
  const readers = net.ops.filter(({ inputs }) => inputs.includes(op.name));
  const [only] = readers;
  const isOwn = readers.length === 1 && (only!.kind === "norm" || only!.kind === "activation");
  return isOwn && !mixes(only!) ? activationUnit(net, { layer: only!.layer, channel }) : { layer, channel };
}

/** Whether an activation joins channels. */
function mixes(op: Op): boolean {
  return op.kind === "activation" && op.activation.name === "softmax";
}

/** An effect is none when it is no larger than this share of the reader's values: rounding. */
const rounding = 1e-6;

/** What one picture says of an edge, position by position; `value` is the reader's. */
interface Effects {
  readonly predicted: Float32Array;
  readonly measured: Float32Array;
  readonly value: Float32Array;
}

/** An edge and what was found of it so far. */
class Test {
  readonly from: Unit;
  readonly to: Unit;
  readonly way: Contribution | null;
  readonly #reason: string | null;
  readonly #points: { id: string; predicted: number; measured: number }[] = [];
  /** Sums of squares of what was measured, of what was missed, and of what is rounding. */
  squares = 0;
  missed = 0;
  noise = 0;
  /** The largest effect measured, effect of either kind, difference, and value of the reader. */
  #largest = 0;
  #effect = 0;
  #worst = 0;
  #value = 0;

  constructor(from: Unit, to: Unit, way: Contribution | string) {
    this.from = from;
    this.to = to;
    this.way = typeof way === "string" ? null : way;
    this.#reason = typeof way === "string" ? way : null;
  }

  add(id: string, { predicted, measured, value }: Effects): void {
    let best = 0;
    for (let i = 0; i < measured.length; i++) {
      const gap = predicted[i]! - measured[i]!;
      this.squares += measured[i]! ** 2;
      this.missed += gap ** 2;
      this.noise += (rounding * value[i]!) ** 2;
      this.#largest = Math.max(this.#largest, Math.abs(measured[i]!));
      this.#effect = Math.max(this.#effect, Math.abs(measured[i]!), Math.abs(predicted[i]!));
      this.#worst = Math.max(this.#worst, Math.abs(gap));
      this.#value = Math.max(this.#value, Math.abs(value[i]!));
      if (Math.abs(measured[i]!) > Math.abs(measured[best]!)) best = i;
    }
    this.#points.push({ id, predicted: predicted[best]!, measured: measured[best]! });
  }

  /** Why the edge says nothing; `null` where it does. */
  get reason(): string | null {
    if (this.#reason !== null) return this.#reason;
    if (this.#effect > rounding * this.#value) return null;
    return `"${formatUnit(this.from)}" gives nothing to "${formatUnit(this.to)}" on these pictures, so there is no effect to predict`;
  }

  result(): VerifiedEdge {
    const { from, to, reason } = this;
    const worst = reason === null ? this.#worst / (this.#largest || this.#effect) : null;
    return { from, to, r2: r2Of([this]), worst, points: this.#points, reason };
  }
}

/** `1 − Σ (predicted − measured)² / Σ measured²` over the edges that could be tested; `null` where none could. */
function r2Of(tests: readonly Pick<Test, "squares" | "missed" | "noise" | "reason">[]): number | null {
  const tested = tests.filter(({ reason }) => reason === null);
  if (tested.length === 0) return null;
  const sumOf = (of: "squares" | "missed" | "noise"): number => tested.reduce((sum, test) => sum + test[of], 0);
  return 1 - sumOf("missed") / Math.max(sumOf("squares"), sumOf("noise"));
}

function testOf(net: Network, from: Unit, to: Unit): Test {
  try {
    return new Test(from, to, contributionBetween(net, to, from));
  } catch (error) {
    if (error instanceof LensError && error.code === "unsupported") return new Test(from, to, error.message);
    throw error;
  }
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

async function collected(photos: Dataset): Promise<DatasetItem[]> {
  const items: DatasetItem[] = [];
  for await (const item of photos) items.push(item);
  if (items.length === 0) throw new LensError("bad-argument", "a circuit is verified on pictures; got none");
  return items;
}
