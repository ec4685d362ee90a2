/** Blocks in which there is nothing to find, of the size of a given one. */
import type { Random } from "../../src/core/random.js";
import type { KernelBlock } from "../../src/equivariance/block.js";

/** Weights drawn apart from each other: normal, or with heavy tails. */
export function randomWeights(block: KernelBlock, random: Random, heavy = false): KernelBlock {
  const kernel = Float32Array.from(
    { length: block.kernel.length },
    () => random.normal() / (heavy ? Math.sqrt(0.2 + random.uniform()) * (0.2 + random.uniform()) : 1),
  );
  return { ...block, kernel };
}

/** The same weights in other places; whole kernels stay together if asked for. */
export function shuffleWeights(block: KernelBlock, random: Random, wholeKernels = false): KernelBlock {
  const [height, width, nIn, nOut] = block.shape;
  const places = nIn * nOut;
  const taps = height * width;
  const order = permutation(wholeKernels ? places : places * taps, random);
  const kernel = Float32Array.from({ length: places * taps }, (_, i) => {
    if (!wholeKernels) return block.kernel[order[i]!]!;
    return block.kernel[Math.floor(i / places) * places + order[i % places]!]!;
  });
  return { ...block, kernel };
}

function permutation(count: number, random: Random): Int32Array {
  const list = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}
