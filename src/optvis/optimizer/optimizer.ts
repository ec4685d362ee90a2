/** Optimizers move parameters uphill along a gradient. Each is a function that makes a stepper for a number of parameters. */

/**
 * Moves parameters in place, uphill.
 *
 * @public
 */
export type Stepper = (parameters: Float64Array, gradient: Float64Array) => void;

/**
 * Makes a stepper; a user's own is written the same way.
 *
 * @public
 */
export interface Optimizer {
  /** Name and numbers, for the record: `adam(0.05)`. */
  readonly name: string;
  /** A fresh stepper for so many parameters, and for so many steps, which rates that change are spread over. */
  readonly start: (length: number, steps?: number) => Stepper;
}

/** One stepper for each of several pictures, whose parameters lie one after the other. */
export function steppersApart({ name, start }: Optimizer, pictures: number): Optimizer {
  return {
    name,
    start(length, steps) {
      const size = length / pictures;
      const steppers = Array.from({ length: pictures }, () => start(size, steps));
      return (parameters, gradient) =>
        steppers.forEach((step, n) => {
          const [from, to] = [n * size, (n + 1) * size];
          step(parameters.subarray(from, to), gradient.subarray(from, to));
        });
    },
  };
}
