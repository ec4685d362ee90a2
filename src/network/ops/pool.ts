/** Pooling: the maximum or mean over windows, or over the whole map. */
import type { OpBase } from "./base.js";
import { type OpSemantics, passesOn } from "./semantics.js";
import { type Padding, slide, slideField, type Window } from "./window.js";

/**
 * Maximum or mean over windows; padding never takes part.
 *
 * @public
 */
export interface PoolOp extends OpBase {
  readonly kind: "pool";
  /** Maximum or mean. */
  readonly mode: "max" | "average";
  /** Height and width of the window. */
  readonly size: readonly [number, number];
  /** Vertical and horizontal step. */
  readonly strides: readonly [number, number];
  /** Margin around the map, which takes no part in the maximum or mean. */
  readonly padding: Padding;
}

/**
 * Maximum or mean over the whole map, to a vector.
 *
 * @public
 */
export interface GlobalPoolOp extends OpBase {
  readonly kind: "globalPool";
  /** Maximum or mean. */
  readonly mode: "max" | "average";
}

/** The window of a pool. */
export function poolWindow({ size, strides, padding }: Pick<PoolOp, "size" | "strides" | "padding">): Window {
  return { size, strides, padding, dilation: [1, 1] };
}

export const pool: OpSemantics<PoolOp> = {
  ...passesOn<PoolOp>(),
  shape: (op, [input = []]) => [...slide(poolWindow(op), input), input[2] ?? null],
  field: (op, [field], [input = []]) => slideField(field!, poolWindow(op), input),
  linear: (op) => (op.mode === "max" ? { op: { ...op, mode: "average" }, note: "maximum as mean" } : { op }),
};

export const globalPool: OpSemantics<GlobalPoolOp> = {
  ...passesOn<GlobalPoolOp>(),
  shape: (_, [input = []]) => [input[2] ?? null],
  field: (_, [field]) => ({ ...field!, whole: true }),
  linear: (op) => (op.mode === "max" ? { op: { ...op, mode: "average" }, note: "maximum as mean" } : { op }),
};
