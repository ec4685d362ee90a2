/**
 * Corners: the wedge between two half lines, its tip through the centre of the picture, sharp or rounded. With a growing
 * rounding the corner becomes a curve, so that the way from one to the other can be swept.
 *
 * A wedge whose tip is rounded by a circle of radius r is a sharp wedge with its tip r further back, grown by r.
 */
import type { Image } from "../../core/image.js";
import { band, coverage, draw, requirePositive, requireWithin, type StimulusOptions, turned } from "./canvas.js";

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

/**
 * A corner with its tip at the centre.
 *
 * @throws LensError `bad-argument` for numbers out of range.
 * @public
 */
export function corner(options: CornerOptions = {}): Image {
  const { angle = 0, opening = 90, rounding = 0, width = 0 } = options;
  requirePositive("opening", opening);
  requireWithin("opening", opening, [0, 180]);
  requireWithin("rounding", rounding, [0, Number.POSITIVE_INFINITY]);
  requireWithin("width", width, [0, Number.POSITIVE_INFINITY]);
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
