/** Layers that only act in training. */
import type { OpBase } from "./base.js";
import { type OpSemantics, passesOn } from "./semantics.js";

/**
 * Passes its input on: dropout, noise and other layers that only act in training.
 *
 * @public
 */
export interface IdentityOp extends OpBase {
  readonly kind: "identity";
}

export const identity: OpSemantics<IdentityOp> = { ...passesOn<IdentityOp>(), keepsValues: () => true };
