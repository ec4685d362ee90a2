/**
 * Evidence for motifs. In every draw the kernels of each pair give way to random mixtures of the same two layers' kernels,
 * turned and mirrored at random, at the norms of the pair's own, shuffled: the same spatial covariance, and nothing that moves
 * together. (Kernels as they are would not do: where most of a block are copies of one, as in the blocks that articles print,
 * every draw of them is a motif as soon as its angles are fitted.) The angles that were fitted to these weights are fitted
 * again, by the same linkage and from as many kernels. Each prediction is measured in standard deviations from its own pair's
 * chance, and the draws of all pairs of one shape together are what a p value is counted in: pairs of another shape have a
 * chance of another form, whose tail says nothing. Benjamini and Hochberg adjust for the number of pairs looked at; a shape of
 * few pairs is drawn more often, until a p value can be small enough for that.
 */
import { createRandom, type Random } from "../core/random.js";
import type { Yield } from "../core/yield.js";
import { benjaminiHochberg, drawnPValue } from "../math/statistics.js";
import { coset } from "./candidates.js";
import { type Acting, classifyMotif } from "./classify-motif.js";
import type { FilterAction, Filters } from "./filters.js";
import { fitElements } from "./fit-elements.js";
import { times } from "./group.js";
import { type KernelPool, kernelPool } from "./kernel-pool.js";
import type { FamilyPair } from "./motif-ends.js";
import { squareMoves } from "./null.js";
import type { PairBlock, Side } from "./pair-block.js";

/** What the evidence needs. */
export interface EvidenceOptions {
  readonly acting: Acting;
  readonly alpha: number;
  readonly nullDraws: number;
  readonly seed: number;
  readonly breathe: Yield;
  /** Called when a pair is done. */
  readonly step: () => Promise<void>;
  /** All kernels between the two layers. */
  readonly all: Float32Array;
  /** Number of pairs looked at, of which those given are left. */
  readonly considered: number;
}

/** Evidence for one pair. */
export interface Evidence {
  readonly pValue: number;
  readonly qValue: number;
  readonly nullScore: number;
}

/** A pair with what it was measured to be. */
export type MeasuredPair = FamilyPair & {
  readonly kernels: PairBlock;
  /** The kernels that the fitted end's elements were found in: the pair's own, or more that hold them. */
  readonly seen: PairBlock;
  readonly prediction: number;
};

/** Draws of one shape are not made beyond this number for the sake of many candidates. */
const mostDraws = 10_000;

/** Kernels turned for one pair, at least: a precise scale costs little where a pair is small. */
const cheap = 10_000;

/** P value, q value and chance score of every pair. */
export async function judgePairs(
  pairs: readonly MeasuredPair[],
  { acting, alpha, nullDraws, seed, breathe, step, all, considered }: EvidenceOptions,
): Promise<Evidence[]> {
  const random = createRandom(seed);
  const size = pairs[0]?.kernels;
  const layer: LayerKernels = {
    all,
    pool: kernelPool(all, size ? size.height * size.width : all.length),
    moves: size ? squareMoves(size) : [],
  };
  const shapes = new Map<string, number[]>();
  pairs.forEach((pair, i) => {
    const shape = shapeOf(pair);
    shapes.set(shape, [...(shapes.get(shape) ?? []), i]);
  });
  const wanted = Math.min(mostDraws, Math.ceil(considered / alpha));
  const evidence = new Array<{ pValue: number; nullScore: number }>(pairs.length);
  for (const same of shapes.values()) {
    const { source, target } = pairs[same[0]!]!.kernels;
    const cost = source.elements.length * target.elements.length * acting.table.order;
    const each = Math.max(nullDraws, Math.ceil(wanted / same.length), Math.ceil(cheap / cost));
    const pooled: number[] = [];
    const distances: number[] = [];
    const chances: number[] = [];
    for (const i of same) {
      const { kernels, seen, fitted, prediction } = pairs[i]!;
      const predictions: number[] = [];
      let chance = 0;
      for (let draw = 0; draw < each; draw++) {
        const drawn = { ...seen, data: drawKernels(seen, layer, random) };
        const fit = await fitAgain(drawn, kernels, fitted, { acting, breathe });
        predictions.push(fit.prediction);
        chance += fit.score / each;
        await breathe();
      }
      const [middle, wide] = [mean(predictions), deviation(predictions)];
      for (const value of predictions) pooled.push((value - middle) / wide);
      distances.push((prediction - middle) / wide);
      chances.push(chance);
      await step();
    }
    same.forEach((i, at) => {
      evidence[i] = { pValue: drawnPValue(distances[at]!, pooled), nullScore: chances[at]! };
    });
  }
  const unmeasured = new Array<number>(considered - pairs.length).fill(1);
  const qValues = benjaminiHochberg([...evidence.map(({ pValue }) => pValue), ...unmeasured]);
  return evidence.map((one, i) => ({ ...one, qValue: qValues[i]! }));
}

/** What the form of a pair's chance depends on. */
function shapeOf({ kernels: { source, target }, fitted }: MeasuredPair): string {
  const end = ({ elements, stabiliser }: Side): string => `${elements.length} of ${stabiliser.length}`;
  return `${end(source)} to ${end(target)}, ${fitted}`;
}

interface Fitting {
  readonly acting: Acting;
  readonly breathe: Yield;
}

const nothing = { prediction: 0, score: 0 };

/** Fits what was fitted again, in all that was drawn, and measures the pair's part of it. */
async function fitAgain(
  drawn: PairBlock,
  pair: PairBlock,
  end: FamilyPair["fitted"],
  { acting, breathe }: Fitting,
): Promise<{ prediction: number; score: number }> {
  const part = { ...pair, data: kernelsTo(pair.target.places, drawn) };
  const moves = end !== "neither" && pair[end].stabiliser.length < acting.table.order;
  const fitted = moves ? { ...part, [end]: await refit(drawn, end, { acting, breathe }) } : part;
  return classifyMotif(fitted, acting) ?? nothing;
}

/** The kernels that lead to some targets, by their places in the block. */
function kernelsTo(places: readonly number[], { data, target }: PairBlock): Float32Array {
  if (places.length === target.places.length) return data;
  const length = data.length / target.places.length;
  const out = new Float32Array(places.length * length);
  places.forEach((place, at) => {
    const from = target.places.indexOf(place) * length;
    out.set(data.subarray(from, from + length), at * length);
  });
  return out;
}

/** New elements for the members of one side, from the kernels alone. */
async function refit(
  kernels: PairBlock,
  end: "source" | "target",
  { acting: { changes, table }, breathe }: Fitting,
): Promise<Side> {
  const { order } = table;
  const other = kernels[end === "source" ? "target" : "source"];
  const taps = kernels.height * kernels.width;
  const [units, slots] = [kernels[end].elements.length, other.elements.length];
  const place = (element: number): number => coset(element, other.stabiliser, table);
  const places = other.elements.map(place);
  const data = new Float32Array(kernels.data.length);
  for (let unit = 0; unit < units; unit++) {
    for (let slot = 0; slot < slots; slot++) {
      const from = end === "target" ? unit * slots + slot : slot * units + unit;
      data.set(kernels.data.subarray(from * taps, (from + 1) * taps), (unit * slots + slot) * taps);
    }
  }
  const still = other.stabiliser.length === order;
  const actions = changes.map(
    (change, g): FilterAction => ({
      ...change,
      to: still ? null : Int32Array.from(other.elements, (element) => places.indexOf(place(times(table, g, element)))),
      colors: null,
    }),
  );
  const filters: Filters = { units, slots, taps, data, actions, still: still ? null : new Uint8Array(slots) };
  return { ...kernels[end], elements: await fitElements(filters, table, breathe) };
}

/** What draws are made of. */
interface LayerKernels {
  readonly all: Float32Array;
  readonly pool: KernelPool;
  /** The symmetries of the grid. */
  readonly moves: readonly Int32Array[];
}

/** Kernels of one draw: random mixtures of the layer's, turned and mirrored, at the norms of the pair's own, shuffled. */
function drawKernels(
  { height, width, data }: PairBlock,
  { all, pool, moves }: LayerKernels,
  random: Random,
): Float32Array {
  const taps = height * width;
  const norms = kernelPool(data, taps).energies.map(Math.sqrt);
  const out = new Float32Array(data.length);
  for (let i = 0; i < norms.length; i++) {
    const other = i + random.int(norms.length - i);
    [norms[i], norms[other]] = [norms[other]!, norms[i]!];
    const mixture = out.subarray(i * taps, (i + 1) * taps);
    for (let part = 0; part < taps; part++) {
      const kernel = pool.draw(random);
      const move = random.pick(moves);
      const weight = random.normal() / (Math.sqrt(pool.energies[kernel]!) || 1);
      for (let tap = 0; tap < taps; tap++) mixture[tap]! += weight * all[kernel * taps + move[tap]!]!;
    }
    const scale = norms[i]! / (Math.hypot(...mixture) || 1);
    for (let tap = 0; tap < taps; tap++) mixture[tap]! *= scale;
  }
  return out;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.max(1e-6, Math.sqrt(mean(values.map((value) => (value - middle) ** 2))));
}
