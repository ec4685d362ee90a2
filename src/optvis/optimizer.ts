/** Optimizers move parameters uphill along a gradient. Each is a function that makes a stepper for a number of parameters. */

/** Moves parameters in place, uphill. */
export type Stepper = (parameters: Float32Array, gradient: Float32Array) => void;

/**
 * Makes a stepper; a user's own is written the same way.
 *
 * @public
 */
export interface Optimizer {
  /** Name and numbers, for the record: `adam(0.05)`. */
  readonly name: string;
  /** A fresh stepper for so many parameters. */
  readonly start: (length: number) => Stepper;
}

/**
 * Options of `adam`.
 *
 * @public
 */
export interface AdamOptions {
  /**
   * Step size.
   *
   * @defaultValue 0.05
   */
  readonly learningRate?: number | undefined;
  /**
   * Decay of the mean of gradients.
   *
   * @defaultValue 0.9
   */
  readonly beta1?: number | undefined;
  /**
   * Decay of the mean of squared gradients.
   *
   * @defaultValue 0.999
   */
  readonly beta2?: number | undefined;
  /**
   * Keeps the division finite.
   *
   * @defaultValue 1e-8
   */
  readonly epsilon?: number | undefined;
}

/**
 * Adam (Kingma and Ba 2015), uphill, in TensorFlow's form:
 * `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `θ ← θ + lr · √(1−β₂ᵗ)/(1−β₁ᵗ) · m / (√v + ε)`.
 *
 * @public
 */
export function adam({ learningRate = 0.05, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {}): Optimizer {
  return {
    name: `adam(${learningRate})`,
    start(length) {
      const m = new Float32Array(length);
      const v = new Float32Array(length);
      let t = 0;
      return (parameters, gradient) => {
        t++;
        const rate = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
        for (let i = 0; i < length; i++) {
          const g = gradient[i]!;
          m[i] = beta1 * m[i]! + (1 - beta1) * g;
          v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
          parameters[i]! += (rate * m[i]!) / (Math.sqrt(v[i]!) + epsilon);
        }
      };
    },
  };
}
