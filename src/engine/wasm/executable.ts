/** A plan on the wasm engine. Runs are drawn up once per count and size, and share one arena, as large as the largest. */
import { LensError } from "../../core/errors.js";
import type { BackwardOptions, Executable, Volume } from "../engine.js";
import { checkGradients, checkInput } from "../io.js";
import type { Plan } from "../plan.js";
import type { Heap } from "./heap.js";
import { addGradient, checkGradient, clearGradient, readTarget } from "./io.js";
import type { PackedWeights, WeightAccount } from "./packed-weights.js";
import { drawUp, type Run } from "./run.js";
import type { Runner } from "./runner.js";
import type { Precision } from "./step-kernel.js";

/** Sizes whose runs are kept: as many as feature visualization's scaling draws from, and a few more. */
const runsKept = 16;

/** What executables of one engine share. */
export interface Workplace {
  readonly heap: Heap;
  readonly packed: PackedWeights;
  readonly runner: Runner;
  readonly precision: Precision;
  readonly threads: number;
}

interface PlacedRun extends Run {
  /** Address of the records. */
  readonly records: number;
}

/** A loaded plan. `left` is called when it is disposed. */
export class WasmExecutable implements Executable {
  readonly plan: Plan;
  readonly #place: Workplace;
  readonly #left: () => void;
  readonly #weights: WeightAccount;
  readonly #zeros: number;
  /** Least recently used first. */
  readonly #runs = new Map<string, PlacedRun>();
  #arena = { address: 0, bytes: 0 };
  #current: { run: PlacedRun; input: Volume } | null = null;
  #disposed = false;

  constructor(plan: Plan, place: Workplace, left: () => void) {
    this.plan = plan;
    this.#place = place;
    this.#left = left;
    this.#weights = place.packed.open();
    this.#zeros = this.#weights.numbers(plan, "zeros", () => new Float32Array(mostChannels(plan)));
  }

  async forward(input: Volume): Promise<readonly Volume[]> {
    this.#checkAlive();
    checkInput(this.plan, input);
    this.#current = null;
    const run = this.#runFor(input);
    const { heap, runner } = this.#place;
    heap.floats.set(input.data, run.input.address / 4);
    await runner.run(run.forward, run.schedule.scratch);
    const { count, height, width, channels } = input;
    this.#current = { run, input: { count, height, width, channels, data: new Float32Array(0) } };
    return this.plan.targets.map(({ channels: taken }, i) => readTarget(heap, run.targets[i]!.value, taken));
  }

  async backward(
    gradients: readonly (Float32Array | null)[],
    { redirect = false }: BackwardOptions = {},
  ): Promise<Volume> {
    this.#checkAlive();
    if (!this.#current) throw new LensError("engine", "backward needs a forward run before it");
    checkGradients(this.plan, gradients);
    const { run, input } = this.#current;
    const { heap, runner } = this.#place;
    const given = this.plan.targets.map(({ channels }, i) => ({
      channels,
      map: run.targets[i]!.gradient,
      gradient: gradients[i] ?? null,
    }));
    for (const { map, channels, gradient } of given) if (gradient) checkGradient(gradient, map, channels);
    for (const { map } of given) clearGradient(heap, map);
    for (const { map, channels, gradient } of given) if (gradient) addGradient(heap, map, channels, gradient);
    await runner.run(redirect ? run.redirected : run.backward, run.schedule.scratch);
    const from = run.inputGradient.address / 4;
    return {
      ...input,
      data: heap.floats.slice(from, from + input.count * input.height * input.width * input.channels),
    };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#current = null;
    const { heap } = this.#place;
    for (const run of this.#runs.values()) heap.release(run.records);
    this.#runs.clear();
    heap.release(this.#arena.address);
    this.#weights.close();
    this.#left();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new LensError("engine", `${this.plan.name} was disposed on this engine; load it again`);
  }

  #runFor(input: Volume): PlacedRun {
    const key = `${input.count}×${input.height}×${input.width}`;
    const run = this.#runs.get(key) ?? this.#draw(input);
    this.#runs.delete(key);
    this.#runs.set(key, run);
    if (this.#runs.size > runsKept) {
      const [oldest, { records }] = this.#runs.entries().next().value!;
      this.#place.heap.release(records);
      this.#runs.delete(oldest);
    }
    return run;
  }

  #draw(input: Volume): PlacedRun {
    const { heap, precision, threads } = this.#place;
    const run = drawUp(this.plan, input, { heap, weights: this.#weights, zeros: this.#zeros, precision, threads });
    this.#growArena(run.arenaBytes);
    const records = heap.allocate(run.schedule.recordBytes);
    run.schedule.write(heap, records, this.#arena.address);
    return { ...run, records };
  }

  /** Moves to a larger arena, where the one at hand is too small. */
  #growArena(bytes: number): void {
    if (bytes <= this.#arena.bytes) return;
    const { heap } = this.#place;
    heap.release(this.#arena.address);
    this.#arena = { address: 0, bytes: 0 };
    this.#arena = { address: heap.allocate(bytes), bytes };
    for (const run of this.#runs.values()) run.schedule.write(heap, run.records, this.#arena.address);
  }
}

/** Zeros enough for a pixel of any value, all lanes of a vector past its last channel included. */
function mostChannels({ channels, steps }: Plan): number {
  const each = steps.map((step) => {
    switch (step.kind) {
      case "conv":
      case "convTranspose":
        return Math.max(step.weights.shape[2] * step.groups, step.weights.shape[3]);
      case "depthwise":
        return step.weights.shape[2] * step.weights.shape[3];
      case "affine":
        return step.scale.length;
      default:
        return 0;
    }
  });
  return Math.max(channels, ...each) + 64;
}
