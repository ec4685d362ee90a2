/** Plain steps along the gradient. */
import { optional } from "valibot";
import { checkOptions, flagSchema, numberSchema, type OptionSchemas, optionsSchema } from "../../core/check.js";
import { finite } from "../../core/numbers.js";
import type { Optimizer } from "./optimizer.js";

/**
 * Options of `sgd`.
 *
 * @public
 */
export interface SGDOptions {
  /**
   * Step size, in the parameters' own units.
   *
   * @defaultValue 1
   */
  readonly learningRate?: number | undefined;
  /**
   * Divides the gradient by the root of its mean square, so that steps have one size however steep the objective is.
   *
   * @defaultValue true
   */
  readonly normalize?: boolean | undefined;
}

const sgdOptions = optionsSchema<OptionSchemas<SGDOptions>>({
  learningRate: optional(numberSchema({ above: 0 })),
  normalize: optional(flagSchema),
});

/**
 * Steps along the gradient, by default along the normalised one: `θ ← θ + lr · g / (√mean(g²) + 1e-5)`. Where there is no
 * gradient nothing moves.
 *
 * @throws LensError `bad-argument`, unless the learning rate is above 0.
 * @public
 */
export function sgd(options: SGDOptions = {}): Optimizer {
  checkOptions(sgdOptions, options);
  const { learningRate = 1, normalize = true } = options;
  finite("the learningRate of sgd", learningRate, { above: 0 });
  return {
    name: `sgd(${learningRate}${normalize ? ", normalized" : ""})`,
    start: (length) => (parameters, gradient) => {
      const square = gradient.reduce((sum, g) => sum + g * g, 0) / length;
      const rate = normalize ? learningRate / (Math.sqrt(square) + 1e-5) : learningRate;
      for (let i = 0; i < length; i++) parameters[i]! += rate * gradient[i]!;
    },
  };
}
