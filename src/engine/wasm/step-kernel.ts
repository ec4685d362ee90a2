/** What the wasm engine knows about a kind of step: the jobs of its value, and those of its adjoint. */
import type { PlacedStep } from "../layout.js";
import type { Step } from "../steps.js";
import type { FeatureMap } from "./feature-map.js";
import type { Finishing } from "./finishing.js";
import type { Heap } from "./heap.js";
import type { WeightAccount } from "./packed-weights.js";
import type { ArenaRoom, Schedule } from "./schedule.js";

/**
 * What convolutions may do to be faster: `"exact"` multiplies every weight, `"high"` may use Winograd's F(2×2, 3×3), `"fast"`
 * also F(4×4, 3×3).
 *
 * @public
 */
export type Precision = "exact" | "high" | "fast";

/** What jobs are drawn up with. */
export interface Workshop {
  readonly schedule: Schedule;
  readonly heap: Heap;
  readonly weights: WeightAccount;
  /** Address of zeros, as many as any step has channels. */
  readonly zeros: number;
  readonly precision: Precision;
  /** How many threads will share the work. */
  readonly threads: number;
}

/** Writes a contribution to the gradient of a step's input: into a map, finished in a way. */
export type Contribution = (target: FeatureMap, finishing: Finishing) => void;

/** What a step's adjoint works with. */
export interface AdjointScene {
  readonly inputs: readonly FeatureMap[];
  readonly output: FeatureMap;
  /** Gradient of the output, its activation already undone. May be written. */
  readonly gradient: FeatureMap;
  /** Gradients of the inputs. */
  readonly inputGradients: readonly FeatureMap[];
  /** What forward kept. */
  readonly kept: ArenaRoom | null;
  /**
   * Contributes to the gradient of the input with a number. The contribution may be told to mask what it writes, unless it
   * says that it cannot.
   */
  contribute(input: number, contribution: Contribution, canMask?: boolean): void;
}

/** Jobs of one kind of step. */
export interface StepKernel<S extends Step> {
  /** Writes the output; returns a room that the adjoint will read, if there is one. */
  forward(
    shop: Workshop,
    placed: PlacedStep<S>,
    inputs: readonly FeatureMap[],
    output: FeatureMap,
    finishing: Finishing,
  ): ArenaRoom | null;
  /** Adds to the gradients of the inputs. */
  adjoint(shop: Workshop, placed: PlacedStep<S>, scene: AdjointScene): void;
}
