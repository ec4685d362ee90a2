/** Steps of each parameter's own size, from a running mean of its squared gradient. */
import { optional } from "valibot";
import { checkOptions, numberSchema, type OptionSchemas, optionsSchema } from "../../core/check.js";
import { finite } from "../../core/numbers.js";
import { nameOf } from "../name.js";
import type { Optimizer } from "./optimizer.js";

/**
 * Options of `rmsprop`.
 *
 * @public
 */
export interface RMSPropOptions {
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

const defaults = { rho: 0.999, epsilon: 1e-7 };

const rmspropOptions = optionsSchema<OptionSchemas<RMSPropOptions>>({
  learningRate: optional(numberSchema({ above: 0 })),
  rho: optional(numberSchema({ from: 0, below: 1 })),
  epsilon: optional(numberSchema({ above: 0 })),
});

/**
 * RMSprop (Tieleman and Hinton 2012), uphill: `v ← ρv + (1−ρ)g²`, `θ ← θ + lr · g / (√v + ε)`. The defaults are those that
 * tf-keras-vis uses on pixels in 0…255; in 0…1 a rate of 1/255 is the same.
 *
 * @throws LensError `bad-argument`, unless the learning rate and `epsilon` are above 0, and `rho` is from 0 and below 1.
 * @public
 */
export function rmsprop(options: RMSPropOptions = {}): Optimizer {
  checkOptions(rmspropOptions, options);
  const { learningRate = 1, rho = defaults.rho, epsilon = defaults.epsilon } = options;
  finite("the learningRate of rmsprop", learningRate, { above: 0 });
  finite("the rho of rmsprop", rho, { from: 0, below: 1 });
  finite("the epsilon of rmsprop", epsilon, { above: 0 });
  return {
    name: nameOf("rmsprop", [learningRate], { rho, epsilon }, defaults),
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
