/** Rows, columns and channels exchanged. */
import type { OpBase } from "./base.js";
import { mismatch, type OpSemantics, passesOn } from "./semantics.js";

/**
 * The axes of a map in another order: axis `i` of the output is axis `axes[i]` of the input, where 0 counts rows, 1 columns
 * and 2 channels.
 *
 * @public
 */
export interface PermuteOp extends OpBase {
  readonly kind: "permute";
  /** The axis of the input that each axis of the output is. */
  readonly axes: readonly [number, number, number];
}

export const permute: OpSemantics<PermuteOp> = {
  ...passesOn<PermuteOp>(),
  shape: (op, [input = []]) => {
    if (input.length !== 3) throw mismatch(op, "a map of three axes", input);
    return op.axes.map((axis) => input[axis]!);
  },
  channels: (op) => ({ kind: op.axes[2] === 2 ? "kept" : "mixed" }),
  // A field says which rows of the image a row sees; exchanged, a row sees columns of the image.
  field: (op, [field]) => ({ ...field!, whole: field!.whole || op.axes.some((axis, i) => axis !== i) }),
};
