/** Enlargements by powers of a factor. Sizes do not come round in a circle, so products beyond the range are undefined. */
import { checkArgument, numberSchema } from "../../core/check.js";
import type { Group } from "../group.js";
import { oneOrMoreSchema } from "./count.js";

const factorSchema = numberSchema({ above: 1, to: 8 });

/**
 * Sizes from `factor` to the power −`steps` to +`steps`, in the order 0, +1, −1, +2, …
 *
 * @throws LensError `bad-argument` when the steps are not a whole number from 1, or the factor is not above 1.
 * @public
 */
export function scale(steps: number, factor: number = Math.SQRT2): Group {
  checkArgument("steps", oneOrMoreSchema, steps);
  checkArgument("factor", factorSchema, factor);
  const power = (element: number): number => (element % 2 === 1 ? (element + 1) / 2 : -element / 2);
  return {
    name: `${2 * steps + 1} sizes`,
    order: 2 * steps + 1,
    multiply(a, b) {
      const sum = power(a) + power(b);
      if (Math.abs(sum) > steps) return undefined;
      return sum > 0 ? 2 * sum - 1 : 2 * Math.abs(sum);
    },
    transformation: (element) => ({ scale: factor ** power(element) }),
    label: (element) => `×${Number((factor ** power(element)).toFixed(2))}`,
  };
}
