/**
 * How alike two units are after each element of the group:
 *
 *     S[a, b, g] = ⟨ρ(g) w_a, w_b⟩ / (‖ρ(g) w_a‖ ‖w_b‖)       over the slots that have a counterpart under g
 *
 * At least half of each filter's energy counts in the norms, so that a match of little cannot pass for a match of all. Sizes
 * are compared by shrinking the larger kernel, whose outside nothing is known of, and within what the shrunk one fills.
 */
import type { Yield } from "../core/yield.js";
import { act, type FilterAction, type Filters } from "./filters.js";
import type { GroupTable } from "./group.js";

/** `S[(a · units + b) · order + g]`, for all pairs both ways and each unit with itself. */
export type Affinities = Float32Array;

/** Affinities of all pairs. */
export async function affinities(
  filters: Filters,
  { order, inverse }: GroupTable,
  breathe: Yield,
): Promise<Affinities> {
  const { units, data } = filters;
  const length = filters.slots * filters.taps;
  const out = new Float32Array(units * units * order);
  const whole = norms(data, units, length);
  // Doubles: the engine would widen every number anew in the innermost loop.
  const wide = new Float64Array(data);
  for (let g = 0; g < order; g++) {
    const action = filters.actions[g]!;
    // An enlargement is seen the other way round, as its inverse shrinks.
    if (action.scale > 1) continue;
    const shrinks = action.scale < 1;
    const acted = new Float64Array(act(filters, action));
    const before = norms(acted, units, length);
    const kept = shrinks && action.to ? norms(act(filters, { ...action, to: null }), units, length) : null;
    const after = action.to || shrinks ? norms(reached(filters, action), units, length) : whole;
    for (let a = 0; a < units; a++) {
      const long = Math.max(before[a]!, (kept ?? (shrinks ? before : whole))[a]! * Math.SQRT1_2);
      for (let b = shrinks ? 0 : a; b < units; b += 4) {
        const count = Math.min(4, units - b);
        dots(acted, a * length, wide, b * length, length, count);
        for (let k = 0; k < count; k++) {
          const other = b + k;
          const scale = long * Math.max(after[other]!, whole[other]! * Math.SQRT1_2);
          const cosine = scale > 0 ? sums[k]! / scale : 0;
          out[(a * units + other) * order + g] = cosine;
          out[(other * units + a) * order + inverse[g]!] = cosine;
        }
      }
    }
    await breathe();
  }
  return out;
}

const sums = new Float64Array(4);

/** Products of one row of `x` with up to four rows of `y` that follow each other: four sums share each load of `x`. */
function dots(x: Float64Array, xAt: number, y: Float64Array, yAt: number, length: number, count: number): void {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  if (count === 4) {
    const [y1, y2, y3] = [yAt + length, yAt + 2 * length, yAt + 3 * length];
    for (let i = 0; i < length; i++) {
      const value = x[xAt + i]!;
      s0 += value * y[yAt + i]!;
      s1 += value * y[y1 + i]!;
      s2 += value * y[y2 + i]!;
      s3 += value * y[y3 + i]!;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    return;
  }
  for (let k = 0; k < count; k++) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += x[xAt + i]! * y[yAt + k * length + i]!;
    sums[k] = sum;
  }
}

function norms(data: ArrayLike<number>, units: number, length: number): Float64Array {
  return Float64Array.from({ length: units }, (_, unit) => {
    let sum = 0;
    for (let i = unit * length; i < (unit + 1) * length; i++) sum += data[i]! ** 2;
    return Math.sqrt(sum);
  });
}

/** The filters at the slots and taps that something comes to, zero elsewhere. */
function reached({ units, slots, taps, data }: Filters, { to, taps: map }: FilterAction): Float32Array {
  const out = new Float32Array(data.length);
  const filled = Array.from({ length: taps }, (_, tap) =>
    map ? map.subarray(tap * taps, (tap + 1) * taps).some((weight) => weight !== 0) : true,
  );
  for (const slot of to ?? Array.from({ length: slots }, (_, i) => i)) {
    if (slot < 0) continue;
    for (let unit = 0; unit < units; unit++) {
      const at = (unit * slots + slot) * taps;
      for (let tap = 0; tap < taps; tap++) if (filled[tap]) out[at + tap] = data[at + tap]!;
    }
  }
  return out;
}
