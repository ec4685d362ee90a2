/** Layers that cannot be computed. They keep their place, and are refused by name where something computes through them. */
import type { OpBase } from "./base.js";
import { type OpSemantics, passesOn } from "./semantics.js";

/**
 * A layer this library cannot compute; it keeps its place and its weights' count.
 *
 * @public
 */
export interface OpaqueOp extends OpBase {
  readonly kind: "opaque";
  /** The layer's class in its framework. */
  readonly className: string;
  /** Why it cannot be computed. */
  readonly reason: string;
  /** Number of weights it holds. */
  readonly parameters: number;
}

export const opaque: OpSemantics<OpaqueOp> = {
  ...passesOn<OpaqueOp>(),
  shape: (op) => op.output,
  channels: () => ({ kind: "mixed" }),
  field: () => null,
  parameters: (op) => op.parameters,
  sign: () => "signed",
  linear: () => null,
};
