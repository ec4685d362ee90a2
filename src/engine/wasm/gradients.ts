/**
 * Gradients of the values while a run is drawn up backward. The first contribution to a gradient is written, the others are
 * added; the last may apply the mask of the rectifier that made the value, which saves that a pass of its own.
 */
import type { Plan } from "../plan.js";
import { type ActivationTrace, isRectifier } from "./activation.js";
import type { FeatureMap } from "./feature-map.js";
import { added, asIs, type Finishing } from "./finishing.js";
import { Finish } from "./kernels.generated.js";
import type { Contribution } from "./step-kernel.js";

/** The gradients of one run backward. */
export class Gradients {
  readonly #maps: readonly FeatureMap[];
  readonly #traces: ReadonlyMap<number, ActivationTrace>;
  readonly #redirect: boolean;
  readonly #missing: number[];
  readonly #written: Set<number>;
  readonly #masked = new Set<number>();

  /** `maps` are the gradients by value, `traces` the activations of the values that have one. */
  constructor(
    plan: Plan,
    {
      maps,
      traces,
      redirect,
    }: { maps: readonly FeatureMap[]; traces: ReadonlyMap<number, ActivationTrace>; redirect: boolean },
  ) {
    this.#maps = maps;
    this.#traces = traces;
    this.#redirect = redirect;
    this.#missing = maps.map(() => 0);
    for (const value of plan.steps.flatMap((step) => step.inputs)) this.#missing[value]!++;
    this.#written = new Set(plan.targets.map(({ value }) => value));
  }

  /** Whether a rectifier's mask was applied by the last contribution. */
  isMasked(value: number): boolean {
    return this.#masked.has(value);
  }

  /** Has a contribution written. */
  contribute(value: number, contribution: Contribution, canMask: boolean): void {
    const last = --this.#missing[value]! === 0;
    const trace = this.#traces.get(value);
    const target = this.#maps[value]!;
    let finishing: Finishing = this.#written.has(value) ? added : asIs;
    if (last && canMask && !this.#redirect && trace && isRectifier(trace)) {
      finishing = { ...finishing, flags: finishing.flags + Finish.Mask, bits: trace.bits };
      this.#masked.add(value);
    }
    contribution(target, finishing);
    this.#written.add(value);
  }
}
