/** Steps of each parameter's own size, from a running mean of its squared gradient. */
import { checkLearningRate, type Optimizer } from "./optimizer.js";

/**
 * Options of `rmsprop`.
 *
 * @public
 */
export interface RmspropOptions {
  /**
   * Step size.
   *
   * @defaultValue 1
   */
  readonly learningRate?: number | undefined;
  /**
   * Decay of the mean of squared gradients.
   *
   * @defaultValue 0.999
   */
  readonly rho?: number | undefined;
  /**
   * Keeps the division finite.
   *
   * @defaultValue 1e-7
   */
  readonly epsilon?: number | undefined;
}

/**
 * RMSprop (Tieleman and Hinton 2012), uphill: `v ← ρv + (1−ρ)g²`, `θ ← θ + lr · g / (√v + ε)`. The defaults are those that
 * tf-keras-vis uses on pixels in 0…255; in 0…1 a rate of 1/255 is the same.
 *
 * @throws LensError `bad-argument`, unless the learning rate is above 0.
 * @public
 */
export function rmsprop({ learningRate = 1, rho = 0.999, epsilon = 1e-7 }: RmspropOptions = {}): Optimizer {
  checkLearningRate("rmsprop", learningRate);
  return {
    name: `rmsprop(${learningRate})`,
    start(length) {
      const v = new Float64Array(length);
      return (parameters, gradient) => {
        for (let i = 0; i < length; i++) {
          const g = gradient[i]!;
          v[i] = rho * v[i]! + (1 - rho) * g * g;
          parameters[i]! += (learningRate * g) / (Math.sqrt(v[i]!) + epsilon);
        }
      };
    },
  };
}
