/** Local response normalisation: a unit is divided by the activity of its neighbours, and stays the same unit. */
import { channelsOf } from "../../core/shape.js";
import type { OpBase } from "./base.js";
import { type OpSemantics, passesOn } from "./semantics.js";

/**
 * Local response normalisation (Krizhevsky et al. 2012): each value over a power of the squares around it,
 * `y[c] = x[c] / (bias + alpha · Σ x[j]²)^beta` over the channels `|j − c| ≤ radius`.
 *
 * @public
 */
export interface LrnOp extends OpBase {
  readonly kind: "lrn";
  /** Neighbours on either side. */
  readonly radius: number;
  /** Factor of the sum of squares. */
  readonly alpha: number;
  /** Exponent. */
  readonly beta: number;
  /** Added to the sum. */
  readonly bias: number;
}

export const lrn: OpSemantics<LrnOp> = {
  ...passesOn<LrnOp>(),
  linear: (op) => ({
    factor: new Float64Array(channelsOf(op.output)).fill(op.bias ** -op.beta),
    note: "local response normalisation as its slope at zero",
  }),
};
