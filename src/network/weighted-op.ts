/** Operations whose units have weights to read: where slices, circuits and edits attach. */

import type { KernelView } from "./ops/kernel-view.js";
import { semanticsOf } from "./ops/table.js";
import type { Op } from "./ops.js";

/** An operation with a kernel. */
export type WeightedOp = Extract<Op, { readonly kernel: Float32Array }>;

/** Whether the units of an operation have weights to read. */
export function isWeighted(op: Op): op is WeightedOp {
  return semanticsOf(op).kernels(op) !== null;
}

/** The weights of an operation as kernels between channels. */
export function kernelsOf(op: WeightedOp): KernelView {
  return semanticsOf(op).kernels(op)!;
}
