/** Dots: one disc, or a square lattice of them. */
import { checkOptions, type OptionSchemas, optionsSchema } from "../../core/check.js";
import type { Image } from "../../core/image.js";
import {
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
 * Options of `stimulus.dots`.
 *
 * @public
 */
export interface DotsOptions extends StimulusOptions {
  /**
   * Radius of a dot in pixels.
   *
   * @defaultValue 4
   */
  readonly radius?: number | undefined;
  /**
   * Pixels from dot to dot along the two axes of the lattice.
   *
   * @defaultValue a single dot at the centre
   */
  readonly spacing?: number | undefined;
  /**
   * Direction of the lattice; repeats after 90°.
   *
   * @defaultValue 0
   */
  readonly angle?: number | undefined;
}

const dotsOptions = optionsSchema<OptionSchemas<DotsOptions>>({
  ...stimulusSchemas,
  radius: lengthOption,
  spacing: endlessOption,
  angle: numberOption,
});

/**
 * A dot at the centre, or a lattice of dots with one there.
 *
 * @throws LensError `bad-argument` for sizes that are not above 0.
 * @public
 */
export function dots(options: DotsOptions = {}): Image {
  checkOptions(dotsOptions, options);
  const { radius = 4, spacing = Number.POSITIVE_INFINITY, angle = 0 } = options;
  const place = turned(angle);
  const folded = (at: number): number => (Number.isFinite(spacing) ? at - spacing * Math.round(at / spacing) : at);
  return draw(options, (x, y) => {
    const [along, across] = place(x, y);
    return coverage(Math.hypot(folded(along), folded(across)) - radius);
  });
}
