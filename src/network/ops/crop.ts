/** Rows and columns cut off a map, or left out at regular distances. */
import type { OpBase } from "./base.js";
import { type OpSemantics, passesOn } from "./semantics.js";
import { slide, slideField, type Window } from "./window.js";

/**
 * Cuts rows and columns off the edges of a map, and of what remains keeps every `strides`-th from the first on.
 *
 * @public
 */
export interface CropOp extends OpBase {
  readonly kind: "crop";
  /** Rows and columns that are cut off. */
  readonly cropping: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
  /** Distance between the rows and between the columns that are kept. */
  readonly strides: readonly [number, number];
}

/** Cropping as a window of one pixel whose padding is below zero. */
function windowOf({ cropping: { top, bottom, left, right }, strides }: CropOp): Window {
  return {
    size: [1, 1],
    strides,
    dilation: [1, 1],
    padding: { top: 0 - top, bottom: 0 - bottom, left: 0 - left, right: 0 - right },
  };
}

export const crop: OpSemantics<CropOp> = {
  ...passesOn<CropOp>(),
  shape: (op, [input = []]) => [...slide(windowOf(op), input), input[2] ?? null],
  field: (op, [field], [input = []]) => slideField(field!, windowOf(op), input),
};
