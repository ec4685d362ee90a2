/** Sizes of kernels by which motifs are described. */
import type { Block } from "./block.js";
import type { CanonicalKernel } from "./motif.js";
import type { PairBlock } from "./pair-block.js";

/** Energy of all that the targets read of the layer. */
export function energyInto(block: Block, { target }: PairBlock): number {
  const length = block.inputs.length * block.height * block.width;
  return target.places.reduce((sum, o) => sum + energy(block.data.subarray(o * length, (o + 1) * length)), 0);
}

/** Sum of squares. */
export function energy(data: Float32Array): number {
  return data.reduce((sum, w) => sum + w * w, 0);
}

/** Whether a kernel has a place where it excites more than it inhibits anywhere. */
export function excites({ data }: CanonicalKernel): boolean {
  return Math.max(...data) > -Math.min(...data);
}
