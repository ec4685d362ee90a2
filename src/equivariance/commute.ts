/**
 * How much of the weights between two families commutes with the group. An element g takes the kernel from `a` to `b` to
 * that from g·a to g·b, turned by R(g); the projection on the equivariant subspace is the mean of all that arrive:
 *
 *     (P W)[b, a] = mean over g of R(g) W[g⁻¹ b, g⁻¹ a]           score = ⟨P W, W⟩ / ‖W‖²
 *
 * The prediction leaves out a kernel's own part. Holding one side fixed tests the other kinds of motif; kernels of a source
 * that is held still change their sign where an element swaps light and dark.
 */
import { coset } from "./candidates.js";
import { type GroupTable, times } from "./group.js";
import type { KernelChange } from "./kernel-action.js";
import type { PairBlock, Side } from "./pair-block.js";

/** How well a pair commutes. */
export interface Commuting {
  readonly score: number;
  readonly prediction: number;
}

/** The kernels of a pair after an element. */
export interface Turned {
  readonly data: Float32Array;
  /** Their sign if what they read stays in place. */
  readonly sign: 1 | -1;
}

/** Projection and prediction of a pair of families. */
export function commuting(pair: PairBlock, table: GroupTable, turned: readonly Turned[]): Commuting {
  const taps = pair.height * pair.width;
  const [nT, nS] = [pair.target.elements.length, pair.source.elements.length];
  const movesT = moves(pair.target, table);
  const movesS = moves(pair.source, table);
  const all = new Float64Array(pair.data.length);
  const others = new Float64Array(pair.data.length);
  const counts = new Int32Array(2 * nT * nS);
  const still = pair.source.stabiliser.length === table.order;
  for (let t = 0; t < nT; t++) {
    for (let s = 0; s < nS; s++) {
      const from = (t * nS + s) * taps;
      for (let g = 0; g < table.order; g++) {
        const { data: stack, sign } = turned[g]!;
        const gain = still ? sign : 1;
        for (const t2 of movesT[g]![t]!) {
          for (const s2 of movesS[g]![s]!) {
            const entry = t2 * nS + s2;
            const own = t2 === t && s2 === s;
            counts[2 * entry]!++;
            if (!own) counts[2 * entry + 1]!++;
            for (let tap = 0; tap < taps; tap++) {
              const value = gain * stack[from + tap]!;
              all[entry * taps + tap]! += value;
              if (!own) others[entry * taps + tap]! += value;
            }
          }
        }
      }
    }
  }
  let [energy, along, tested, hit, length] = [0, 0, 0, 0, 0];
  for (let entry = 0; entry < nT * nS; entry++) {
    const [countAll, countOthers] = [counts[2 * entry]!, counts[2 * entry + 1]!];
    for (let i = entry * taps; i < (entry + 1) * taps; i++) {
      const w = pair.data[i]!;
      energy += w * w;
      along += (w * all[i]!) / countAll;
      if (countOthers === 0) continue;
      const predicted = others[i]! / countOthers;
      tested += w * w;
      hit += w * predicted;
      length += predicted * predicted;
    }
  }
  return {
    score: energy > 0 ? along / energy : 0,
    prediction: tested > 0 && length > 0 ? (hit / Math.sqrt(tested * length)) * Math.sqrt(tested / energy) : 0,
  };
}

/** The kernels of a pair after every element. */
export function turnedKernels({ height, width, data }: PairBlock, changes: readonly KernelChange[]): Turned[] {
  const taps = height * width;
  const kernel = new Float64Array(taps);
  return changes.map(({ taps: map, sign, scale }) => {
    if (!map) return { data, sign };
    const out = new Float32Array(data.length);
    for (let from = 0; from < data.length; from += taps) {
      turn(kernel, data, from, map);
      if (scale !== 1) keepNorm(kernel, data.subarray(from, from + taps));
      out.set(kernel, from);
    }
    return { data: out, sign };
  });
}

/** What resampling lost or gained in energy is made up for. */
function keepNorm(kernel: Float64Array, before: Float32Array): void {
  const ratio = Math.hypot(...before) / (Math.hypot(...kernel) || 1);
  kernel.forEach((weight, tap) => {
    kernel[tap] = ratio * weight;
  });
}

/** For each element and unit, the units it takes it to: several where there are duplicates, none at a hole, itself if invariant. */
function moves({ elements, stabiliser }: Side, table: GroupTable): (readonly number[])[][] {
  const { order } = table;
  if (stabiliser.length === order) return Array.from({ length: order }, () => elements.map((_, unit) => [unit]));
  const cosets = Array.from({ length: order }, (_, element) => coset(element, stabiliser, table));
  const unitsAt = cosets.map((): number[] => []);
  elements.forEach((element, unit) => {
    unitsAt[cosets[element]!]!.push(unit);
  });
  return cosets.map((_, g) =>
    elements.map((element) => {
      const goal = times(table, g, element);
      return goal < 0 ? [] : unitsAt[cosets[goal]!]!;
    }),
  );
}

/** `out = map · kernel`. */
export function turn(out: Float64Array, data: Float32Array, from: number, map: Float64Array | null): void {
  const taps = out.length;
  for (let row = 0; row < taps; row++) {
    let sum = 0;
    if (map) for (let tap = 0; tap < taps; tap++) sum += map[row * taps + tap]! * data[from + tap]!;
    else sum = data[from + row]!;
    out[row] = sum;
  }
}
