/** Maps joined channel by channel: sums, products, maxima and minima. */
import type { Shape } from "../../core/shape.js";
import type { OpBase } from "./base.js";
import { unionOfFields } from "./field.js";
import { mismatch, type OpSemantics, passesOn, type ValueSign, weakest } from "./semantics.js";

/**
 * Sum, product, maximum or minimum of maps. An axis of size 1 serves every place of the others: a map of one pixel
 * (`[1, 1, channels]`) joins every pixel, as in squeeze-and-excite, and a map of one channel every channel, as in spatial
 * attention.
 *
 * @public
 */
export interface MergeOp extends OpBase {
  readonly kind: "add" | "multiply" | "maximum" | "minimum";
}

/** Shape of maps joined: along each axis the size that is not 1. `null` where they do not go together. */
export function mergedShape(inputs: readonly Shape[]): Shape | null {
  const [first = []] = inputs;
  if (inputs.some((shape) => shape.length !== first.length)) return null;
  // A size may be free, `null`, which is no size of 1.
  const joined = first.map((_, axis) => {
    const [other = 1] = inputs.map((shape) => shape[axis]!).filter((n) => n !== 1);
    return other;
  });
  const fits = inputs.every((shape) => shape.every((n, axis) => n === 1 || n === joined[axis]));
  return fits && inputs.some((shape) => isFull(shape, joined)) ? joined : null;
}

/** Whether a map has all rows and columns of the map that it joins. */
export function isFull(shape: Shape, joined: Shape): boolean {
  return shape.slice(0, -1).every((n, axis) => n === joined[axis]);
}

const merge: OpSemantics<MergeOp> = {
  ...passesOn<MergeOp>(),
  shape: (op, inputs) => {
    const shape = mergedShape(inputs);
    if (!shape) throw mismatch(op, "maps of one shape, or of size 1 along some axes", ...inputs);
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

/** The larger is 0 or more where any of them is; the smaller where all of them are. */
const extremeSign = (inputs: readonly ValueSign[], best: boolean): ValueSign =>
  weakest(best && inputs.some((sign) => sign !== "signed") ? inputs.filter((sign) => sign !== "signed") : inputs);

export const maximum: OpSemantics<MergeOp> = {
  ...merge,
  channels: () => ({ kind: "merged", by: "other" }),
  // Where some are signed, nothing says that it is 0 wherever nothing excites it.
  sign: (_, inputs) => {
    const sign = extremeSign(inputs, true);
    return sign === "rectified" && inputs.includes("signed") ? "nonnegative" : sign;
  },
  linear: () => null,
};

export const minimum: OpSemantics<MergeOp> = {
  ...merge,
  channels: () => ({ kind: "merged", by: "other" }),
  sign: (_, inputs) => extremeSign(inputs, false),
  linear: () => null,
};
