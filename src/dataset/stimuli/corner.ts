/**
 * Corners: the wedge between two half lines, its tip through the centre of the picture, sharp or rounded. With a growing
 * rounding the corner becomes a curve, so that the way from one to the other can be swept.
 *
 * A wedge whose tip is rounded by a circle of radius r is a sharp wedge with its tip r further back, grown by r.
 */
import { optional } from "valibot";
import { checkOptions, numberSchema, type OptionSchemas, optionsSchema } from "../../core/check.js";
import type { Image } from "../../core/image.js";
import { band, coverage, draw, numberOption, type StimulusOptions, stimulusSchemas, turned, within } from "./canvas.js";

/**
 * Options of `stimulus.corner`.
 *
 * @public
 */
export interface CornerOptions extends StimulusOptions {
  /**
   * Where the tip points to; repeats after 360°.
   *
   * @defaultValue 0
   */
  readonly angle?: number | undefined;
  /**
   * Degrees between the two sides, above 0 and at most 180.
   *
   * @defaultValue 90
   */
  readonly opening?: number | undefined;
  /**
   * Radius of the rounded tip in pixels; 0 is sharp.
   *
   * @defaultValue 0
   */
  readonly rounding?: number | undefined;
  /**
   * Pixels across the line of the two sides; 0 fills the wedge instead.
   *
   * @defaultValue 0
   */
  readonly width?: number | undefined;
}

const cornerOptions = optionsSchema<OptionSchemas<CornerOptions>>({
  ...stimulusSchemas,
  angle: numberOption,
  opening: optional(numberSchema({ above: 0, to: 180 })),
  rounding: within(0),
  width: within(0),
});

/**
 * A corner with its tip at the centre.
 *
 * @throws LensError `bad-argument` for numbers out of range.
 * @public
 */
export function corner(options: CornerOptions = {}): Image {
  checkOptions(cornerOptions, options);
  const { angle = 0, opening = 90, rounding = 0, width = 0 } = options;
  const half = (opening * Math.PI) / 360;
  const [cos, sin] = [Math.cos(half), Math.sin(half)];
  const place = turned(angle);
  return draw(options, (x, y) => {
    const [along, across] = place(x, y);
    const inwards = -along - rounding;
    const side = Math.abs(across);
    // Distance to the nearer side of the sharp wedge, negative inside.
    const nearest = Math.max(0, inwards * cos + side * sin);
    const distance = Math.hypot(inwards - nearest * cos, side - nearest * sin);
    const inside = side * cos < inwards * sin;
    const signed = (inside ? -distance : distance) - rounding;
    return width === 0 ? coverage(signed) : band(Math.abs(signed), width);
  });
}
