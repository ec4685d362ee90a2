/** Pictures as Fourier coefficients, scaled so that a step moves all frequencies as photographs would have it. */
import { optional } from "valibot";
import { checkOptions, numberSchema, type OptionSchemas, optionsSchema } from "../../core/check.js";
import { finite } from "../../core/numbers.js";
import { createRealFourier, type RealFourier } from "../../math/real-fourier.js";
import { nameOf } from "../name.js";
import { type ColorOptions, colorDefaults, colored, colorSchemas } from "./colors.js";
import { type Canvas, type Param, type Prepare, planeOffset } from "./param.js";

/**
 * Options of `fourier`.
 *
 * @public
 */
export interface FourierOptions extends ColorOptions {
  /**
   * Standard deviation of the starting coefficients.
   *
   * @defaultValue 0.01
   */
  readonly std?: number | undefined;
  /**
   * Coefficients are scaled by 1 / frequency to this power.
   *
   * @defaultValue 1
   */
  readonly decay?: number | undefined;
}

const fourierOptions = optionsSchema<OptionSchemas<FourierOptions>>({
  ...colorSchemas,
  std: optional(numberSchema({ from: 0 })),
  decay: optional(numberSchema()),
});

/**
 * Pictures as Fourier coefficients: `picture = sigmoid(M · irfft2(z · √(hw) / max(f, 1/max(h, w))^decay) / 4)`, Lucid's
 * constants. Any height and width.
 *
 * @throws LensError `bad-argument`, unless `std` is a number from 0 and `decay` is one.
 * @public
 */
export function fourier(options: FourierOptions = {}): Param {
  checkOptions(fourierOptions, options);
  const { std = 0.01, decay = 1, ...colors } = options;
  const prepare = colored(fourierPlanes({ std, decay }), colors);
  return { name: nameOf("fourier", [`std ${std}`, `decay ${decay}`], { ...colors }, colorDefaults), prepare };
}

/** The planes before they become colours. */
export function fourierPlanes({ std = 0.01, decay = 1 }: Pick<FourierOptions, "std" | "decay">): Prepare {
  finite("the std of fourier", std, { from: 0 });
  finite("the decay of fourier", decay);
  return (canvas, random) => {
    const { height, width, channels } = canvas;
    const planes = canvas.count * channels;
    const transform = createRealFourier(height, width);
    const scales = spectrumScales(transform, decay);
    const perPlane = scales.length;
    const spectrum = new Float64Array(perPlane);
    return {
      start: () => Float64Array.from({ length: planes * perPlane }, () => std * random.normal()),
      pictures(parameters) {
        const data = new Float64Array(planes * height * width);
        for (let plane = 0; plane < planes; plane++) {
          for (let i = 0; i < perPlane; i++) spectrum[i] = scales[i]! * parameters[plane * perPlane + i]!;
          putPlane(data, plane, canvas, transform.toPicture(spectrum));
        }
        return { ...canvas, data };
      },
      adjoint(gradient) {
        const back = new Float64Array(planes * perPlane);
        for (let plane = 0; plane < planes; plane++) {
          const coefficients = transform.adjoint(takePlane(gradient, plane, canvas));
          for (let i = 0; i < perPlane; i++) back[plane * perPlane + i] = scales[i]! * coefficients[i]!;
        }
        return back;
      },
    };
  };
}

/** Writes a plane into a stack. */
export function putPlane(data: Float64Array, plane: number, canvas: Canvas, picture: Float64Array): void {
  const at = planeOffset(plane, canvas);
  for (let p = 0; p < picture.length; p++) data[at + p * canvas.channels] = picture[p]!;
}

/** Reads a plane out of a stack. */
export function takePlane(data: Float64Array, plane: number, canvas: Canvas): Float64Array {
  const at = planeOffset(plane, canvas);
  const picture = new Float64Array(canvas.height * canvas.width);
  for (let p = 0; p < picture.length; p++) picture[p] = data[at + p * canvas.channels]!;
  return picture;
}

/** `√(hw) / max(f, 1/max(h, w))^decay / 4` for both parts of every coefficient. */
function spectrumScales({ height, width, frequencies }: RealFourier, decay: number): Float64Array {
  const floor = 1 / Math.max(height, width);
  return Float64Array.from({ length: 2 * frequencies.length }, (_, i) => {
    const f = Math.max(frequencies[i >> 1]!, floor);
    return Math.sqrt(height * width) / f ** decay / 4;
  });
}
