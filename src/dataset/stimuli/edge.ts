/** Edges: the border of a half plane, sharp or blurred, with the angle along it. */
import { checkOptions, type OptionSchemas, optionsSchema } from "../../core/check.js";
import type { Image } from "../../core/image.js";
import { coverage, draw, numberOption, type StimulusOptions, stimulusSchemas, turned, within } from "./canvas.js";

/**
 * Options of `stimulus.edge`.
 *
 * @public
 */
export interface EdgeOptions extends StimulusOptions {
  /**
   * Direction along the edge, with the foreground on its right hand: a quarter turn clockwise. Repeats after 360°.
   *
   * @defaultValue 0
   */
  readonly angle?: number | undefined;
  /**
   * Pixels over which the edge goes from one colour to the other.
   *
   * @defaultValue 1
   */
  readonly blur?: number | undefined;
  /**
   * Pixels from the centre towards the foreground.
   *
   * @defaultValue 0
   */
  readonly offset?: number | undefined;
}

const edgeOptions = optionsSchema<OptionSchemas<EdgeOptions>>({
  ...stimulusSchemas,
  angle: numberOption,
  blur: within(0),
  offset: numberOption,
});

/**
 * An edge through the centre between `background` (0 unless given) and `foreground`.
 *
 * @public
 */
export function edge(options: EdgeOptions = {}): Image {
  checkOptions(edgeOptions, options);
  const { angle = 0, blur = 1, offset = 0, background = 0 } = options;
  const place = turned(angle);
  return draw({ ...options, background }, (x, y) => {
    const [, across] = place(x, y);
    return coverage((offset - across) / Math.max(1, blur));
  });
}
