/**
 * The law of a motif at any angle: the kernel between two members depends only on their relative angle, and on place turned back
 * by the angle of the unit that reads,
 *
 *     W[b, a](p) = T(α − β, R(−β) p)         T(δ, p) = Σ_m t_m(p) exp(2πi m δ / P)       |m| ≤ 3, ridge 1
 *
 * for a source that repeats after P degrees; turned kernels are orthogonal maps of the grid, sums of circular harmonics in place.
 * An invariant source has a kernel of its own for each unit, turned by β; an invariant target one for each unit, turned by α. The
 * prediction leaves out one unit: the one that reads, or with an invariant target the one that is read.
 */
import type { Commuting } from "./commute.js";
import type { MotifKind } from "./motif.js";

/** Kernels of a pair after each of the turns that the law needs. */
export interface AngularPair {
  readonly taps: number;
  /** Angles of the units that are read, in degrees. */
  readonly sources: readonly number[];
  /** Angles of the units that read, in degrees. */
  readonly targets: readonly number[];
  /** Degrees after which a source is the same again. */
  readonly period: number;
  /** The kernel from source `s` to target `t`, turned back by the angle of target (or source) `by`. */
  readonly back: (t: number, s: number, end: "target" | "source", by: number) => Float64Array;
}

/** Which member has which angle: a permutation of each end. */
export interface Places {
  readonly sources: readonly number[];
  readonly targets: readonly number[];
}

const highest = 3;
const ridge = 1;

/** How well a kind of motif explains a pair, with its angles put in some order. */
export function fitAngular(kind: MotifKind, pair: AngularPair, places: Places): Commuting {
  if (kind === "equivariant→equivariant") return fitHarmonics(pair, places);
  const byTarget = kind === "invariant→equivariant";
  // One kernel for each unit of the end that stays; the members of the other are left out in turn.
  const [nOwn, nTurned] = byTarget
    ? [pair.sources.length, pair.targets.length]
    : [pair.targets.length, pair.sources.length];
  const total = empty();
  for (let own = 0; own < nOwn; own++) {
    const kernels = Array.from({ length: nTurned }, (_, i) =>
      byTarget ? pair.back(i, own, "target", places.targets[i]!) : pair.back(own, i, "source", places.sources[i]!),
    );
    const sum = new Float64Array(pair.taps);
    for (const kernel of kernels) kernel.forEach((weight, tap) => (sum[tap]! += weight));
    for (const kernel of kernels) {
      add(
        total,
        kernel,
        sum.map((value) => value / nTurned),
        sum.map((value, tap) => (value - kernel[tap]!) / Math.max(1, nTurned - 1)),
      );
    }
  }
  return measured(total);
}

/** The fit of the harmonics of the relative angle, with every reading unit left out in turn. */
function fitHarmonics(pair: AngularPair, places: Places): Commuting {
  const { taps, sources, targets, period } = pair;
  const size = harmonicCount(sources);
  const rows = targets.map((_, t) =>
    sources.map((_, s) => {
      const delta = sources[places.sources[s]!]! - targets[places.targets[t]!]!;
      return { x: harmonics((2 * Math.PI * delta) / period, size), y: pair.back(t, s, "target", places.targets[t]!) };
    }),
  );
  const parts = rows.map((row) => normalEquations(row, size, taps));
  const whole = parts.reduce((sum, part) => combined(sum, part, 1), zero(size, taps));
  const fitted = solve(whole, size, taps);
  const total = empty();
  rows.forEach((row, t) => {
    const others = solve(combined(whole, parts[t]!, -1), size, taps);
    for (const { x, y } of row) add(total, y, predicted(fitted, x, taps), predicted(others, x, taps));
  });
  return measured(total);
}

/** Harmonics by which a law of sources at these angles depends on the relative angle. */
export function harmonicCount(sources: readonly number[]): number {
  const distinct = new Set(sources.map((angle) => Math.round(angle))).size;
  return 1 + 2 * Math.max(1, Math.min(highest, Math.floor((distinct - 1) / 2)));
}

/** The harmonics of an angle in radians: 1, cos, sin, cos 2, sin 2, … */
export function harmonics(angle: number, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => {
    const m = Math.ceil(i / 2);
    return i % 2 === 1 ? Math.cos(m * angle) : i === 0 ? 1 : Math.sin(m * angle);
  });
}

/** `XᵀX` and `XᵀY` of some kernels. */
export interface Equations {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** Equations of no kernels. */
export const zero = (size: number, taps: number): Equations => ({
  left: new Float64Array(size * size),
  right: new Float64Array(size * taps),
});

/** Equations of kernels `y` at relative angles whose harmonics are `x`. */
export function normalEquations(
  row: readonly { readonly x: Float64Array; readonly y: Float64Array }[],
  size: number,
  taps: number,
): Equations {
  const { left, right } = zero(size, taps);
  for (const { x, y } of row) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) left[i * size + j]! += x[i]! * x[j]!;
      for (let tap = 0; tap < taps; tap++) right[i * taps + tap]! += x[i]! * y[tap]!;
    }
  }
  return { left, right };
}

/** The sum of two sets of equations, or their difference. */
export function combined(a: Equations, b: Equations, sign: 1 | -1): Equations {
  return {
    left: a.left.map((value, i) => value + sign * b.left[i]!),
    right: a.right.map((value, i) => value + sign * b.right[i]!),
  };
}

/** Coefficients `[size, taps]` of the ridge fit, by Gauss and Jordan; the ridge keeps the pivots above zero. */
export function solve({ left, right }: Equations, size: number, taps: number): Float64Array {
  const a = left.slice();
  const b = right.slice();
  for (let i = 0; i < size; i++) a[i * size + i]! += ridge;
  for (let i = 0; i < size; i++) {
    const pivot = a[i * size + i]!;
    for (let j = 0; j < size; j++) a[i * size + j]! /= pivot;
    for (let tap = 0; tap < taps; tap++) b[i * taps + tap]! /= pivot;
    for (let k = 0; k < size; k++) {
      const factor = a[k * size + i]!;
      if (k === i || factor === 0) continue;
      for (let j = 0; j < size; j++) a[k * size + j]! -= factor * a[i * size + j]!;
      for (let tap = 0; tap < taps; tap++) b[k * taps + tap]! -= factor * b[i * taps + tap]!;
    }
  }
  return b;
}

function predicted(coefficients: Float64Array, x: Float64Array, taps: number): Float64Array {
  const out = new Float64Array(taps);
  x.forEach((value, i) => {
    for (let tap = 0; tap < taps; tap++) out[tap]! += value * coefficients[i * taps + tap]!;
  });
  return out;
}

/** Sums over all kernels. */
interface Total {
  energy: number;
  left: number;
  hit: number;
  length: number;
}

const empty = (): Total => ({ energy: 0, left: 0, hit: 0, length: 0 });

function add(total: Total, kernel: Float64Array, fit: Float64Array, others: Float64Array): void {
  kernel.forEach((weight, tap) => {
    total.energy += weight ** 2;
    total.left += (weight - fit[tap]!) ** 2;
    total.hit += weight * others[tap]!;
    total.length += others[tap]! ** 2;
  });
}

function measured({ energy, left, hit, length }: Total): Commuting {
  return {
    score: energy > 0 ? Math.max(0, 1 - left / energy) : 0,
    prediction: energy > 0 && length > 0 ? hit / Math.sqrt(energy * length) : 0,
  };
}
