/**
 * High–low frequency boundaries: fine texture on one side, coarse texture on the other, of equal mean. The texture is the
 * mean of two waves at right angles, so that neither side has an orientation of its own but the quarter turn's.
 */
import { checkOptions, type OptionSchemas, optionsSchema } from "../../core/check.js";
import type { Image } from "../../core/image.js";
import { coverage, draw, numberOption, type StimulusOptions, stimulusSchemas, turned, within } from "./canvas.js";

/**
 * Options of `stimulus.highLow`.
 *
 * @public
 */
export interface HighLowOptions extends StimulusOptions {
  /**
   * Direction along the boundary, with the high frequency on its right hand: a quarter turn clockwise. Repeats after 360°.
   *
   * @defaultValue 0
   */
  readonly angle?: number | undefined;
  /**
   * Wavelength of the high frequency in pixels, at least 2.
   *
   * @defaultValue 4
   */
  readonly wavelength?: number | undefined;
  /**
   * Wavelength of the low frequency, as a multiple of the high one's: 1 is the same on both sides.
   *
   * @defaultValue 4
   */
  readonly ratio?: number | undefined;
}

const highLowOptions = optionsSchema<OptionSchemas<HighLowOptions>>({
  ...stimulusSchemas,
  angle: numberOption,
  wavelength: within(2),
  ratio: within(1),
});

/**
 * A boundary through the centre between a high and a low frequency.
 *
 * @throws LensError `bad-argument` for numbers out of range.
 * @public
 */
export function highLow(options: HighLowOptions = {}): Image {
  checkOptions(highLowOptions, options);
  const { angle = 0, wavelength = 4, ratio = 4, background = 0 } = options;
  const place = turned(angle);
  return draw({ ...options, background }, (x, y) => {
    const [along, across] = place(x, y);
    const texture = (wave: number): number =>
      (2 + Math.cos((2 * Math.PI * along) / wave) + Math.cos((2 * Math.PI * across) / wave)) / 4;
    const high = coverage(-across);
    return high * texture(wavelength) + (1 - high) * texture(wavelength * ratio);
  });
}
