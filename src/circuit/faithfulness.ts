/**
 * Faithfulness: how much of a unit a circuit is. The network is run with only some of the circuit's edges, all other weights
 * into its units set to zero, and what the unit then answers to pictures is correlated with what it answers in the whole
 * network. Edges are taken one after the other, the first being the largest by one measure or another; a measure is good
 * whose curve rises soon.
 */
import { LensError } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import { type RunOptions, throwIfAborted } from "../core/run.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import type { Dataset, DatasetItem } from "../dataset/dataset.js";
import { type FitToInputOptions, streamActivations } from "../dataset/stream-activations.js";
import { withEngine } from "../engine/choose.js";
import type { Engine } from "../engine/engine.js";
import { type Network, resolveUnit } from "../network/network.js";
import { slice } from "../weights/slice.js";
import { contributionBetween } from "./contribution.js";
import { edit } from "./edit.js";
import type { EdgeLike } from "./verify.js";

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

/**
 * A curve of kept edges against correlation.
 *
 * @public
 */
export interface Faithfulness {
  /** The unit watched. */
  readonly unit: Unit;
  /** How edges were ordered. */
  readonly order: EdgeOrder;
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
  const { order = "magnitude", keep = [0.1, 0.2, 0.4, 0.6, 0.8, 1], seed = 0, signal, onProgress } = options;
  if (keep.length === 0 || keep.some((share) => !(share > 0 && share <= 1)))
    throw new LensError("bad-argument", `keep is a list of shares above 0 and up to 1; got ${JSON.stringify(keep)}`);
  const root = resolveUnit(net, unit);
  const items: DatasetItem[] = [];
  for await (const item of photos) items.push(item);
  const edges = circuit.edges.map(({ from, to }) => ({ from: resolveUnit(net, from), to: resolveUnit(net, to) }));
  return withEngine(net, options.engine, async (engine) => {
    const look = { engine, signal, size: options.size, fit: options.fit };
    const ordered = await rankEdges(net, edges, { order, seed, items, look });
    const whole = await valuesOf(net, root, items, look);
    const points = [];
    for (const [done, kept] of keep.entries()) {
      throwIfAborted(signal);
      const chosen = ordered.slice(0, Math.max(1, Math.round(kept * ordered.length)));
      const values = await valuesOf(restrictTo(net, edges, chosen), root, items, look);
      points.push({ kept, edges: chosen.length, correlation: correlation(whole, values) });
      onProgress?.({ task: formatUnit(root), done: done + 1, total: keep.length });
    }
    const area = points.reduce((sum, point) => sum + point.correlation, 0) / points.length;
    return { unit: root, order, points, area, pictures: items.length };
  });
}

interface Edge {
  readonly from: Unit;
  readonly to: Unit;
}

/** The network with no other weights into a circuit's units than those of some edges. */
function restrictTo(net: Network, all: readonly Edge[], kept: readonly Edge[]): Network {
  const readers = [...new Set(all.map(({ to }) => formatUnit(to)))];
  return edit(net, [
    ...readers.map((to) => ({ to, weights: "zero" }) as const),
    ...kept.map(({ to, from }) => ({ to, from, weights: slice(net, to, from).data })),
  ]);
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
      return largestFirst(edges.map(({ from, to }) => Math.hypot(...slice(net, to, from).data)));
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
  const readings = edges.map(({ from, to }) => contributionBetween(net, to, from));
  const names = [...new Set(readings.map(({ read }) => formatUnit(read)))];
  const squares = new Array<number>(edges.length).fill(0);
  for await (const { layers } of streamActivations(net, names, items, look)) {
    for (const { places, map } of layers) {
      const { height, width, channels, data } = map;
      readings.forEach(({ read, partOf }, i) => {
        const channel = places.indexOf(names.indexOf(formatUnit(read)));
        if (channel < 0) return;
        const plane = Float32Array.from({ length: height * width }, (_, p) => data[p * channels + channel]!);
        const part = partOf({ height, width, data: plane }).data;
        squares[i]! += part.reduce((sum, v) => sum + v * v, 0) / part.length;
      });
    }
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

/** Pearson's; 0 where one of the two does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
