/** Lines: a bar of a width, straight or cut to a length, with the angle along it. */
import { checkOptions, type OptionSchemas, optionsSchema } from "../../core/check.js";
import type { Image } from "../../core/image.js";
import {
  band,
  coverage,
  draw,
  endlessOption,
  lengthOption,
  numberOption,
  type StimulusOptions,
  stimulusSchemas,
  turned,
} from "./canvas.js";

/**
 * Options of `stimulus.line`.
 *
 * @public
 */
export interface LineOptions extends StimulusOptions {
  /**
   * Direction along the line; repeats after 180°.
   *
   * @defaultValue 0
   */
  readonly angle?: number | undefined;
  /**
   * Pixels across.
   *
   * @defaultValue 3
   */
  readonly width?: number | undefined;
  /**
   * Pixels along, ends included.
   *
   * @defaultValue from border to border
   */
  readonly length?: number | undefined;
  /**
   * Pixels from the centre, a quarter turn clockwise from `angle`.
   *
   * @defaultValue 0
   */
  readonly offset?: number | undefined;
}

const lineOptions = optionsSchema<OptionSchemas<LineOptions>>({
  ...stimulusSchemas,
  angle: numberOption,
  width: lengthOption,
  length: endlessOption,
  offset: numberOption,
});

/**
 * A line through the centre.
 *
 * @throws LensError `bad-argument` for sizes that are not above 0.
 * @public
 */
export function line(options: LineOptions = {}): Image {
  checkOptions(lineOptions, options);
  const { angle = 0, width = 3, length = Number.POSITIVE_INFINITY, offset = 0 } = options;
  const place = turned(angle);
  return draw(options, (x, y) => {
    const [along, across] = place(x, y);
    return band(Math.abs(across - offset), width) * coverage(Math.abs(along) - length / 2);
  });
}
