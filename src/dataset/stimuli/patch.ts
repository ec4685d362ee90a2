/**
 * Colour patches by hue, all equally bright. The hues of equal red + green + blue are the plane at right angles to the grey
 * axis (1, 1, 1), spanned by u = (2, −1, −1)/√6, which is red, and v = (0, 1, −1)/√2:
 *
 *     colour(hue) = ½ + chroma · (u cos hue + v sin hue)
 *
 * so 0° is red, 120° green, 240° blue, and a hue and its opposite mix to grey.
 */
import { checkOptions, type OptionSchemas, optionsSchema } from "../../core/check.js";
import type { Image } from "../../core/image.js";
import {
  type Color,
  coverage,
  direction,
  draw,
  endlessOption,
  numberOption,
  type StimulusOptions,
  stimulusSchemas,
  within,
} from "./canvas.js";

/**
 * Options of `stimulus.patch`.
 *
 * @public
 */
export interface PatchOptions extends Omit<StimulusOptions, "foreground"> {
  /**
   * Degrees: 0 red, 120 green, 240 blue; repeats after 360°.
   *
   * @defaultValue 0
   */
  readonly hue?: number | undefined;
  /**
   * Distance from grey, 0…0.6 (beyond, some hues leave 0…1).
   *
   * @defaultValue 0.5
   */
  readonly chroma?: number | undefined;
  /**
   * Radius of the patch in pixels.
   *
   * @defaultValue the whole picture
   */
  readonly radius?: number | undefined;
}

const { foreground: _, ...withoutForeground } = stimulusSchemas;
const patchOptions = optionsSchema<OptionSchemas<PatchOptions>>({
  ...withoutForeground,
  hue: numberOption,
  chroma: within(0, 0.6),
  radius: endlessOption,
});

/**
 * A patch of one hue, about the centre.
 *
 * @throws LensError `bad-argument` for numbers out of range.
 * @public
 */
export function patch(options: PatchOptions = {}): Image {
  checkOptions(patchOptions, options);
  const { hue = 0, chroma = 0.5, radius = Number.POSITIVE_INFINITY } = options;
  return draw({ ...options, foreground: colourOf(hue, chroma) }, (x, y) => coverage(Math.hypot(x, y) - radius));
}

function colourOf(hue: number, chroma: number): Color {
  const [cos, sin] = direction(hue);
  const [u, v] = [chroma / Math.sqrt(6), chroma / Math.SQRT2];
  return [0.5 + 2 * u * cos, 0.5 - u * cos + v * sin, 0.5 - u * cos - v * sin];
}
