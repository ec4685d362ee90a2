/** Edges: the border of a half plane, sharp or blurred, with the angle along it. */
import type { Image } from "../../core/image.js";
import { coverage, draw, type StimulusOptions, turned } from "./canvas.js";

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

/**
 * An edge through the centre between `background` (0 unless given) and `foreground`.
 *
 * @public
 */
export function edge(options: EdgeOptions = {}): Image {
  const { angle = 0, blur = 1, offset = 0, background = 0 } = options;
  const place = turned(angle);
  return draw({ ...options, background }, (x, y) => {
    const [, across] = place(x, y);
    return coverage((offset - across) / Math.max(1, blur));
  });
}
