/**
 * Groups of channels convolved apart. Kernels write eight lanes at a time, so neighbouring groups are joined, with zeros
 * where they do not mix, until a group is a whole number of lanes both ways:
 *
 *     two groups of four    →    one of eight          w₀  0
 *                                                       0  w₁
 */
import type { ConvStep } from "../steps.js";
import type { StoredKernel } from "./packed-weights.js";

/** How channels are grouped when it comes to computing. */
export interface Grouping {
  readonly groups: number;
  /** Channels read and written by each. */
  readonly ins: number;
  readonly outs: number;
  /** Groups of the step in each. */
  readonly joined: number;
}

/** Joins as few groups as possible. */
export function groupingOf({ groups, weights: { shape } }: ConvStep): Grouping {
  const [ins, outs] = [shape[2], shape[3] / groups];
  let joined = 1;
  while (joined < groups && (groups % joined !== 0 || (joined * ins) % 8 !== 0 || (joined * outs) % 8 !== 0)) joined++;
  return { groups: groups / joined, ins: joined * ins, outs: joined * outs, joined };
}

/** The kernel with groups joined: `[height, width, ins, all outputs]`. */
export function storedKernel({ weights, groups }: ConvStep, { ins, joined }: Grouping): StoredKernel {
  if (joined === 1) return weights;
  const [h, w, cin, cout] = weights.shape;
  const outs = cout / groups;
  const kernel = new Float32Array(h * w * ins * cout);
  for (let tap = 0; tap < h * w; tap++) {
    for (let i = 0; i < cin; i++) {
      for (let o = 0; o < cout; o++) {
        const row = (Math.floor(o / outs) % joined) * cin + i;
        kernel[(tap * ins + row) * cout + o] = weights.kernel[(tap * cin + i) * cout + o]!;
      }
    }
  }
  return { kernel, shape: [h, w, ins, cout] };
}
