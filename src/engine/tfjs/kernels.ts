/** The kernel of every kind of step. */
import type { PlacedStep } from "../layout.js";
import type { Step } from "../steps.js";
import { concat, gather, pad, reshape, resize } from "./arrange.js";
import { conv, convTranspose } from "./conv.js";
import { depthwise } from "./depthwise.js";
import type { TfjsKernel } from "./kernel.js";
import { normalize } from "./normalize.js";
import { activation, add, affine, extremum, multiply } from "./pointwise.js";
import { pool } from "./pool.js";

const kernels: { [K in Step["kind"]]: TfjsKernel<Extract<Step, { kind: K }>> } = {
  conv,
  depthwise,
  convTranspose,
  affine,
  activation,
  pool,
  pad,
  add,
  multiply,
  maximum: extremum,
  minimum: extremum,
  normalize,
  gather,
  concat,
  resize,
  reshape,
};

/** The kernel of a step; the cast says that kind and kernel belong together. */
export function kernelOf({ step }: PlacedStep): TfjsKernel<Step> {
  return kernels[step.kind] as TfjsKernel<Step>;
}
