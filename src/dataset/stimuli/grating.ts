/** Gratings and Gabors: a cosine wave between background and foreground, over the whole picture or under a Gaussian. */
import { checkOptions, type OptionSchemas, optionsSchema } from "../../core/check.js";
import type { Image } from "../../core/image.js";
import {
  draw,
  lengthOption,
  numberOption,
  type Shade,
  type StimulusOptions,
  stimulusSchemas,
  turned,
  within,
} from "./canvas.js";

/**
 * Options of `stimulus.grating`.
 *
 * @public
 */
export interface GratingOptions extends StimulusOptions {
  /**
   * Direction along the bars; repeats after 180°.
   *
   * @defaultValue 0
   */
  readonly angle?: number | undefined;
  /**
   * Pixels from bar to bar, at least 2.
   *
   * @defaultValue 8
   */
  readonly wavelength?: number | undefined;
  /**
   * Degrees of the wave at the centre: 0 has the middle of a foreground bar there.
   *
   * @defaultValue 0
   */
  readonly phase?: number | undefined;
  /**
   * 1 for the full way between the two colours, 0 for the colour half way.
   *
   * @defaultValue 1
   */
  readonly contrast?: number | undefined;
}

/**
 * Options of `stimulus.gabor`.
 *
 * @public
 */
export interface GaborOptions extends GratingOptions {
  /**
   * Standard deviation of the Gaussian in pixels.
   *
   * @defaultValue the wavelength
   */
  readonly sigma?: number | undefined;
}

const gratingOptions = optionsSchema<OptionSchemas<GratingOptions>>({
  ...stimulusSchemas,
  angle: numberOption,
  wavelength: within(2),
  phase: numberOption,
  contrast: within(0, 1),
});

/**
 * A grating between `background` (0 unless given) and `foreground`.
 *
 * @throws LensError `bad-argument` for a wavelength below 2 pixels or a contrast outside 0…1.
 * @public
 */
export function grating(options: GratingOptions = {}): Image {
  checkOptions(gratingOptions, options);
  const { background = 0 } = options;
  const wave = waveOf(options);
  return draw({ ...options, background }, (x, y) => 0.5 + wave(x, y));
}

const gaborOptions = optionsSchema<OptionSchemas<GaborOptions>>({
  ...stimulusSchemas,
  angle: numberOption,
  wavelength: within(2),
  phase: numberOption,
  contrast: within(0, 1),
  sigma: lengthOption,
});

/**
 * A grating under a Gaussian, on the colour half way between `background` (0 unless given) and `foreground`.
 *
 * @throws LensError `bad-argument`, as `stimulus.grating`.
 * @public
 */
export function gabor(options: GaborOptions = {}): Image {
  checkOptions(gaborOptions, options);
  const { background = 0, wavelength = 8, sigma = wavelength } = options;
  const wave = waveOf(options);
  return draw(
    { ...options, background },
    (x, y) => 0.5 + Math.exp(-(x * x + y * y) / (2 * sigma * sigma)) * wave(x, y),
  );
}

/** The wave in −½…½. */
function waveOf({ angle = 0, wavelength = 8, phase = 0, contrast = 1 }: GratingOptions): Shade {
  const place = turned(angle);
  const start = (phase * Math.PI) / 180;
  return (x, y) => (contrast / 2) * Math.cos((2 * Math.PI * place(x, y)[1]) / wavelength + start);
}
