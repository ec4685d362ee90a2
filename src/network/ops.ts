/**
 * The operations a network is made of. Each is plain data: its name, where its inputs come from, what it puts out, its
 * weights as `Float32Array`. The list is closed, so that every reader and every engine can be checked for completeness;
 * what a model file holds beyond it becomes an `opaque` operation, which keeps its place and is refused by name when
 * something has to compute through it. What each kind means stands beside its type in `ops/`.
 */
import type { ActivationOp } from "./ops/activation.js";
import type { BlocksOp } from "./ops/blocks.js";
import type { ConcatOp } from "./ops/concat.js";
import type { ConvOp } from "./ops/conv.js";
import type { ConvTransposeOp } from "./ops/conv-transpose.js";
import type { CropOp } from "./ops/crop.js";
import type { DenseOp } from "./ops/dense.js";
import type { DepthwiseOp } from "./ops/depthwise.js";
import type { ExtendOp } from "./ops/extend.js";
import type { IdentityOp } from "./ops/identity.js";
import type { InputOp } from "./ops/input.js";
import type { LrnOp } from "./ops/lrn.js";
import type { MergeOp } from "./ops/merge.js";
import type { NormOp } from "./ops/norm.js";
import type { NormalizeOp } from "./ops/normalize.js";
import type { OpaqueOp } from "./ops/opaque.js";
import type { PadOp } from "./ops/pad.js";
import type { PermuteOp } from "./ops/permute.js";
import type { GlobalPoolOp, PoolOp } from "./ops/pool.js";
import type { ReshapeOp } from "./ops/reshape.js";
import type { SelectOp } from "./ops/select.js";
import type { UpsampleOp } from "./ops/upsample.js";

export { type Activation, type ActivationName, linear } from "./ops/activation.js";
export type { Padding } from "./ops/window.js";
export type {
  ActivationOp,
  BlocksOp,
  ConvOp,
  ConvTransposeOp,
  CropOp,
  DenseOp,
  DepthwiseOp,
  ExtendOp,
  LrnOp,
  MergeOp,
  NormalizeOp,
  NormOp,
  PermuteOp,
  PoolOp,
  SelectOp,
  UpsampleOp,
};

/**
 * One operation of a network.
 *
 * @public
 */
export type Op =
  | InputOp
  | ConvOp
  | DepthwiseOp
  | ConvTransposeOp
  | DenseOp
  | NormOp
  | NormalizeOp
  | ActivationOp
  | PoolOp
  | GlobalPoolOp
  | PadOp
  | ExtendOp
  | CropOp
  | LrnOp
  | MergeOp
  | ConcatOp
  | SelectOp
  | UpsampleOp
  | BlocksOp
  | PermuteOp
  | ReshapeOp
  | IdentityOp
  | OpaqueOp;

/** The operation of a kind. */
export type OpOf<K extends Op["kind"]> = Op extends infer O
  ? O extends { readonly kind: infer Kinds }
    ? K extends Kinds
      ? O
      : never
    : never
  : never;
