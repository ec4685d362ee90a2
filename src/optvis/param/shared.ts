/**
 * Pictures of a batch that have something in common: each is its own part plus a part that all of them share, at low
 * resolution, `picture_n = sigmoid(M · (own_n + enlarge(shared)))`. Alike in layout and colour, they differ only where their
 * objectives do (Mordvintsev et al., "Differentiable Image Parameterizations", 2018).
 */
import { optional } from "valibot";
import { checkOptions, numberSchema, type OptionSchemas, optionsSchema, wholeSchema } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import { wholeNumber } from "../../core/numbers.js";
import { nameOf } from "../name.js";
import { type ColorOptions, colorDefaults, colored, colorSchemas } from "./colors.js";
import { fourierPlanes } from "./fourier.js";
import { enlarged } from "./laplacian.js";
import { joined, type Param } from "./param.js";

/**
 * Options of `shared`.
 *
 * @public
 */
export interface SharedOptions extends ColorOptions {
  /**
   * How many times smaller the shared part is.
   *
   * @defaultValue 4
   */
  readonly factor?: number | undefined;
  /**
   * Standard deviation of the starting coefficients.
   *
   * @defaultValue 0.01
   */
  readonly std?: number | undefined;
}

const sharedOptions = optionsSchema<OptionSchemas<SharedOptions>>({
  ...colorSchemas,
  factor: optional(wholeSchema(1)),
  std: optional(numberSchema({ from: 0 })),
});

/**
 * Fourier pictures with a low-resolution part that the whole batch shares.
 *
 * @throws LensError `bad-argument`, unless `factor` is a whole number from 1 and `std` a number from 0; for a picture alone.
 * @public
 */
export function shared(options: SharedOptions = {}): Param {
  checkOptions(sharedOptions, options);
  const { factor = 4, std = 0.01, ...colors } = options;
  wholeNumber("factor", factor, 1);
  const planes = fourierPlanes({ std });
  const prepare = colored((canvas, random) => {
    if (canvas.count < 2) {
      throw new LensError(
        "bad-argument",
        "shared pictures are at least two, and this one is alone; give one objective and count: 4",
      );
    }
    const own = planes(canvas, random);
    const { small, enlarge, adjoint } = enlarged({ ...canvas, count: 1 }, factor);
    const common = planes(small, random);
    const starts = [own.start(), common.start()] as const;
    const ownLength = starts[0].length;
    return {
      start: () => joined(starts),
      pictures(parameters) {
        const { data } = own.pictures(parameters.subarray(0, ownLength));
        const part = enlarge(common.pictures(parameters.subarray(ownLength)).data);
        return { ...canvas, data: data.map((t, i) => t + part[i % part.length]!) };
      },
      adjoint(gradient) {
        const sum = new Float64Array(gradient.length / canvas.count);
        for (let i = 0; i < gradient.length; i++) sum[i % sum.length]! += gradient[i]!;
        return joined([own.adjoint(gradient), common.adjoint(adjoint(sum))]);
      },
    };
  }, colors);
  return { name: nameOf("shared", [`factor ${factor}`, `std ${std}`], { ...colors }, colorDefaults), prepare };
}
