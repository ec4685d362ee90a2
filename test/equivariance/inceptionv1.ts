/** Blocks of InceptionV1's kernels, recovered from the figures of the circuits articles. */
import { readFileSync } from "node:fs";
import type { KernelBlock } from "../../src/equivariance/block.js";
import { shared } from "../load/shared.js";

interface Stored {
  readonly upstream_layer: string;
  readonly downstream_layer: string;
  readonly upstream: readonly number[];
  readonly downstream: readonly number[];
  /** `[downstream][upstream][row][column]`. */
  readonly W: readonly (readonly (readonly (readonly number[])[])[])[];
}

/** A block by its name in the file; `size` 3 takes the middle of kernels that were drawn in a frame of 5. */
export function inceptionBlock(name: string, size: 3 | 5): KernelBlock {
  const file = shared("data", "inceptionv1", "circuit-kernels.json");
  const stored = (JSON.parse(readFileSync(file, "utf8")) as Record<string, Stored>)[name]!;
  const [outs, ins] = [stored.downstream.length, stored.upstream.length];
  const frame = (5 - size) / 2;
  const kernel = new Float32Array(size * size * ins * outs);
  for (let o = 0; o < outs; o++) {
    for (let i = 0; i < ins; i++) {
      for (let tap = 0; tap < size * size; tap++) {
        kernel[(tap * ins + i) * outs + o] = stored.W[o]![i]![Math.floor(tap / size) + frame]![(tap % size) + frame]!;
      }
    }
  }
  return {
    from: stored.upstream_layer,
    to: stored.downstream_layer,
    shape: [size, size, ins, outs],
    kernel,
    inputs: stored.upstream,
    outputs: stored.downstream,
  };
}
