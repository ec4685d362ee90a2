/** Sums and products of maps, channel by channel. */
import { formatShape, type Shape } from "../../core/shape.js";
import type { OpBase } from "./base.js";
import { unionOfFields } from "./field.js";
import { mismatch, type OpSemantics, passesOn, weakest } from "./semantics.js";

/**
 * Sum or product of maps of one shape. A map of one pixel (`[1, 1, channels]`) serves every pixel of the others, as in
 * squeeze-and-excite.
 *
 * @public
 */
export interface MergeOp extends OpBase {
  readonly kind: "add" | "multiply";
}

/** Shape of a sum or product: that of its largest map, where all others are alike or of one pixel. `null`: none. */
export function mergedShape(inputs: readonly Shape[]): Shape | null {
  const largest = inputs.find((shape) => !isPixel(shape)) ?? inputs[0] ?? [];
  const pixel = [...largest.slice(0, -1).map(() => 1), largest.at(-1) ?? 0];
  const fits = (shape: Shape): boolean =>
    formatShape(shape) === formatShape(largest) || (largest.length === 3 && formatShape(shape) === formatShape(pixel));
  return inputs.every(fits) ? largest : null;
}

/** Whether a map has one pixel. */
export function isPixel(shape: Shape): boolean {
  return shape.length === 3 && shape[0] === 1 && shape[1] === 1;
}

const merge: OpSemantics<MergeOp> = {
  ...passesOn<MergeOp>(),
  shape: (op, inputs) => {
    const shape = mergedShape(inputs);
    if (!shape) throw mismatch(op, "maps of one shape, or of one pixel", ...inputs);
    return shape;
  },
  field: (_, fields) => unionOfFields(fields),
};

export const add: OpSemantics<MergeOp> = {
  ...merge,
  channels: () => ({ kind: "merged", by: "sum" }),
  linear: (op) => ({ op }),
};

export const multiply: OpSemantics<MergeOp> = {
  ...merge,
  channels: () => ({ kind: "merged", by: "product" }),
  // 0 wherever one factor is.
  sign: (_, inputs) => (weakest(inputs) !== "signed" && inputs.includes("rectified") ? "rectified" : weakest(inputs)),
  linear: () => null,
};
