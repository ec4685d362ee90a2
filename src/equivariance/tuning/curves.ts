/**
 * The search among tuning curves. Two units are compared after every change of a group: a turn by s takes the angle θ to θ + s, a
 * mirror to s − θ,
 *
 *     S[a, b, s] = Σ Re( conj A_h · B_h exp(i h s) ) / (‖A‖ ‖B‖)        over all rows and harmonics h ≥ 1
 *
 * with conj A_h in the place of A_h after a mirror. They are joined as filters are. The null draws give every harmonic of every row a
 * phase of its own: curves of the same power, of which no two have one shape.
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

/** A change of a curve: mirrored at 0 or not, then moved on, in radians of the stimulus's own circle. */
export interface CurveChange {
  readonly mirror: boolean;
  readonly shift: number;
}

/** What decides. */
export interface CurveSearch {
  /** Harmonics of each row. */
  readonly harmonics: number;
  /** The group that curves are compared under. */
  readonly table: GroupTable;
  /** What its elements do to a curve. */
  readonly changes: readonly CurveChange[];
  readonly threshold: number;
  readonly nullDraws: number;
  readonly seed: number;
  readonly breathe: Yield;
}

/** Clusters of curves of one shape, each with its p value against curves of random phases, and how alike all curves are. */
export async function searchCurves(
  curves: readonly Curves[],
  options: CurveSearch,
): Promise<{ readonly affinity: Float32Array; readonly judged: Judged<Candidate>[] }> {
  const { table, threshold, nullDraws, seed, breathe } = options;
  const random = createRandom(seed);
  const nulls = Array.from({ length: nullDraws }, () => curves.map((one) => randomPhases(one, random)));
  const pilots = nulls.slice(0, 3).flatMap((drawn) => bestPartners(affinitiesOf(drawn, options), curves.length, table));
  // Smooth curves are alike sooner than filters: links inside a family say less, so only chance counts.
  const limits = { cutoff: threshold, chance: Math.min(threshold, quantile(pilots, 0.95)), tolerance: 1 };
  const affinity = affinitiesOf(curves, options);
  const { candidates } = findCandidates(affinity, curves.length, table, limits);
  if (candidates.length === 0) return { affinity, judged: [] };
  const strongest: number[] = [];
  for (const drawn of nulls) {
    const none = findCandidates(affinitiesOf(drawn, options), curves.length, table, limits);
    strongest.push(Math.max(0, ...none.candidates.map(({ strength }) => strength)));
    await breathe();
  }
  const judged = candidates.map((found) => ({ found, pValue: drawnPValue(found.strength, strongest), qValue: 1 }));
  return { affinity, judged };
}

/** `S[(a · units + b) · order + g]`, for all pairs both ways and each unit with itself. */
function affinitiesOf(
  curves: readonly Curves[],
  { harmonics, table: { order, inverse }, changes }: CurveSearch,
): Float32Array {
  const n = curves.length;
  const out = new Float32Array(n * n * order);
  const waves = Float64Array.from({ length: order * harmonics * 2 }, (_, i) => {
    const h = (Math.floor(i / 2) % harmonics) + 1;
    return (i % 2 === 0 ? Math.cos : Math.sin)(h * changes[Math.floor(i / (2 * harmonics))]!.shift);
  });
  const mirrors = changes.some(({ mirror }) => mirror);
  const [plain, mirrored] = [new Float64Array(2 * harmonics), new Float64Array(2 * harmonics)];
  curves.forEach((a, i) => {
    for (let j = i; j < n; j++) {
      products(a, curves[j]!, 1, plain);
      if (mirrors) products(a, curves[j]!, -1, mirrored);
      for (let g = 0; g < order; g++) {
        const sums = changes[g]!.mirror ? mirrored : plain;
        let value = 0;
        for (let h = 0; h < 2 * harmonics; h += 2) {
          const wave = g * 2 * harmonics + h;
          value += sums[h]! * waves[wave]! - sums[h + 1]! * waves[wave + 1]!;
        }
        out[(i * n + j) * order + g] = value;
        out[(j * n + i) * order + inverse[g]!] = value;
      }
    }
  });
  return out;
}

/** Sums over rows of conj A · B for each harmonic; with sign −1 of A · B, as after a mirror. */
function products(a: Curves, b: Curves, sign: 1 | -1, sums: Float64Array): void {
  sums.fill(0);
  for (let at = 0; at < a.length; at += 2) {
    const h = at % sums.length;
    const im = sign * a[at + 1]!;
    sums[h]! += a[at]! * b[at]! + im * b[at + 1]!;
    sums[h + 1]! += a[at]! * b[at + 1]! - im * b[at]!;
  }
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
