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
import { LensError } from "../core/errors.js";
import { type RunOptions, throwIfAborted } from "../core/run.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { channelOf } from "../dataset/activations.js";
import type { Dataset, DatasetItem } from "../dataset/dataset.js";
import { type FitToInputOptions, streamActivations } from "../dataset/stream-activations.js";
import { withEngine } from "../engine/choose.js";
import type { Engine } from "../engine/engine.js";
import { type Network, outputOp, resolveUnit } from "../network/network.js";
import { type Contribution, contributionBetween, contributionsOf, type Plane } from "./contribution.js";
import { ablate, edit } from "./edit.js";
import { scaleUnit } from "./scale-unit.js";

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
  /** Share of the measured effects' squares that the prediction accounts for, over all positions of all pictures: 1 is all. */
  readonly r2: number;
  /** Largest difference of prediction and measurement, as a share of the largest effect measured. */
  readonly worst: number;
  /** Of each picture, the effects at the place where the measured one is largest. */
  readonly points: readonly { readonly id: string; readonly predicted: number; readonly measured: number }[];
  /** Why it could not be tested; `null` where it was. */
  readonly reason: string | null;
}

/**
 * A circuit that was put to the test.
 *
 * @public
 */
export interface Verification {
  /** Every edge, the worst predicted first. */
  readonly edges: readonly VerifiedEdge[];
  /** As of an edge, over all of them. */
  readonly r2: number;
  /** Number of pictures. */
  readonly pictures: number;
  /** What was done to the units read. */
  readonly intervention: "ablate" | "perturb";
  /** Engine it ran on. */
  readonly engine: string;
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
  const { intervention = "ablate", signal, onProgress, engine: own, size, fit } = options;
  if (intervention !== "ablate" && intervention !== "perturb")
    throw new LensError(
      "bad-argument",
      `a unit is changed by "ablate" or "perturb"; got ${JSON.stringify(intervention)}`,
    );
  const edges = circuit.edges.map(({ from, to }) => testOf(net, resolveUnit(net, from), resolveUnit(net, to)));
  const pictures = await collected(photos);
  return withEngine(net, own, async (engine) => {
    const look = { engine, signal, size, fit };
    const plain = { ...look, preActivation: true };
    const tested = edges.filter((edge): edge is Test & { reading: Contribution } => edge.reading !== null);
    const read = await planesOf(
      net,
      tested.map(({ reading }) => reading.read),
      pictures,
      look,
    );
    const before = await planesOf(
      net,
      tested.map(({ reading }) => reading.value),
      pictures,
      plain,
    );
    const sources = [...new Set(tested.map(({ from }) => formatUnit(from)))];
    for (const [done, source] of sources.entries()) {
      throwIfAborted(signal);
      const changed = changedAt(net, resolveUnit(net, source), intervention);
      const own = tested.filter(({ from }) => formatUnit(from) === source);
      const after = await planesOf(
        changed,
        own.map(({ reading }) => reading.value),
        pictures,
        plain,
      );
      for (const test of own) {
        const [h, value, silenced] = [read, before, after].map(
          (planes, i) => planes.get(formatUnit(i === 0 ? test.reading.read : test.reading.value))!,
        ) as [Plane[], Plane[], Plane[]];
        pictures.forEach(({ id }, n) => {
          const predicted = test.reading.partOf(h[n]!);
          const factor = intervention === "ablate" ? 1 : -1 / nudge;
          const measured = value[n]!.data.map((v, i) => factor * (v - silenced[n]!.data[i]!));
          test.add(id, predicted.data, measured);
        });
      }
      onProgress?.({ task: source, done: done + 1, total: sources.length });
    }
    const results = edges.map((edge) => edge.result()).sort((a, b) => a.r2 - b.r2);
    return { edges: results, r2: r2Of(edges), pictures: pictures.length, intervention, engine: engine.name };
  });
}

/** An edge and what was found of it so far. */
class Test {
  readonly from: Unit;
  readonly to: Unit;
  readonly reading: Contribution | null;
  readonly #reason: string | null;
  readonly #points: { id: string; predicted: number; measured: number }[] = [];
  /** Sums of squares of what was measured and of what was missed; the largest of each. */
  squares = 0;
  missed = 0;
  #largest = 0;
  #worst = 0;

  constructor(from: Unit, to: Unit, reading: Contribution | string) {
    this.from = from;
    this.to = to;
    this.reading = typeof reading === "string" ? null : reading;
    this.#reason = typeof reading === "string" ? reading : null;
  }

  add(id: string, predicted: Float32Array, measured: Float32Array): void {
    let best = 0;
    for (let i = 0; i < measured.length; i++) {
      const gap = predicted[i]! - measured[i]!;
      this.squares += measured[i]! ** 2;
      this.missed += gap ** 2;
      this.#largest = Math.max(this.#largest, Math.abs(measured[i]!));
      this.#worst = Math.max(this.#worst, Math.abs(gap));
      if (Math.abs(measured[i]!) > Math.abs(measured[best]!)) best = i;
    }
    this.#points.push({ id, predicted: predicted[best]!, measured: measured[best]! });
  }

  result(): VerifiedEdge {
    const { from, to } = this;
    const worst = this.#largest > 0 ? this.#worst / this.#largest : 0;
    return { from, to, r2: r2Of([this]), worst, points: this.#points, reason: this.#reason };
  }
}

/** `1 − Σ (predicted − measured)² / Σ measured²`; 1 where there was no effect and none was predicted. */
function r2Of(tests: readonly Pick<Test, "squares" | "missed">[]): number {
  const squares = tests.reduce((sum, test) => sum + test.squares, 0);
  const missed = tests.reduce((sum, test) => sum + test.missed, 0);
  return squares > 0 ? 1 - missed / squares : missed > 0 ? Number.NEGATIVE_INFINITY : 1;
}

function testOf(net: Network, from: Unit, to: Unit): Test {
  try {
    return new Test(from, to, contributionBetween(net, to, from));
  } catch (error) {
    if (error instanceof LensError && error.code === "unsupported") return new Test(from, to, error.message);
    throw error;
  }
}

/** The network with a unit silenced, or a tenth stronger, its bias too. */
function changedAt(net: Network, unit: Unit, intervention: "ablate" | "perturb"): Network {
  const factor = intervention === "ablate" ? 0 : 1 + nudge;
  if (!("kernelShape" in outputOp(net, unit.layer))) return scaleUnit(net, unit, factor);
  if (intervention === "ablate") return edit(net, [ablate(unit)]);
  return edit(net, [{ to: unit, weights: { scale: factor }, bias: factor * contributionsOf(net, unit).bias }]);
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
