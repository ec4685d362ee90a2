/** Nonlinearities, on their own and as a part of other operations. */
import type { OpBase } from "./base.js";
import { type OpSemantics, passesOn, type ValueSign, weakest } from "./semantics.js";

/**
 * Names of the pointwise functions (and softmax, over channels).
 *
 * @public
 */
export type ActivationName =
  | "linear"
  | "relu"
  | "clip"
  | "leakyRelu"
  | "prelu"
  | "thresholdedRelu"
  | "elu"
  | "selu"
  | "sigmoid"
  | "hardSigmoid"
  | "softplus"
  | "softsign"
  | "tanh"
  | "swish"
  | "mish"
  | "gelu"
  | "geluTanh"
  | "power"
  | "softmax";

/**
 * A nonlinearity with its constants.
 *
 * @public
 */
export interface Activation {
  /** Which function. */
  readonly name: ActivationName;
  /** Slope below zero of leakyRelu, scale of elu, slope of hardSigmoid (0.2 when absent), exponent of power. */
  readonly alpha?: number;
  /** Ceiling of relu (6 for relu6) and of clip; none when absent. */
  readonly max?: number;
  /** Floor of clip; none when absent. */
  readonly min?: number;
  /** Cut of thresholdedRelu. */
  readonly threshold?: number;
  /** Slopes below zero of prelu: one for all values, one per channel, or one per value of the map. */
  readonly slopes?: Float32Array;
  /** How many slopes the model holds, where values that share one have been given each its own. */
  readonly slopeCount?: number;
}

/** Number of weights of an activation. */
export function activationParameters({ slopes, slopeCount }: Activation): number {
  return slopeCount ?? slopes?.length ?? 0;
}

/** The activation that does nothing. */
export const linear: Activation = { name: "linear" };

/** Sign of what an activation puts out, whatever it reads. */
export function signBehind({ name, min = Number.NEGATIVE_INFINITY }: Activation): ValueSign {
  switch (name) {
    case "clip":
      return min === 0 ? "rectified" : min > 0 ? "nonnegative" : "signed";
    case "relu":
    case "thresholdedRelu":
      return "rectified";
    case "sigmoid":
    case "hardSigmoid":
    case "softplus":
    case "softmax":
      return "nonnegative";
    default:
      return "signed";
  }
}

/**
 * A nonlinearity on its own.
 *
 * @public
 */
export interface ActivationOp extends OpBase {
  readonly kind: "activation";
  /** The function. */
  readonly activation: Activation;
}

export const activation: OpSemantics<ActivationOp> = {
  ...passesOn<ActivationOp>(),
  keepsValues: (op) => op.activation.name === "linear",
  parameters: (op) => activationParameters(op.activation),
  sign: (op, inputs) => (op.activation.name === "linear" ? weakest(inputs) : signBehind(op.activation)),
  linear: (_, gate) => ({ factor: gate }),
};
