/**
 * Evidence for motifs. In every draw the kernels of a pair give way to others of the same two layers, drawn by their energy, at
 * the norms of the pair's own, shuffled; each is turned or mirrored at random, so nothing moves together. The angles that
 * were fitted to these weights are fitted again, by the same linkage. Chance is wider for a pair of few kernels than for one of
 * many: pairs of one shape share their draws, which take turns among them, and each is held against those of its shape alone. There
 * are enough draws that a single pair could stand out among all that were looked at, for whose number Benjamini and
 * Hochberg adjust.
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
  readonly level: number;
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
  { group, table, level, draws, seed, task, all, considered, signal, onProgress }: EvidenceOptions,
): Promise<Evidence[]> {
  const random = createRandom(seed);
  const size = pairs[0]?.kernels;
  const pool = kernelPool(all, size ? size.height * size.width : all.length);
  const shapes = new Map<string, Shape>();
  for (const [i, pair] of pairs.entries()) {
    const shape = shapeOf(pair);
    shapes.set(shape, shapes.get(shape) ?? { pairs: [], draws: 0, predictions: [], score: 0 });
    shapes.get(shape)!.pairs.push(i);
  }
  const needed = Math.min(mostDraws, Math.ceil(considered / level));
  for (const shape of shapes.values()) shape.draws = Math.max(draws * shape.pairs.length, needed);
  const total = [...shapes.values()].reduce((sum, shape) => sum + shape.draws, 0);
  let done = 0;
  for (const shape of shapes.values()) {
    for (let draw = 0; draw < shape.draws; draw++) {
      const { kernels, fitted } = pairs[shape.pairs[draw % shape.pairs.length]!]!;
      const mixed = { ...kernels, data: drawKernels(kernels, { all, pool, random }) };
      const { prediction, score } = await fitAgain(mixed, fitted, group, table);
      shape.predictions.push(prediction);
      shape.score += score / shape.draws;
      if (++done % breath === 0) {
        onProgress?.({ task, done, total });
        throwIfAborted(signal);
        await pause();
      }
    }
  }
  const shapeOfPair = pairs.map((pair) => shapes.get(shapeOf(pair))!);
  const pValues = pairs.map(({ prediction }, i) => drawnPValue(prediction, shapeOfPair[i]!.predictions));
  const unmeasured = new Array<number>(considered - pairs.length).fill(1);
  const qValues = benjaminiHochberg([...pValues, ...unmeasured]);
  return pairs.map((_, i) => ({ pValue: pValues[i]!, qValue: qValues[i]!, chance: shapeOfPair[i]!.score }));
}

/** Most draws of one shape for the number of pairs alone. */
const mostDraws = 4000;
/** Draws between two looks at the clock. */
const breath = 32;

/** Pairs of one shape, with their draws. */
interface Shape {
  readonly pairs: number[];
  draws: number;
  readonly predictions: number[];
  /** Mean score. */
  score: number;
}

/** What the width of chance depends on. */
function shapeOf({ kernels: { source, target }, fitted }: FamilyPair & { readonly kernels: PairBlock }): string {
  const side = ({ elements, stabiliser }: Side): string =>
    `${[...elements].sort((a, b) => a - b).join()}/${stabiliser.join()}`;
  return `${side(source)} ${side(target)} ${fitted}`;
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
