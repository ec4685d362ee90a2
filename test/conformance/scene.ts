/** A plan with an input to run it on, and the few lines that put one together by hand. */
import type { Volume } from "../../src/engine/engine.js";
import type { Plan } from "../../src/engine/plan.js";
import type { Step } from "../../src/engine/steps.js";

/** What an engine is tested on. */
export interface Scene {
  readonly plan: Plan;
  readonly input: Volume;
}

/** A step without its numbers. */
export type Draft<S extends Step = Step> = S extends Step
  ? Omit<S, "name" | "inputs" | "output"> & { readonly reads?: readonly number[] }
  : never;

/** A plan of steps; each reads the one before it unless it says what it reads. The last value is the target. */
export function planOf(channels: number, drafts: readonly Draft[], targets?: Plan["targets"]): Plan {
  const steps = drafts.map(
    ({ reads, ...step }, i) =>
      ({ ...step, name: `${step.kind} ${i + 1}`, inputs: reads ?? [i], output: i + 1 }) as Step,
  );
  return {
    name: "test",
    channels,
    steps,
    values: steps.length + 1,
    targets: targets ?? [{ value: steps.length, channels: null }],
  };
}

/** A stack of maps with values of a function of their number. */
export function volume(
  [count, height, width, channels]: readonly [number, number, number, number],
  values: (length: number) => Float32Array,
): Volume {
  return { count, height, width, channels, data: values(count * height * width * channels) };
}
