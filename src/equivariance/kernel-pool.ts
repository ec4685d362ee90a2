/** Kernels to draw from, each as likely as it has energy: what is next to nothing in a layer stands for nothing in a draw. */
import type { Random } from "../core/random.js";

/** A way to draw kernels. */
export interface KernelPool {
  /** Energy of each kernel. */
  readonly energies: Float64Array;
  /** The place of a kernel, drawn by its energy. */
  draw(random: Random): number;
}

/** The pool of all kernels of some weights, `taps` numbers each. */
export function kernelPool(data: Float32Array, taps: number): KernelPool {
  const count = data.length / taps;
  const energies = new Float64Array(count);
  const until = new Float64Array(count);
  let sum = 0;
  for (let kernel = 0; kernel < count; kernel++) {
    let energy = 0;
    for (let i = kernel * taps; i < (kernel + 1) * taps; i++) energy += data[i]! ** 2;
    energies[kernel] = energy;
    until[kernel] = sum += energy;
  }
  return { energies, draw: (random) => stepAt(until, random.uniform() * sum) };
}

/** The first step of a rising sum that is above a value. */
function stepAt(until: Float64Array, value: number): number {
  let [low, high] = [0, until.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (until[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
