/**
 * The search among tuning curves. Two units are compared after every shift round the circle,
 *
 *     S[a, b, s] = Σ Re( conj A_h · B_h exp(2πi h s / steps) ) / (‖A‖ ‖B‖)      over all rows and harmonics h ≥ 1
 *
 * and joined as filters are. The null draws give every harmonic of every row a phase of its own: curves of the same power, of
 * which no two have one shape.
 */
import { createRandom, type Random } from "../../core/random.js";
import type { Yield } from "../../core/yield.js";
import { drawnPValue, quantile } from "../../math/statistics.js";
import { type Candidate, findCandidates } from "../candidates.js";
import type { GroupTable } from "../group.js";
import type { Judged } from "../search.js";

/** Curves of one unit: harmonics 1… of every row, `[rows, harmonics, (re, im)]`, of norm 1. */
export type Curves = Float64Array;

/** Harmonics of maps `[rows, samples]` about their rows' means. */
export function curvesOf(map: ArrayLike<number>, samples: number): Curves {
  const rows = map.length / samples;
  const count = Math.ceil(samples / 2) - 1;
  const out = new Float64Array(rows * count * 2);
  for (let row = 0; row < rows; row++) {
    for (let h = 1; h <= count; h++) {
      const at = 2 * (row * count + h - 1);
      for (let k = 0; k < samples; k++) {
        const angle = (-2 * Math.PI * h * k) / samples;
        out[at]! += map[row * samples + k]! * Math.cos(angle);
        out[at + 1]! += map[row * samples + k]! * Math.sin(angle);
      }
    }
  }
  const length = Math.hypot(...out);
  // What is left of flat curves is rounding.
  const flat = length <= 1e-9 * samples * Math.hypot(...Array.from(map));
  return out.map((value) => (flat ? 0 : value / length));
}

/** What decides. */
export interface CurveSearch {
  /** Harmonics of each row. */
  readonly harmonics: number;
  /** The circle in steps. */
  readonly table: GroupTable;
  readonly threshold: number;
  readonly nullDraws: number;
  readonly seed: number;
  readonly breathe: Yield;
}

/** Clusters of curves of one shape, each with its p value against curves of random phases. */
export async function searchCurves(curves: readonly Curves[], options: CurveSearch): Promise<Judged<Candidate>[]> {
  const { table, threshold, nullDraws, seed, breathe } = options;
  const random = createRandom(seed);
  const nulls = Array.from({ length: nullDraws }, () => curves.map((one) => randomPhases(one, random)));
  const pilots = nulls.slice(0, 3).flatMap((drawn) => bestPartners(affinitiesOf(drawn, options), curves.length, table));
  // Smooth curves are alike sooner than filters: links inside a family say less, so only chance counts.
  const limits = { cutoff: threshold, chance: Math.min(threshold, quantile(pilots, 0.95)), tolerance: 1 };
  const { candidates } = findCandidates(affinitiesOf(curves, options), curves.length, table, limits);
  if (candidates.length === 0) return [];
  const strongest: number[] = [];
  for (const drawn of nulls) {
    const none = findCandidates(affinitiesOf(drawn, options), curves.length, table, limits);
    strongest.push(Math.max(0, ...none.candidates.map(({ strength }) => strength)));
    await breathe();
  }
  return candidates.map((found) => ({ found, pValue: drawnPValue(found.strength, strongest), qValue: 1 }));
}

function affinitiesOf(curves: readonly Curves[], { harmonics, table }: CurveSearch): Float32Array {
  const { order, inverse } = table;
  const n = curves.length;
  const out = new Float32Array(n * n * order);
  const waves = Float64Array.from({ length: order * harmonics * 2 }, (_, i) => {
    const [step, h] = [Math.floor(i / (2 * harmonics)), (Math.floor(i / 2) % harmonics) + 1];
    return (i % 2 === 0 ? Math.cos : Math.sin)((2 * Math.PI * h * step) / order);
  });
  const sums = new Float64Array(2 * harmonics);
  curves.forEach((a, i) => {
    for (let j = i; j < n; j++) {
      const b = curves[j]!;
      sums.fill(0);
      for (let at = 0; at < a.length; at += 2) {
        const h = at % (2 * harmonics);
        sums[h]! += a[at]! * b[at]! + a[at + 1]! * b[at + 1]!;
        sums[h + 1]! += a[at]! * b[at + 1]! - a[at + 1]! * b[at]!;
      }
      for (let step = 0; step < order; step++) {
        let value = 0;
        for (let h = 0; h < 2 * harmonics; h += 2) {
          const wave = step * 2 * harmonics + h;
          value += sums[h]! * waves[wave]! - sums[h + 1]! * waves[wave + 1]!;
        }
        out[(i * n + j) * order + step] = value;
        out[(j * n + i) * order + inverse[step]!] = value;
      }
    }
  });
  return out;
}

function randomPhases(curves: Curves, random: Random): Curves {
  const out = new Float64Array(curves.length);
  for (let at = 0; at < curves.length; at += 2) {
    const [size, phase] = [Math.hypot(curves[at]!, curves[at + 1]!), 2 * Math.PI * random.uniform()];
    out[at] = size * Math.cos(phase);
    out[at + 1] = size * Math.sin(phase);
  }
  return out;
}

/** For each unit its best affinity to another. */
function bestPartners(affinity: Float32Array, units: number, { order }: GroupTable): number[] {
  return Array.from({ length: units }, (_, a) => {
    let best = 0;
    for (let b = 0; b < units; b++)
      if (b !== a) for (let g = 0; g < order; g++) best = Math.max(best, affinity[(a * units + b) * order + g]!);
    return best;
  });
}
