/** The image: what every network starts from. */
import type { OpBase } from "./base.js";
import type { Span } from "./field.js";
import { type OpSemantics, passesOn } from "./semantics.js";

/**
 * The image.
 *
 * @public
 */
export interface InputOp extends OpBase {
  readonly kind: "input";
}

const pixel: Span = { size: 1, stride: 1, start: 0 };

export const input: OpSemantics<InputOp> = {
  ...passesOn<InputOp>(),
  shape: (op) => op.output,
  channels: () => ({ kind: "mixed" }),
  field: () => ({ rows: pixel, columns: pixel, whole: false }),
  sign: () => "signed",
  linear: (op) => ({ op }),
};
