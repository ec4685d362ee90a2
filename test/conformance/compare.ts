/**
 * The three comparisons of the suite: with the `cpu` engine, with finite differences of the engine's own forward, and
 * between a linear map and its adjoint, `⟨A x, g⟩ = ⟨x, Aᵀ g⟩`. Differences are measured against the largest value.
 */
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { BackwardOptions, Engine, Executable, Volume } from "../../src/engine/engine.js";
import type { Scene } from "./scene.js";
import { drawsOf, lattice } from "./values.js";

/** How close is close enough, as a share of one plus the largest value. */
export interface Limits {
  /** Of an engine's values from those of `cpu`. */
  readonly forward: number;
  /** Of an engine's gradient from that of `cpu`. */
  readonly backward: number;
  /** Of the gradient from finite differences. @defaultValue 1e-3 */
  readonly differences?: number;
  /** Random cases per property. @defaultValue 20 */
  readonly runs?: number;
}

/** Throws with a sentence where a condition does not hold. */
export function demand(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}

/** Demands that two arrays agree. */
export function demandClose(got: Float32Array, wanted: Float32Array, limit: number, what: string): void {
  demand(got.length === wanted.length, `${what}: ${wanted.length} values were expected; got ${got.length}`);
  let top = 0;
  let worst = 0;
  let at = -1;
  for (let i = 0; i < got.length; i++) {
    top = Math.max(top, Math.abs(wanted[i]!));
    const difference = Math.abs(got[i]! - wanted[i]!);
    // Written so that NaN is far away.
    if (!(difference <= worst)) {
      worst = difference;
      at = i;
    }
  }
  demand(
    worst <= limit * (1 + top),
    `${what}: value ${at} is ${got[at]}, expected ${wanted[at]} (largest ${top}, limit ${limit})`,
  );
}

/** Gradients for the targets, on a lattice. */
export function gradientsFor(outputs: readonly Volume[], seed: number): Float32Array[] {
  const random = drawsOf(seed);
  return outputs.map((output) => lattice(random, output.data.length));
}

/** Demands that an engine computes what `cpu` computes, forward and backward. */
export async function demandAgreement(
  engine: Engine,
  { plan, input }: Scene,
  limits: Limits,
  options?: BackwardOptions,
): Promise<void> {
  const reference = await cpuEngine().load(plan);
  await withLoaded(engine, plan, async (executable) => demandSameRun(executable, reference, input, limits, options));
  reference.dispose();
}

/** The same for two executables that are already there. */
export async function demandSameRun(
  executable: Executable,
  reference: Executable,
  input: Volume,
  limits: Limits,
  options?: BackwardOptions,
): Promise<void> {
  const wanted = await reference.forward(input);
  const got = await executable.forward(input);
  demand(got.length === wanted.length, `${wanted.length} targets were expected; got ${got.length}`);
  wanted.forEach((target, i) => {
    demand(
      shapeOf(got[i]!) === shapeOf(target),
      `target ${i} has shape ${shapeOf(got[i]!)}; expected ${shapeOf(target)}`,
    );
    demandClose(got[i]!.data, target.data, limits.forward, `target ${i}`);
  });
  const gradients = gradientsFor(wanted, 7);
  const slope = await executable.backward(gradients, options);
  demand(shapeOf(slope) === shapeOf(input), `the gradient has shape ${shapeOf(slope)}; expected ${shapeOf(input)}`);
  demandClose(slope.data, (await reference.backward(gradients, options)).data, limits.backward, "gradient");
}

/** Demands that the gradient is the slope of `Σ ⟨gradients, targets⟩`, at a few input values. */
export async function demandSlope(engine: Engine, { plan, input }: Scene, limits: Limits): Promise<void> {
  const reach = 1 / 128;
  const random = drawsOf(11);
  await withLoaded(engine, plan, async (executable) => {
    const gradients = gradientsFor(await executable.forward(input), 5);
    const slope = await executable.backward(gradients);
    for (let probe = 0; probe < 3; probe++) {
      const at = random.int(input.data.length);
      const [up, down] = [
        await executable.forward(moved(input, at, reach)),
        await executable.forward(moved(input, at, -reach)),
      ];
      // Summing differences rather than differencing sums: what did not move cancels exactly.
      const rise = sum(
        gradients.map((g, i) => sum(Array.from(g, (value, j) => value * (up[i]!.data[j]! - down[i]!.data[j]!)))),
      );
      const wanted = rise / (2 * reach);
      const limit = (limits.differences ?? 1e-3) * (1 + Math.abs(wanted));
      demand(
        Math.abs(slope.data[at]! - wanted) <= limit,
        `the gradient at value ${at} is ${slope.data[at]}; finite differences say ${wanted}`,
      );
    }
  });
}

/** Demands `⟨A x, g⟩ = ⟨x, Aᵀ g⟩` of a plan that is linear (no bias, no activation). */
export async function demandAdjoint(engine: Engine, { plan, input }: Scene, limits: Limits): Promise<void> {
  await withLoaded(engine, plan, async (executable) => {
    const outputs = await executable.forward(input);
    const gradients = gradientsFor(outputs, 3);
    const back = await executable.backward(gradients);
    const forward = sum(gradients.map((g, i) => dot(g, outputs[i]!.data)));
    const backward = dot(input.data, back.data);
    const scale = sum(gradients.map((g, i) => norm(g) * norm(outputs[i]!.data)));
    demand(
      Math.abs(forward - backward) <= limits.backward * (1 + scale),
      `⟨A x, g⟩ is ${forward} but ⟨x, Aᵀ g⟩ is ${backward}`,
    );
  });
}

/** Demands that a call is refused with one sentence that contains a part. */
export async function demandRefusal(call: () => Promise<unknown>, code: string, part: string): Promise<void> {
  const error = await call().then(
    () => null,
    (reason: unknown) => reason as { code?: string; message?: string },
  );
  demand(error !== null, `a refusal that says "${part}" was expected`);
  demand(
    error.code === code && (error.message ?? "").includes(part),
    `a refusal (${code}) that says "${part}" was expected; got ${error.code}: ${error.message}`,
  );
}

/** Loads a plan, and disposes it whatever happens. */
export async function withLoaded<T>(
  engine: Engine,
  plan: Scene["plan"],
  use: (executable: Executable) => Promise<T>,
): Promise<T> {
  const executable = await engine.load(plan);
  try {
    return await use(executable);
  } finally {
    executable.dispose();
  }
}

function moved(input: Volume, at: number, by: number): Volume {
  const data = input.data.slice();
  data[at]! += by;
  return { ...input, data };
}

const shapeOf = ({ count, height, width, channels }: Volume): string => [count, height, width, channels].join("×");
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((total, value, i) => total + value * b[i]!, 0);
const norm = (a: Float32Array): number => Math.sqrt(dot(a, a));
