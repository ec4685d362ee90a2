/**
 * A plan at one count and size, drawn up: the jobs forward and backward, and where everything lies. Time runs
 *
 *     0         1 … n            n + 1          n + 2              n + 3 … 2n + 2        2n + 3
 *     input     steps forward    targets read   gradients come     steps backward        gradient goes out
 *
 * and what is written up to n + 1 and read later is kept, so that backward can be run again and again.
 */
import type { BackwardOptions, Volume } from "../engine.js";
import { type Layout, layout, type PlacedStep } from "../layout.js";
import type { Plan } from "../plan.js";
import type { Step } from "../steps.js";
import { type ActivationTrace, startActivation, undoActivation } from "./activation.js";
import { concat, gather, pad, repack, reshape, resize } from "./arrange.js";
import { conv, convTranspose } from "./conv.js";
import { depthwise } from "./depthwise.js";
import { FeatureMap } from "./feature-map.js";
import { asIs } from "./finishing.js";
import { Gradients } from "./gradients.js";
import { gradientMaps, valueMaps } from "./maps.js";
import { normalize } from "./normalize.js";
import { activation, add, affine, extremum, multiply } from "./pointwise.js";
import { pool } from "./pool.js";
import { type ArenaRoom, type Job, Schedule } from "./schedule.js";
import type { StepKernel, Workshop } from "./step-kernel.js";

const kernels: { [K in Step["kind"]]: StepKernel<Extract<Step, { kind: K }>> } = {
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

/** A run, ready to be placed. */
export interface Run {
  readonly schedule: Schedule;
  /** Bytes of its arena. */
  readonly arenaBytes: number;
  readonly forward: readonly Job[];
  /** Backward, plain and with redirected gradients. */
  readonly backward: readonly Job[];
  readonly redirected: readonly Job[];
  /** The input and its gradient, without gaps. */
  readonly input: ArenaRoom;
  readonly inputGradient: ArenaRoom;
  /** Value and gradient of each target. */
  readonly targets: readonly { readonly value: FeatureMap; readonly gradient: FeatureMap }[];
}

/**
 * Draws up a plan for the count and size of an input.
 *
 * @throws LensError `bad-size`, as `layout` does.
 */
export function drawUp(
  plan: Plan,
  { count, height, width }: Omit<Volume, "data">,
  shop: Omit<Workshop, "schedule">,
): Run {
  const placed = layout(plan, height, width);
  const schedule = new Schedule();
  const draft = new Draft(plan, placed, { ...shop, schedule }, count);
  const input = draft.forward();
  const forward = schedule.takeJobs();
  const inputGradient = schedule.room(input.bytes);
  draft.backward(inputGradient, { redirect: false });
  const backward = schedule.takeJobs();
  draft.backward(inputGradient, { redirect: true });
  const redirected = schedule.takeJobs();
  schedule.keepAcross(plan.steps.length + 2);
  const targets = plan.targets.map(({ value }) => ({ value: draft.values[value]!, gradient: draft.gradients[value]! }));
  return { schedule, arenaBytes: schedule.placeRooms(), forward, backward, redirected, input, inputGradient, targets };
}

/** A run while it is drawn up. */
class Draft {
  readonly values: readonly FeatureMap[];
  readonly gradients: readonly FeatureMap[];
  readonly #plan: Plan;
  readonly #layout: Layout;
  readonly #shop: Workshop;
  readonly #kept = new Map<number, ArenaRoom | null>();
  readonly #traces = new Map<number, ActivationTrace>();

  constructor(plan: Plan, placed: Layout, shop: Workshop, count: number) {
    this.#plan = plan;
    this.#layout = placed;
    this.#shop = shop;
    this.values = valueMaps(plan, placed, shop.schedule, count);
    this.gradients = gradientMaps(plan, placed, shop.schedule, count);
  }

  /** The jobs forward; returns the room the input is to be put in. */
  forward(): ArenaRoom {
    const { schedule } = this.#shop;
    const image = this.values[0]!;
    const dense = denseMap(schedule, image);
    schedule.now = 0;
    repack(this.#shop, {
      input: dense,
      output: image,
      values: image.channels,
      gap: image.lanes - image.channels,
      finishing: asIs,
    });
    this.#layout.steps.forEach((placed, at) => {
      schedule.now = at + 1;
      this.#stepForward(placed);
    });
    schedule.now = this.#plan.steps.length + 1;
    for (const { value } of this.#plan.targets) this.values[value]!.room.use();
    return dense.room;
  }

  #stepForward(placed: PlacedStep): void {
    const { step } = placed;
    const output = this.values[step.output]!;
    const started = startActivation(this.#shop, "activation" in step ? step.activation : { name: "linear" }, output);
    const inputs = step.inputs.map((value) => this.values[value]!);
    this.#kept.set(step.output, kernelOf(step).forward(this.#shop, placed, inputs, output, started.finishing));
    started.complete();
    this.#traces.set(step.output, started);
  }

  /** The jobs backward, which end with the gradient in a room. */
  backward(room: ArenaRoom, { redirect = false }: BackwardOptions): void {
    const { schedule } = this.#shop;
    const steps = this.#layout.steps;
    const sums = new Gradients(this.#plan, { maps: this.gradients, traces: this.#traces, redirect });
    schedule.now = steps.length + 2;
    for (const { value } of this.#plan.targets) this.gradients[value]!.room.use();
    steps.toReversed().forEach((placed, back) => {
      schedule.now = steps.length + 3 + back;
      this.#stepBackward(placed, sums, redirect);
    });
    schedule.now = 2 * steps.length + 3;
    const image = this.gradients[0]!;
    repack(this.#shop, {
      input: image,
      output: denseMap(schedule, image, room),
      values: image.channels,
      gap: 0,
      finishing: asIs,
    });
  }

  #stepBackward(placed: PlacedStep, sums: Gradients, redirect: boolean): void {
    const { step } = placed;
    const inputs = step.inputs.map((value) => this.values[value]!);
    const output = this.values[step.output]!;
    const gradient = this.gradients[step.output]!;
    if (!sums.isMasked(step.output)) {
      const x = step.kind === "activation" ? inputs[0]! : output;
      undoActivation(this.#shop, this.#traces.get(step.output)!, { x, y: output, gradient, redirect });
    }
    kernelOf(step).adjoint(this.#shop, placed, {
      inputs,
      output,
      gradient,
      inputGradients: step.inputs.map((value) => this.gradients[value]!),
      kept: this.#kept.get(step.output)!,
      contribute: (input, contribution, canMask = true) => sums.contribute(step.inputs[input]!, contribution, canMask),
    });
  }
}

/** A map of the same values without gaps. */
function denseMap(
  schedule: Schedule,
  { count, height, width, channels, pixels }: FeatureMap,
  room = schedule.room(4 * pixels * channels),
): FeatureMap {
  return new FeatureMap(room, count, [height, width, channels], { pixel: 4 * channels, offset: 0 });
}

/** The kernel of a step; the cast says that kind and kernel belong together. */
function kernelOf(step: Step): StepKernel<Step> {
  return kernels[step.kind] as StepKernel<Step>;
}
