/** Pictures as pixels: each value of the picture is a number of its own. */
import { finite } from "../../core/numbers.js";
import { nameOf } from "../name.js";
import { type ColorOptions, colorDefaults, colored } from "./colors.js";
import type { Param } from "./param.js";

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

/**
 * Pictures as pixels. Ascent on them draws high frequencies; good for first layers, and to see what it is like.
 *
 * @throws LensError `bad-argument`, unless `std` is a number from 0.
 * @public
 */
export function pixels({ std = 0.01, ...colors }: PixelsOptions = {}): Param {
  finite("the std of pixels", std, { from: 0 });
  const prepare = colored(
    (canvas, random) => ({
      start: () =>
        Float64Array.from(
          { length: canvas.count * canvas.height * canvas.width * canvas.channels },
          () => std * random.normal(),
        ),
      pictures: (parameters) => ({ ...canvas, data: parameters.slice() }),
      adjoint: (gradient) => gradient.slice(),
    }),
    colors,
  );
  return { name: nameOf("pixels", [`std ${std}`], { ...colors }, colorDefaults), prepare };
}
