/** Concatenation: the channels of several maps side by side. */
import { formatShape, type Shape } from "../../core/shape.js";
import type { OpBase } from "./base.js";
import { unionOfFields } from "./field.js";
import { mismatch, type OpSemantics, passesOn } from "./semantics.js";

/**
 * Channels side by side, in the order of `inputs`.
 *
 * @public
 */
export interface ConcatOp extends OpBase {
  readonly kind: "concat";
}

export const concat: OpSemantics<ConcatOp> = {
  ...passesOn<ConcatOp>(),
  shape: (op, inputs) => {
    const places = (shape: Shape): string => formatShape(shape.slice(0, -1));
    const [first = []] = inputs;
    if (inputs.some((shape) => places(shape) !== places(first))) {
      throw mismatch(op, "maps of one height and width", ...inputs);
    }
    return [...first.slice(0, -1), inputs.reduce((sum, shape) => sum + (shape.at(-1) ?? 0), 0)];
  },
  channels: () => ({ kind: "concatenated" }),
  field: (_, fields) => unionOfFields(fields),
};
