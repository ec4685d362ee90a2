/**
 * A histogram that needs no range beforehand and joins exactly: bins are a sixteenth of an octave wide, on both sides of 0,
 * from 2⁻²⁴ to 2²⁴ in size. The exponent and the first four bits of the mantissa of a float32 are its bin, so that counting
 * costs a shift; a quantile read from it is within 1/32 of its value.
 *
 *     … −(1+1/16)·2ᵉ  −2ᵉ  …  0  …  2ᵉ  (1+1/16)·2ᵉ  (1+2/16)·2ᵉ  …
 */
import type { HistogramBin } from "./unit-statistics.js";

const perOctave = 16;
const octaves = 24;
/** Bits of the smallest value that is not counted as 0. */
const first = (127 - octaves) * perOctave;
/** Bins on one side of 0. */
const side = 2 * octaves * perOctave;

/** Number of bins; the middle one counts the zeros. */
export const binCount: number = 2 * side + 1;

/** The bin of a float32 given by its bits. */
export function binOf(bits: number): number {
  const size = ((bits & 0x7fffffff) >>> 19) - first;
  if (size < 0) return side;
  const step = 1 + (size < side ? size : side - 1);
  return bits >>> 31 === 1 ? side - step : side + step;
}

/** The bin that a bin of a result stands for. */
export function binAt({ from, to }: HistogramBin): number {
  return binOf(new Uint32Array(Float32Array.of((from + to) / 2).buffer)[0]!);
}

/** The bins that are not empty. */
export function filledBins(counts: Float64Array): HistogramBin[] {
  return [...counts.entries()].flatMap(([bin, count]) => (count > 0 ? [{ ...rangeOf(bin), count }] : []));
}

/** The value below which a share of the counted values lies, spread evenly inside its bin. */
export function quantile(bins: readonly HistogramBin[], share: number): number {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  let below = 0;
  for (const { from, to, count } of bins) {
    if (below + count >= share * total) return from + ((share * total - below) / count) * (to - from);
    below += count;
  }
  return bins.at(-1)?.to ?? 0;
}

function rangeOf(bin: number): { from: number; to: number } {
  if (bin === side) return { from: 0, to: 0 };
  const edge = (step: number): number =>
    2 ** (Math.floor(step / perOctave) - octaves) * (1 + (step % perOctave) / perOctave);
  const step = Math.abs(bin - side) - 1;
  return bin > side ? { from: edge(step), to: edge(step + 1) } : { from: -edge(step + 1), to: -edge(step) };
}
