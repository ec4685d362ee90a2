/** A plan on a backend of TensorFlow.js: numbers cross its border as `Float32Array`, tensors stay inside. */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { LensError } from "../../core/errors.js";
import type { BackwardOptions, Executable, Volume } from "../engine.js";
import { checkGradients, checkInput, gatherChannels, scatterChannels } from "../io.js";
import { layout } from "../layout.js";
import type { Plan } from "../plan.js";
import { onBackend, type TfjsBackend } from "./backend.js";
import type { Device } from "./kernel.js";
import { backwardRun, forwardRun, type Run } from "./run.js";

/** Where a plan is loaded. */
export interface Loading {
  readonly device: Device;
  readonly backend: TfjsBackend;
  /** Hears when the plan is disposed. */
  readonly onDispose: (executable: Executable) => void;
}

/** A plan made ready. */
export class TfjsExecutable implements Executable {
  readonly plan: Plan;
  readonly #loading: Loading;
  #run: Run | null = null;
  #disposed = false;

  constructor(plan: Plan, loading: Loading) {
    this.plan = plan;
    this.#loading = loading;
    loading.device.weights.hold(ownersOf(plan));
  }

  async forward(input: Volume): Promise<readonly Volume[]> {
    this.#checkAlive();
    checkInput(this.plan, input);
    const { device } = this.#loading;
    const placed = layout(this.plan, input.height, input.width);
    const targets = this.plan.targets.map(({ value }) => value);
    this.#forget();
    const run = this.#compute(
      () => forwardRun(device, placed, { input, targets }),
      ({ values }) => values,
    );
    this.#run = run;
    const data = new Map(targets.map((value) => [value, read(run.values[value]!)]));
    return Promise.all(
      this.plan.targets.map(async ({ value, channels }) =>
        gatherChannels(await data.get(value)!, placed.shapes[value]!, input.count, channels),
      ),
    );
  }

  async backward(
    gradients: readonly (Float32Array | null)[],
    { redirect = false }: BackwardOptions = {},
  ): Promise<Volume> {
    this.#checkAlive();
    if (!this.#run) throw new LensError("engine", "backward needs a forward run before it");
    checkGradients(this.plan, gradients);
    const { device } = this.#loading;
    const run = this.#run;
    const start = this.#startOf(run, gradients);
    const gradient = this.#compute(
      () => backwardRun(device, run, { start, redirect }),
      (tensor) => [tensor],
    );
    if (!gradient) return { ...run.input, data: new Float32Array(run.input.count * sizeOf(run, 0)) };
    try {
      return { ...run.input, data: await read(gradient) };
    } finally {
      gradient.dispose();
    }
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#forget();
    this.#loading.device.weights.release(ownersOf(this.plan));
    this.#loading.onDispose(this);
  }

  #checkAlive(): void {
    if (this.#disposed) throw new LensError("engine", `${this.plan.name} was disposed on this engine; load it again`);
  }

  /**
   * The result of a task on the backend, whose tensors outlive it; all others are released, also when it fails. Keeping
   * them takes them out of a `tidy` that the caller may have open.
   */
  #compute<T>(task: () => T, tensorsOf: (result: T) => readonly (Tensor4D | null)[]): T {
    const { device, backend } = this.#loading;
    const { tf } = device;
    return onBackend(tf, backend, () => {
      tf.engine().startScope();
      try {
        const result = task();
        for (const tensor of tensorsOf(result)) if (tensor) tf.keep(tensor);
        return result;
      } catch (cause) {
        const reason = (cause as Error | null)?.message ?? String(cause);
        throw new LensError(
          "engine",
          `${this.plan.name} cannot be computed by tfjs-${backend} (${reason}); give a smaller image or choose another engine`,
          { cause },
        );
      } finally {
        tf.engine().endScope();
      }
    });
  }

  #forget(): void {
    for (const value of this.#run?.values ?? []) value?.dispose();
    this.#run = null;
  }

  /** The targets' gradients, added up for each value that holds targets. */
  #startOf(run: Run, gradients: readonly (Float32Array | null)[]): Map<number, Float32Array> {
    const start = new Map<number, Float32Array>();
    this.plan.targets.forEach(({ value, channels }, i) => {
      const gradient = gradients[i];
      if (!gradient) return;
      const sum = start.get(value) ?? new Float32Array(run.input.count * sizeOf(run, value));
      scatterChannels(gradient, sum, run.layout.shapes[value]![2], channels);
      start.set(value, sum);
    });
    return start;
  }
}

/** Number of floats of a value in one example. */
function sizeOf({ layout: { shapes } }: Run, value: number): number {
  const [h, w, c] = shapes[value]!;
  return h * w * c;
}

/** Reading waits for the backend the tensor lies on, whichever is current. */
async function read(tensor: Tensor4D): Promise<Float32Array> {
  return tensor.data<"float32">();
}

/** What a plan holds weights in. */
function ownersOf({ steps }: Plan): object[] {
  return steps.flatMap((step) => [
    ...("weights" in step ? [step.weights] : []),
    ...(step.kind === "affine" ? [step.scale, step.shift] : []),
    ...("activation" in step && step.activation.slopes ? [step.activation.slopes] : []),
  ]);
}
