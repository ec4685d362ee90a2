/** What the cpu engine knows about a kind of step: its value, and its adjoint. */
import type { BackwardOptions } from "../engine.js";
import type { PlacedStep } from "../layout.js";
import type { Step } from "../steps.js";

/** Forward and adjoint of one kind of step, on maps stacked `count` deep. */
export interface CpuKernel<S extends Step> {
  /** Writes every value of `output`. */
  forward(placed: PlacedStep<S>, inputs: readonly Float32Array[], output: Float32Array, count: number): void;
  /**
   * Adds to the gradient of each input, given the gradient of the output. `gradient` is scratch: it may be written.
   */
  adjoint(
    placed: PlacedStep<S>,
    values: { readonly inputs: readonly Float32Array[]; readonly output: Float32Array },
    gradient: Float32Array,
    inputGradients: readonly Float32Array[],
    count: number,
    options: BackwardOptions,
  ): void;
}
