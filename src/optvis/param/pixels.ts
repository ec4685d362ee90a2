/** Pictures as pixels: each value of the picture is a number of its own. */
import { optional } from "valibot";
import { checkOptions, numberSchema, type OptionSchemas, optionsSchema } from "../../core/check.js";
import { finite } from "../../core/numbers.js";
import { nameOf } from "../name.js";
import { type ColorOptions, colorDefaults, colored, colorSchemas } from "./colors.js";
import { type Param, pixelPlanes } from "./param.js";

/**
 * Options of `pixels`.
 *
 * @public
 */
export interface PixelsOptions extends ColorOptions {
  /**
   * Standard deviation of the starting values, around grey.
   *
   * @defaultValue 0.01
   */
  readonly std?: number | undefined;
}

const pixelsOptions = optionsSchema<OptionSchemas<PixelsOptions>>({
  ...colorSchemas,
  std: optional(numberSchema({ from: 0 })),
});

/**
 * Pictures as pixels. Ascent on them draws high frequencies; good for first layers, and to see what it is like.
 *
 * @throws LensError `bad-argument`, unless `std` is a number from 0.
 * @public
 */
export function pixels(options: PixelsOptions = {}): Param {
  checkOptions(pixelsOptions, options);
  const { std = 0.01, ...colors } = options;
  finite("the std of pixels", std, { from: 0 });
  const prepare = colored(pixelPlanes(std), colors);
  return { name: nameOf("pixels", [`std ${std}`], { ...colors }, colorDefaults), prepare };
}
