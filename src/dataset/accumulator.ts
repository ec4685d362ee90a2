/**
 * Counting in one pass. Each picture is summed by itself, in reading order; the sums of pictures are then added exactly, so
 * that neither the order of pictures nor how they were divided leaves a trace.
 *
 *     mean = Σx / n        variance = (Σx² − (Σx)² / n) / n
 */

import { LensError } from "../core/errors.js";
import type { Unit } from "../core/unit.js";
import { addExact, type ExactSum, roundedSum } from "../math/exact-sum.js";
import { binAt, binCount, binOf, filledBins, quantile } from "./histogram.js";
import { compareText } from "./partial-result.js";
import type { LayerResponse, Response } from "./stream-activations.js";
import type { ClassShare, UnitStatistics } from "./unit-statistics.js";

/** Counts of the pictures of one label. */
interface ClassTally {
  pictures: number;
  count: number;
  total: ExactSum;
  positive: ExactSum;
}

/** Counts of one unit, while pictures come in. */
export interface Accumulator {
  readonly unit: Unit;
  count: number;
  fired: number;
  smallest: number;
  largest: number;
  total: ExactSum;
  squares: ExactSum;
  readonly bins: Float64Array;
  readonly classes: Map<string, ClassTally>;
}

/** Nothing counted yet. */
export function emptyAccumulator(unit: Unit): Accumulator {
  return {
    unit,
    count: 0,
    fired: 0,
    smallest: Number.POSITIVE_INFINITY,
    largest: Number.NEGATIVE_INFINITY,
    total: [],
    squares: [],
    bins: new Float64Array(binCount),
    classes: new Map(),
  };
}

/** Counts one picture's answers. */
export function count(tallies: readonly Accumulator[], { item, layers }: Response): void {
  for (const each of layers) {
    const sums = sumMap(
      each,
      each.places.map((place) => tallies[place]!.bins),
    );
    const positions = each.map.height * each.map.width;
    each.places.forEach((place, c) => {
      const [total, squares, positive] = [sums.total[c]!, sums.squares[c]!, sums.positive[c]!];
      if (!Number.isFinite(squares)) {
        throw new LensError(
          "bad-model",
          `${each.layer}:${each.channels[c]} answers "${item.id}" with a value that is not finite; check the network's weights and preprocessing`,
        );
      }
      join(tallies[place]!, {
        count: positions,
        fired: sums.fired[c]!,
        smallest: sums.smallest[c]!,
        largest: sums.largest[c]!,
        total: [total],
        squares: [squares],
        classes: [[item.label ?? "", { pictures: 1, count: positions, total: [total], positive: [positive] }]],
      });
    });
  }
}

/** Adds the counts of a part. */
export function joinStatistics(
  tally: Accumulator,
  { count, smallest, largest, histogram, sums }: UnitStatistics,
): void {
  for (const bin of histogram) tally.bins[binAt(bin)]! += bin.count;
  const { fired, total, squares, classes } = sums;
  join(tally, { count, fired, smallest, largest, total, squares, classes: classes.map((c) => [c.label, c]) });
}

/** The counts as a result. */
export function statisticsOf(tally: Accumulator): UnitStatistics {
  const { unit, count: n, fired, smallest, largest } = tally;
  const mean = roundedSum(tally.total) / n;
  const histogram = filledBins(tally.bins);
  const clip = (value: number): number => Math.min(largest, Math.max(smallest, value));
  return {
    unit,
    count: n,
    firingRate: fired / n,
    state: fired === 0 ? "dead" : fired === n ? "always on" : "selective",
    mean,
    variance: Math.max(0, roundedSum(tally.squares) / n - mean * mean),
    smallest,
    largest,
    quantiles: shares.map((share) => ({ share, value: clip(quantile(histogram, share)) })),
    histogram,
    classes: classShares(tally),
    sums: {
      fired,
      total: tally.total,
      squares: tally.squares,
      classes: [...tally.classes]
        .sort(([a], [b]) => compareText(a, b))
        .map(([label, { pictures, count, total, positive }]) => ({ label, pictures, count, total, positive })),
    },
  };
}

/** The quantiles that are kept. */
const shares = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999];

type Counts = Omit<Accumulator, "unit" | "bins" | "classes"> & {
  readonly classes: readonly (readonly [label: string, tally: Readonly<ClassTally>])[];
};

function join(tally: Accumulator, counts: Counts): void {
  tally.count += counts.count;
  tally.fired += counts.fired;
  tally.smallest = Math.min(tally.smallest, counts.smallest);
  tally.largest = Math.max(tally.largest, counts.largest);
  tally.total = addExact(tally.total, counts.total);
  tally.squares = addExact(tally.squares, counts.squares);
  for (const [label, more] of counts.classes) {
    const known = tally.classes.get(label) ?? { pictures: 0, count: 0, total: [], positive: [] };
    tally.classes.set(label, {
      pictures: known.pictures + more.pictures,
      count: known.count + more.count,
      total: addExact(known.total, more.total),
      positive: addExact(known.positive, more.positive),
    });
  }
}

function classShares({ classes }: Accumulator): ClassShare[] {
  if (classes.size === 0 || (classes.size === 1 && classes.has(""))) return [];
  const whole = roundedSum([...classes.values()].reduce<ExactSum>((sum, { positive }) => addExact(sum, positive), []));
  return [...classes]
    .map(([label, { pictures, count, total, positive }]) => ({
      label,
      pictures,
      mean: roundedSum(total) / count,
      share: whole > 0 ? roundedSum(positive) / whole : 0,
    }))
    .sort((a, b) => b.share - a.share || compareText(a.label, b.label));
}

/** Sums over one picture's map, channel by channel; values enter the bins on the way. */
function sumMap(
  { map }: LayerResponse,
  bins: readonly Float64Array[],
): Record<"total" | "squares" | "positive" | "fired" | "smallest" | "largest", Float64Array> {
  const { data, channels } = map;
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const row = (): Float64Array => new Float64Array(channels);
  const [total, squares, positive, fired] = [row(), row(), row(), row()];
  const smallest = row().fill(Number.POSITIVE_INFINITY);
  const largest = row().fill(Number.NEGATIVE_INFINITY);
  for (let i = 0, c = 0; i < data.length; i++, c = c + 1 === channels ? 0 : c + 1) {
    const value = data[i]!;
    total[c]! += value;
    squares[c]! += value * value;
    if (value > 0) {
      positive[c]! += value;
      fired[c]! += 1;
    }
    if (value < smallest[c]!) smallest[c] = value;
    if (value > largest[c]!) largest[c] = value;
    bins[c]![binOf(bits[i]!)]! += 1;
  }
  return { total, squares, positive, fired, smallest, largest };
}
