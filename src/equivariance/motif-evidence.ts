/**
 * Evidence for motifs. In every draw the kernels of each pair give way to others of the same two layers, drawn by their
 * energy, at the norms of the pair's own, shuffled; each is turned or mirrored at random, so nothing moves together. The
 * angles that were fitted to these weights are fitted again, by the same linkage. Pairs of different size have chances of
 * different width, so each prediction is measured in standard deviations from its own pair's chance, and all draws of all
 * pairs together are what a p value is counted in; Benjamini and Hochberg adjust for the number of pairs looked at.
 */
import { createRandom, type Random } from "../core/random.js";
import { pause, type RunOptions, throwIfAborted } from "../core/run.js";
import { benjaminiHochberg, drawnPValue } from "../math/statistics.js";
import { asMotif } from "./as-motif.js";
import { tapMaps } from "./commute.js";
import type { FilterAction, Filters } from "./filters.js";
import { fitElements } from "./fit-elements.js";
import type { Group, GroupTable } from "./group.js";
import { type KernelPool, kernelPool } from "./kernel-pool.js";
import type { FamilyPair } from "./motif-ends.js";
import { squareMoves } from "./null.js";
import type { PairBlock, Side } from "./pair-block.js";

/** What the evidence needs. */
export interface EvidenceOptions extends RunOptions {
  readonly group: Group;
  readonly table: GroupTable;
  readonly draws: number;
  readonly seed: number;
  readonly task: string;
  /** All kernels between the two layers. */
  readonly all: Float32Array;
  /** Number of pairs looked at, of which those given are left. */
  readonly considered: number;
}

/** Evidence for one pair. */
export interface Evidence {
  readonly pValue: number;
  readonly qValue: number;
  readonly chance: number;
}

/** P value, q value and chance score of every pair. */
export async function judgePairs(
  pairs: readonly (FamilyPair & { readonly kernels: PairBlock; readonly prediction: number })[],
  { group, table, draws, seed, task, all, considered, signal, onProgress }: EvidenceOptions,
): Promise<Evidence[]> {
  const random = createRandom(seed);
  const size = pairs[0]?.kernels;
  const pool = kernelPool(all, size ? size.height * size.width : all.length);
  const predictions: number[][] = pairs.map(() => []);
  const scores: number[][] = pairs.map(() => []);
  for (let draw = 0; draw < draws && pairs.length > 0; draw++) {
    for (const [i, { kernels, fitted }] of pairs.entries()) {
      const mixed = { ...kernels, data: drawKernels(kernels, { all, pool, random }) };
      const { prediction, score } = await fitAgain(mixed, fitted, group, table);
      predictions[i]!.push(prediction);
      scores[i]!.push(score);
    }
    onProgress?.({ task, done: draw + 1, total: draws });
    throwIfAborted(signal);
    await pause();
  }
  const scales = predictions.map((values) => ({ mean: mean(values), deviation: deviation(values) }));
  const distance = (i: number, value: number): number => (value - scales[i]!.mean) / scales[i]!.deviation;
  const pooled = predictions.flatMap((values, i) => values.map((value) => distance(i, value)));
  const pValues = pairs.map(({ prediction }, i) => drawnPValue(distance(i, prediction), pooled));
  const unmeasured = new Array<number>(considered - pairs.length).fill(1);
  const qValues = benjaminiHochberg([...pValues, ...unmeasured]);
  return pairs.map((_, i) => ({ pValue: pValues[i]!, qValue: qValues[i]!, chance: mean(scores[i]!) }));
}

const nothing = { prediction: 0, score: 0 };

async function fitAgain(
  kernels: PairBlock,
  end: FamilyPair["fitted"],
  group: Group,
  table: GroupTable,
): Promise<{ prediction: number; score: number }> {
  if (end === "neither") return asMotif(kernels, group, table) ?? nothing;
  const side = kernels[end];
  const moved = side.stabiliser.length === table.order ? side : await refit(kernels, end, group, table);
  return asMotif({ ...kernels, [end]: moved }, group, table) ?? nothing;
}

/** New elements for the members of one side, from the kernels of the pair alone. */
async function refit(kernels: PairBlock, end: "source" | "target", group: Group, table: GroupTable): Promise<Side> {
  const { order, product } = table;
  const other = kernels[end === "source" ? "target" : "source"];
  const taps = kernels.height * kernels.width;
  const [units, slots] = [kernels[end].elements.length, other.elements.length];
  const place = (element: number): number => Math.min(...other.stabiliser.map((s) => product[element * order + s]!));
  const places = other.elements.map(place);
  const data = new Float32Array(kernels.data.length);
  for (let unit = 0; unit < units; unit++) {
    for (let slot = 0; slot < slots; slot++) {
      const from = end === "target" ? unit * slots + slot : slot * units + unit;
      data.set(kernels.data.subarray(from * taps, (from + 1) * taps), (unit * slots + slot) * taps);
    }
  }
  const maps = tapMaps(group, kernels);
  const actions = maps.map(
    (map, g): FilterAction => ({
      to:
        other.stabiliser.length === order
          ? null
          : Int32Array.from(other.elements, (element) => places.indexOf(place(product[g * order + element]!))),
      taps: map,
      colors: null,
      sign: 1,
    }),
  );
  const filters: Filters = { units, slots, taps, data, actions };
  return { ...kernels[end], elements: await fitElements(filters, table) };
}

/** Draws made to find a kernel that was not drawn yet. */
const patience = 50;

function drawKernels(
  { height, width, data }: PairBlock,
  { all, pool, random }: { readonly all: Float32Array; readonly pool: KernelPool; readonly random: Random },
): Float32Array {
  const taps = height * width;
  const norms = kernelPool(data, taps).energies.map(Math.sqrt);
  const moves = squareMoves({ height, width });
  const out = new Float32Array(data.length);
  const taken = new Set<number>();
  for (let i = 0; i < norms.length; i++) {
    const other = i + random.int(norms.length - i);
    [norms[i], norms[other]] = [norms[other]!, norms[i]!];
    // The same kernel twice would be a match by itself; where few are left, it is looked for only so long.
    let kernel = pool.draw(random);
    for (let again = 0; again < patience && taken.has(kernel); again++) kernel = pool.draw(random);
    taken.add(kernel);
    const scale = norms[i]! / (Math.sqrt(pool.energies[kernel]!) || 1);
    const move = random.pick(moves);
    for (let tap = 0; tap < taps; tap++) out[i * taps + tap] = scale * all[kernel * taps + move[tap]!]!;
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
