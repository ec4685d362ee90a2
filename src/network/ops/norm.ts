/** Batch normalisation, whose statistics are frozen: a scale and a shift per channel. */
import type { OpBase } from "./base.js";
import { type OpSemantics, passesOn } from "./semantics.js";

/**
 * Batch normalisation with frozen statistics: `y = gamma · (x − mean) / √(variance + epsilon) + beta` per channel.
 *
 * @public
 */
export interface NormOp extends OpBase {
  readonly kind: "norm";
  /** `null` stands for ones. */
  readonly gamma: Float32Array | null;
  /** `null` stands for zeros. */
  readonly beta: Float32Array | null;
  /** One per channel. */
  readonly mean: Float32Array;
  /** One per channel. */
  readonly variance: Float32Array;
  /** Added to the variance. */
  readonly epsilon: number;
}

/** A batch norm as `scale · x + shift`: `scale = γ / √(v + ε)`, `shift = β − scale · μ`. */
export function normAffine(op: NormOp): { scale: Float32Array; shift: Float32Array } {
  let affine = affines.get(op);
  if (!affine) {
    const scale = op.variance.map((v, c) => (op.gamma?.[c] ?? 1) / Math.sqrt(v + op.epsilon));
    affine = { scale, shift: scale.map((s, c) => (op.beta?.[c] ?? 0) - s * op.mean[c]!) };
    affines.set(op, affine);
  }
  return affine;
}
const affines = new WeakMap<NormOp, { scale: Float32Array; shift: Float32Array }>();

/** A batch norm that multiplies each channel by a factor and does nothing else. */
export function scaling(
  place: Pick<OpBase, "name" | "layer" | "inputs" | "output">,
  factor: ArrayLike<number>,
): NormOp {
  const { name, layer, inputs, output } = place;
  const [zeros, ones] = [new Float32Array(factor.length), new Float32Array(factor.length).fill(1)];
  const gamma = Float32Array.from(factor);
  return { kind: "norm", name, layer, inputs, output, gamma, beta: zeros, mean: zeros, variance: ones, epsilon: 0 };
}

export const norm: OpSemantics<NormOp> = {
  ...passesOn<NormOp>(),
  channelsRead: (op) => op.mean.length,
  parameters: (op) => (op.gamma?.length ?? 0) + (op.beta?.length ?? 0) + op.mean.length + op.variance.length,
  sign: () => "signed",
  linear: (op) => ({ factor: normAffine(op).scale }),
};
