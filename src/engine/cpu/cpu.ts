/**
 * The `cpu` engine: the definition of every step and of its adjoint, in plain loops. It is slow and short; every other
 * engine is held to it.
 */
import { LensError } from "../../core/errors.js";
import type { Engine, Executable, Volume } from "../engine.js";
import { checkGradients, checkInput, gatherChannels, scatterChannels } from "../io.js";
import { type Layout, layout, type PlacedStep } from "../layout.js";
import type { Plan } from "../plan.js";
import type { Step } from "../steps.js";
import { concat, gather, pad, reshape, resize } from "./arrange.js";
import { conv } from "./conv.js";
import { convTranspose } from "./conv-transpose.js";
import { depthwise } from "./depthwise.js";
import type { CpuKernel } from "./kernel.js";
import { normalize } from "./normalize.js";
import { activation, add, affine, extremum, multiply } from "./pointwise.js";
import { pool } from "./pool.js";

const kernels: { [K in Step["kind"]]: CpuKernel<Extract<Step, { kind: K }>> } = {
  conv,
  depthwise,
  convTranspose,
  affine,
  activation,
  pool,
  pad,
  add,
  multiply,
  maximum: extremum,
  minimum: extremum,
  normalize,
  gather,
  concat,
  resize,
  reshape,
};

/**
 * The reference engine, in plain JavaScript: always there, on every machine.
 *
 * @public
 */
export function cpuEngine(): Engine {
  return { name: "cpu", load: async (plan) => new CpuExecutable(plan), dispose: () => {} };
}

class CpuExecutable implements Executable {
  readonly plan: Plan;
  #disposed = false;
  #run: { input: Volume; layout: Layout; values: Float32Array[] } | null = null;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  async forward(input: Volume): Promise<readonly Volume[]> {
    this.#checkAlive();
    checkInput(this.plan, input);
    const placed = layout(this.plan, input.height, input.width);
    const values: Float32Array[] = [input.data.slice()];
    for (const at of placed.steps) {
      const output = new Float32Array(input.count * at.output[0] * at.output[1] * at.output[2]);
      kernelOf(at).forward(
        at,
        at.step.inputs.map((v) => values[v]!),
        output,
        input.count,
      );
      values[at.step.output] = output;
    }
    this.#run = { input, layout: placed, values };
    return this.plan.targets.map(({ value, channels }) =>
      gatherChannels(values[value]!, placed.shapes[value]!, input.count, channels),
    );
  }

  async backward(gradients: readonly (Float32Array | null)[], options = {}): Promise<Volume> {
    this.#checkAlive();
    if (!this.#run) throw new LensError("engine", "backward needs a forward run before it");
    checkGradients(this.plan, gradients);
    const { input, layout: placed, values } = this.#run;
    const sums = values.map((value) => new Float32Array(value.length));
    this.plan.targets.forEach(({ value, channels }, i) => {
      if (gradients[i]) scatterChannels(gradients[i], sums[value]!, placed.shapes[value]![2], channels);
    });
    for (const at of placed.steps.toReversed()) {
      const { inputs, output } = at.step;
      const here = { inputs: inputs.map((v) => values[v]!), output: values[output]! };
      kernelOf(at).adjoint(
        at,
        here,
        sums[output]!,
        inputs.map((v) => sums[v]!),
        input.count,
        options,
      );
    }
    return { ...input, data: sums[0]! };
  }

  dispose(): void {
    this.#disposed = true;
    this.#run = null;
  }

  #checkAlive(): void {
    if (this.#disposed) throw new LensError("engine", `${this.plan.name} was disposed on this engine; load it again`);
  }
}

/** The kernel of a step; the cast says that kind and kernel belong together. */
function kernelOf(placed: PlacedStep): CpuKernel<Step> {
  return kernels[placed.step.kind] as CpuKernel<Step>;
}
