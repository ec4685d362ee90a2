/**
 * Pictures as sums of coarser and coarser ones: `t = Σ_k enlarge(t_k, 2^k)` over some levels, the first at full size. Coarse
 * levels move large areas with one number, so that low frequencies learn as fast as high ones.
 */
import { optional } from "valibot";
import { checkOptions, numberSchema, type OptionSchemas, optionsSchema, wholeSchema } from "../../core/check.js";
import { finite, wholeNumber } from "../../core/numbers.js";
import { type WarpTaps, warp, warpAdjoint, warpTaps } from "../../math/warp.js";
import { nameOf } from "../name.js";
import { type ColorOptions, colorDefaults, colored, colorSchemas } from "./colors.js";
import type { Canvas, Param } from "./param.js";

/**
 * Options of `laplacian`.
 *
 * @public
 */
export interface LaplacianOptions extends ColorOptions {
  /**
   * Number of levels, each half as large as the one before.
   *
   * @defaultValue 4
   */
  readonly levels?: number | undefined;
  /**
   * Standard deviation of the starting values of every level.
   *
   * @defaultValue 0.01
   */
  readonly std?: number | undefined;
}

const laplacianOptions = optionsSchema<OptionSchemas<LaplacianOptions>>({
  ...colorSchemas,
  levels: optional(wholeSchema(1)),
  std: optional(numberSchema({ from: 0 })),
});

/**
 * Pictures as a Laplacian pyramid (Lucid's `lap_init`): four levels, enlarged with straight lines.
 *
 * @throws LensError `bad-argument`, unless `levels` is a whole number from 1 and `std` a number from 0.
 * @public
 */
export function laplacian(options: LaplacianOptions = {}): Param {
  checkOptions(laplacianOptions, options);
  const { levels = 4, std = 0.01, ...colors } = options;
  wholeNumber("levels", levels, 1);
  finite("the std of laplacian", std, { from: 0 });
  const prepare = colored((canvas, random) => {
    const parts = Array.from({ length: levels }, (_, k) => enlarged(canvas, 2 ** k));
    const lengths = parts.map(({ small }) => canvas.count * small.height * small.width * canvas.channels);
    const total = lengths.reduce((sum, n) => sum + n, 0);
    const slices = (all: Float64Array): Float64Array[] => {
      let at = 0;
      return lengths.map((length) => all.subarray(at, (at += length)));
    };
    return {
      start: () => Float64Array.from({ length: total }, () => std * random.normal()),
      pictures(parameters) {
        const data = new Float64Array(canvas.count * canvas.height * canvas.width * canvas.channels);
        slices(parameters).forEach((level, k) => {
          const large = parts[k]!.enlarge(level);
          for (let i = 0; i < data.length; i++) data[i]! += large[i]!;
        });
        return { ...canvas, data };
      },
      adjoint(gradient) {
        const back = new Float64Array(total);
        slices(back).forEach((level, k) => level.set(parts[k]!.adjoint(gradient)));
        return back;
      },
    };
  }, colors);
  return { name: nameOf("laplacian", [`levels ${levels}`, `std ${std}`], { ...colors }, colorDefaults), prepare };
}

/** The linear map from a picture `factor` times smaller to the canvas, and its adjoint. */
export function enlarged(
  canvas: Canvas,
  factor: number,
): {
  readonly small: Canvas;
  readonly enlarge: (data: Float64Array) => Float64Array;
  readonly adjoint: (gradient: Float64Array) => Float64Array;
} {
  const small = { ...canvas, height: Math.ceil(canvas.height / factor), width: Math.ceil(canvas.width / factor) };
  // Pixel centres on pixel centres; at the border the nearest pixel.
  const place = (at: number, n: number): number => Math.min(Math.max((at + 0.5) / factor - 0.5, 0), n - 1);
  const taps: WarpTaps = warpTaps(small, canvas, (y, x) => [place(y, small.height), place(x, small.width)]);
  const pixels = canvas.height * canvas.width;
  return {
    small,
    enlarge: (data) => warp(taps, data, small, pixels),
    adjoint: (gradient) => warpAdjoint(taps, gradient, small, pixels),
  };
}
