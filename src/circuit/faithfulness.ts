/**
 * Faithfulness: how much of a unit a circuit is. The network is run with only some of the circuit's edges, all other weights
 * into its units set to zero and all other terms of its sums left out (the factors of a product are always kept), and what the unit then answers to pictures is correlated with what it answers in the whole
 * network. Edges are taken one after the other, the first being the largest by one measure or another; a measure is good
 * whose curve rises soon.
 */
import { optional } from "valibot";
import {
  checkArgument,
  checkOptions,
  listOf,
  numberSchema,
  type OptionSchemas,
  oneOf,
  optionsSchema,
  seedSchema,
  where,
} from "../core/check.js";
import { LensError } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import { type RunOptions, runSchemas, throwIfAborted, untilAborted } from "../core/run.js";
import { channelsOf } from "../core/shape.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { channelOf } from "../dataset/activations.js";
import { type Dataset, type DatasetItem, datasetSchema, listItems } from "../dataset/dataset.js";
import { type Fit, fitSchema } from "../dataset/fit.js";
import { type FitToInputOptions, shownAs, shownSizeSchema, streamActivations } from "../dataset/stream-activations.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, engineSchema } from "../engine/engine.js";
import { correlation } from "../math/statistics.js";
import { checkNetwork, type Network, opsByName, outputOp, resolveUnit } from "../network/network.js";
import { createResult, type RunResult } from "../network/result.js";
import { mergedOf, producerOf } from "../network/sources.js";
import { type ScaledInput, scaleInputs } from "../network/transform/scale-unit.js";
import { directKernel } from "../weights/slice.js";
import { contributionBetween, type Plane } from "./contribution.js";
import { keepInputs } from "./edit.js";
import { checkEdges, type EdgeLike } from "./verify.js";

/**
 * Measures by which edges are ordered: size of the weights, size of what they give on the pictures, or chance.
 *
 * @public
 */
export type EdgeOrder = "magnitude" | "attribution" | "random";

/**
 * Options of `faithfulness`.
 *
 * @public
 */
export interface FaithfulnessOptions extends RunOptions, Pick<FitToInputOptions, "size" | "fit"> {
  /**
   * How edges are ordered.
   *
   * @defaultValue "magnitude"
   */
  readonly order?: EdgeOrder | undefined;
  /**
   * Shares of the edges that are kept.
   *
   * @defaultValue [0.1, 0.2, 0.4, 0.6, 0.8, 1]
   */
  readonly keep?: readonly number[] | undefined;
  /**
   * Seed of the random order.
   *
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
  /** Runs the network; the best one at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
}

const faithfulnessOptions = optionsSchema<OptionSchemas<FaithfulnessOptions>>({
  ...runSchemas,
  size: shownSizeSchema,
  fit: optional(fitSchema),
  order: optional(oneOf("magnitude", "attribution", "random")),
  keep: optional(
    where(
      listOf(numberSchema({ above: 0, to: 1 })),
      ({ length }) => length > 0,
      "a list of shares above 0 and up to 1",
    ),
  ),
  seed: optional(seedSchema),
  engine: engineSchema,
});

/**
 * How a circuit's faithfulness was measured.
 *
 * @public
 */
export interface FaithfulnessSettings {
  /** How edges were ordered. */
  readonly order: EdgeOrder;
  /** Seed of the random order. */
  readonly seed: number;
  /** Height and width of the pictures as the network was given them. */
  readonly size: readonly [height: number, width: number];
  /** How photographs were brought to that size. */
  readonly fit: Fit;
}

/**
 * A curve of kept edges against correlation.
 *
 * @public
 */
export interface Faithfulness extends RunResult<"faithfulness", FaithfulnessSettings> {
  /** The unit watched. */
  readonly unit: Unit;
  /** Of each share: how many edges, and the correlation of the unit's values before its activation over all pictures. */
  readonly points: readonly { readonly kept: number; readonly edges: number; readonly correlation: number }[];
  /** Mean of the correlations. */
  readonly area: number;
  /** Number of pictures. */
  readonly pictures: number;
}

/**
 * The curve of a circuit for one of its units.
 *
 * @throws LensError `bad-argument`, `unknown-layer`, `bad-unit`, `unsupported`; the signal's reason when aborted.
 * @public
 */
export async function faithfulness(
  net: Network,
  circuit: { readonly edges: readonly EdgeLike[] },
  unit: UnitLike | string,
  photos: Dataset,
  options: FaithfulnessOptions = {},
): Promise<Faithfulness> {
  checkNetwork(net);
  checkEdges(circuit);
  checkArgument("photos", datasetSchema, photos);
  checkOptions(faithfulnessOptions, options);
  const { order = "magnitude", keep = [0.1, 0.2, 0.4, 0.6, 0.8, 1], seed = 0, signal, onProgress } = options;
  const root = resolveUnit(net, unit);
  const items = await listItems(photos, signal);
  const maker = (of: UnitLike | string): Unit => producerOf(net, resolveUnit(net, of)).unit;
  const all = circuit.edges.map(({ from, to }) => ({ from: maker(from), to: maker(to) }));
  // A product without one of its factors is another function, so those are always kept.
  const edges = all.filter(({ to }) => mergedOf(net, to)?.by !== "product");
  return withEngine(net, options, async (engine) => {
    const look = { engine, signal, size: options.size, fit: options.fit };
    const ordered = await rankEdges(net, edges, { order, seed, items, look });
    const whole = await valuesOf(net, root, items, look);
    const points = [];
    for (const [done, kept] of keep.entries()) {
      throwIfAborted(signal);
      const chosen = ordered.slice(0, Math.max(1, Math.round(kept * ordered.length)));
      const values = await valuesOf(restrictTo(net, edges, chosen), root, items, look);
      points.push({ kept, edges: chosen.length, correlation: correlation(whole, values) });
      await untilAborted(signal, onProgress?.({ task: formatUnit(root), done: done + 1, total: keep.length }));
    }
    const area = points.reduce((sum, point) => sum + point.correlation, 0) / points.length;
    const { size, fit } = shownAs(net, options);
    const settings = { order, seed, size, fit };
    return createResult(
      "faithfulness",
      net,
      { engine, settings },
      { unit: root, points, area, pictures: items.length },
    );
  });
}

interface Edge {
  readonly from: Unit;
  readonly to: Unit;
}

/**
 * The network with no other weights into a circuit's units than those of some edges; terms of a sum that are not kept are
 * left out of it.
 */
function restrictTo(net: Network, all: readonly Edge[], kept: readonly Edge[]): Network {
  const readers = new Map(all.map(({ to }) => [formatUnit(to), to]));
  const keptOf = (to: string): Unit[] => kept.filter((edge) => formatUnit(edge.to) === to).map(({ from }) => from);
  const weighted: { to: Unit; from: Unit[] }[] = [];
  const left = new Map<string, ScaledInput & { readonly factors: Float32Array }>();
  for (const [name, to] of readers) {
    const merged = mergedOf(net, to);
    if (!merged) {
      weighted.push({ to, from: keptOf(name) });
      continue;
    }
    const op = outputOp(net, merged.unit.layer);
    const names = new Set(keptOf(name).map(formatUnit));
    for (const { source, read } of merged.terms) {
      if (names.has(formatUnit(source.unit))) continue;
      for (const [input, opName] of op.inputs.entries()) {
        const term = opsByName(net).get(opName)!;
        if (term.layer !== read.layer) continue;
        const key = `${op.name} ${input}`;
        const factors = left.get(key)?.factors ?? new Float32Array(channelsOf(term.output)).fill(1);
        factors[read.channel] = 0;
        left.set(key, { op: op.name, input, factors });
      }
    }
  }
  return scaleInputs(keepInputs(net, weighted), [...left.values()]);
}

async function rankEdges(
  net: Network,
  edges: readonly Edge[],
  by: {
    readonly order: EdgeOrder;
    readonly seed: number;
    readonly items: readonly DatasetItem[];
    readonly look: object;
  },
): Promise<readonly Edge[]> {
  const largestFirst = (sizes: readonly number[]): Edge[] =>
    edges
      .map((edge, i) => ({ edge, size: sizes[i]! }))
      .sort((a, b) => b.size - a.size)
      .map(({ edge }) => edge);
  switch (by.order) {
    case "magnitude":
      return largestFirst(edges.map(({ from, to }) => Math.hypot(...directKernel(net, to, from).data)));
    case "attribution":
      return largestFirst(await edgeContributions(net, edges, by));
    case "random": {
      const random = createRandom(by.seed);
      return largestFirst(edges.map(() => random.uniform()));
    }
    default:
      throw new LensError(
        "bad-argument",
        `edges are ordered by "magnitude", "attribution" or "random"; got ${JSON.stringify(by.order)}`,
      );
  }
}

/** The root of the mean square of what each edge gives, over all positions of all pictures. */
async function edgeContributions(
  net: Network,
  edges: readonly Edge[],
  { items, look }: { readonly items: readonly DatasetItem[]; readonly look: object },
): Promise<number[]> {
  const ways = edges.map(({ from, to }) => contributionBetween(net, to, from));
  const names = [...new Set(ways.flatMap(({ read }) => read).map(formatUnit))];
  const squares = new Array<number>(edges.length).fill(0);
  for await (const { layers } of streamActivations(net, names, items, look)) {
    const planes = new Map<string, Plane>();
    for (const { places, map } of layers)
      for (const [channel, place] of places.entries()) planes.set(names[place]!, channelOf(map, channel));
    ways.forEach(({ read, partOf }, i) => {
      const maps = read.map((unit) => planes.get(formatUnit(unit))!);
      const part = partOf(maps, maps[0]!).data;
      squares[i]! += part.reduce((sum, v) => sum + v * v, 0) / part.length;
    });
  }
  return squares.map(Math.sqrt);
}

/** A unit's values before its activation, all positions of all pictures. */
async function valuesOf(net: Network, unit: Unit, items: readonly DatasetItem[], look: object): Promise<number[]> {
  const values: number[] = [];
  for await (const { layers } of streamActivations(net, [formatUnit(unit)], items, { ...look, preActivation: true })) {
    for (const { map } of layers) for (const value of map.data) values.push(value);
  }
  return values;
}
