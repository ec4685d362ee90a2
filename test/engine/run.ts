/** Runs a few steps by hand: values in, values and gradient out. */
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { BackwardOptions, Volume } from "../../src/engine/engine.js";
import { type Draft, planOf } from "../conformance/scene.js";

/** What came out of a run. */
export interface Ran {
  /** The last value. */
  readonly values: number[];
  /** `[count, height, width, channels]` of it. */
  readonly shape: number[];
  /** The input's gradient. */
  readonly gradient: number[];
}

/** Runs steps on the cpu engine; the gradient is that of the last value weighted by `gradient` (ones when absent). */
export async function ran(
  drafts: readonly Draft[],
  input: { readonly shape: readonly [number, number, number, number]; readonly data: readonly number[] },
  { gradient, ...options }: BackwardOptions & { readonly gradient?: readonly number[] } = {},
): Promise<Ran> {
  const [count, height, width, channels] = input.shape;
  const executable = await cpuEngine().load(planOf(channels, drafts));
  const volume: Volume = { count, height, width, channels, data: Float32Array.from(input.data) };
  const output = (await executable.forward(volume))[0]!;
  const back = await executable.backward([gradient ? Float32Array.from(gradient) : output.data.map(() => 1)], options);
  return {
    values: [...output.data],
    shape: [output.count, output.height, output.width, output.channels],
    gradient: [...back.data],
  };
}

/** The whole numbers from 1 to n. */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
