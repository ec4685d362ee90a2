/**
 * Pictures whose spectrum is that of photographs, and of which only the phases move (MACO; Fel et al., "Unlocking Feature
 * Visualization for Deeper Networks with MAgnitude Constrained Optimization", 2023):
 *
 *     t = irfft2(magnitude · exp(iφ))        picture = sigmoid(M · (t − mean t) / (std t + 1e-4))
 *
 * The magnitudes are the mean over photographs, in decorrelated colours, or, where there are none, 1 / f^α.
 */
import { custom, looseObject, optional } from "valibot";
import {
  checkArgument,
  checkOptions,
  numberSchema,
  type OptionSchemas,
  optionsSchema,
  type Schema,
} from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import type { Image } from "../../core/image.js";
import { finite } from "../../core/numbers.js";
import { unmixColors } from "../../math/color.js";
import { createRealFourier } from "../../math/real-fourier.js";
import { nameOf } from "../name.js";
import { colored } from "./colors.js";
import { putPlane, takePlane } from "./fourier.js";
import type { Canvas, Param } from "./param.js";

/**
 * Mean magnitudes of photographs: for each channel `[height][⌊width/2⌋ + 1]`, frequencies in the order of `rfft2`.
 *
 * @public
 */
export interface Spectrum {
  /** Rows of the photographs. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Channels. */
  readonly channels: number;
  /** The magnitudes, channel by channel. */
  readonly magnitudes: readonly number[];
}

/**
 * Options of `maco`.
 *
 * @public
 */
export interface MACOOptions {
  /**
   * Magnitudes of photographs, from `param.spectrum`.
   *
   * @defaultValue undefined, 1 / f^exponent
   */
  readonly spectrum?: Spectrum | undefined;
  /**
   * Fall of the magnitudes where there are no photographs.
   *
   * @defaultValue 1
   */
  readonly exponent?: number | undefined;
  /**
   * Standard deviation of the starting phases, in radians.
   *
   * @defaultValue 1
   */
  readonly std?: number | undefined;
}

const epsilon = 1e-4;

const macoOptions = optionsSchema<OptionSchemas<MACOOptions>>({
  spectrum: optional(looseObject({}, "a spectrum, as param.spectrum gives")) as Schema<MACOOptions["spectrum"]>,
  exponent: optional(numberSchema()),
  std: optional(numberSchema({ from: 0 })),
});

/**
 * Pictures of a fixed spectrum, of which the phases move.
 *
 * @throws LensError `bad-argument`, when `exponent` is no number or `std` none from 0, or when a spectrum has other channels
 * than the network reads.
 * @public
 */
export function maco(options: MACOOptions = {}): Param {
  checkOptions(macoOptions, options);
  const { spectrum, exponent = 1, std = 1 } = options;
  finite("the exponent of maco", exponent);
  finite("the std of maco", std, { from: 0 });
  const falls = spectrum
    ? `spectrum of ${spectrum.height}×${spectrum.width}×${spectrum.channels}`
    : `exponent ${exponent}`;
  const prepare = colored((canvas, random) => {
    const { count, height, width, channels } = canvas;
    const transform = createRealFourier(height, width);
    const size = transform.frequencies.length;
    const magnitudes = magnitudesFor(canvas, transform.frequencies, spectrum, exponent);
    const planes = count * channels;
    const each = height * width * channels;
    let phases: Float64Array = new Float64Array(0);
    let output = new Float64Array(0);
    let spreads: number[] = [];
    return {
      start: () => Float64Array.from({ length: planes * size }, () => std * random.normal()),
      pictures(parameters) {
        phases = parameters;
        output = new Float64Array(count * each);
        for (let plane = 0; plane < planes; plane++) {
          const coefficients = new Float64Array(2 * size);
          for (let i = 0; i < size; i++) {
            const [m, phase] = [magnitudes[(plane % channels) * size + i]!, parameters[plane * size + i]!];
            coefficients[2 * i] = m * Math.cos(phase);
            coefficients[2 * i + 1] = m * Math.sin(phase);
          }
          putPlane(output, plane, canvas, transform.toPicture(coefficients));
        }
        spreads = Array.from({ length: count }, (_, n) => standardize(output.subarray(n * each, (n + 1) * each)));
        return { ...canvas, data: output.slice() };
      },
      adjoint(gradient) {
        const inner = gradient.slice();
        spreads.forEach((spread, n) => {
          const range = [n * each, (n + 1) * each] as const;
          standardizeAdjoint(output.subarray(...range), inner.subarray(...range), spread);
        });
        const back = new Float64Array(planes * size);
        for (let plane = 0; plane < planes; plane++) {
          const coefficients = transform.adjoint(takePlane(inner, plane, canvas));
          for (let i = 0; i < size; i++) {
            const [m, phase] = [magnitudes[(plane % channels) * size + i]!, phases[plane * size + i]!];
            back[plane * size + i] =
              m * (Math.cos(phase) * coefficients[2 * i + 1]! - Math.sin(phase) * coefficients[2 * i]!);
          }
        }
        return back;
      },
    };
  }, {});
  return { name: nameOf("maco", [falls, `std ${std}`]), prepare };
}

const imagesSchema = custom<Iterable<Image>>(
  (value) => typeof value === "object" && value !== null && Symbol.iterator in value,
  "an iterable of images",
);

/**
 * The mean spectrum of photographs, in decorrelated colours where they have three channels.
 *
 * @throws LensError `bad-argument`, without images, or when their sizes differ.
 * @public
 */
export function spectrum(images: Iterable<Image>): Spectrum {
  checkArgument("images", imagesSchema, images);
  let mean:
    | {
        height: number;
        width: number;
        channels: number;
        magnitudes: Float64Array;
        transform: ReturnType<typeof createRealFourier>;
      }
    | undefined;
  let count = 0;
  for (const { height, width, channels, data } of images) {
    const transform = mean?.transform ?? createRealFourier(height, width);
    const size = transform.frequencies.length;
    mean ??= { height, width, channels, magnitudes: new Float64Array(channels * size), transform };
    if (height !== mean.height || width !== mean.width || channels !== mean.channels) {
      const [want, got] = [mean, { height, width, channels }].map((s) => `${s.height}×${s.width}×${s.channels}`);
      throw new LensError("bad-argument", `a spectrum is of images of one size; got ${want} and ${got}`);
    }
    const colors = Float64Array.from(data);
    if (channels === 3) unmixColors(colors);
    for (let c = 0; c < channels; c++) {
      // The adjoint of the inverse transform is the transform but for positive factors, which magnitudes are rid of below.
      const coefficients = transform.adjoint(takePlane(colors, c, { count: 1, height, width, channels }));
      for (let i = 0; i < size; i++) {
        const [re, im] = [coefficients[2 * i]!, coefficients[2 * i + 1]!];
        mean.magnitudes[c * size + i]! += (Math.hypot(re, im) * height * width) / factorOf(i, width);
      }
    }
    count++;
  }
  if (!mean) throw new LensError("bad-argument", "a spectrum needs at least one image; got none");
  const { height, width, channels, magnitudes } = mean;
  return { height, width, channels, magnitudes: Array.from(magnitudes, (m) => m / count) };
}

/** 1 in the first column and, for even widths, in the last; 2 in between. */
function factorOf(i: number, width: number): number {
  const k = i % (Math.floor(width / 2) + 1);
  return k === 0 || 2 * k === width ? 1 : 2;
}

function magnitudesFor(
  { height, width, channels }: Canvas,
  frequencies: Float64Array,
  measured: Spectrum | undefined,
  exponent: number,
): Float64Array {
  const floor = 1 / Math.max(height, width);
  if (!measured) {
    const fall = Float64Array.from(frequencies, (f) => (f === 0 ? 0 : 1 / Math.max(f, floor) ** exponent));
    return Float64Array.from({ length: channels * fall.length }, (_, i) => fall[i % fall.length]!);
  }
  if (measured.channels !== channels) {
    throw new LensError(
      "bad-argument",
      `the spectrum is of images of ${measured.channels} channels; this network reads ${channels}`,
    );
  }
  const columns = Math.floor(width / 2) + 1;
  const from = Math.floor(measured.width / 2) + 1;
  return Float64Array.from({ length: channels * frequencies.length }, (_, at) => {
    const [c, i] = [Math.floor(at / frequencies.length), at % frequencies.length];
    if (i === 0) return 0;
    // The frequency in cycles per pixel, looked up at the nearest place of the measured grid.
    const row = Math.floor(i / columns);
    const signed = row <= (height - 1) / 2 ? row / height : (row - height) / height;
    const y = ((Math.round(signed * measured.height) % measured.height) + measured.height) % measured.height;
    const x = Math.min(from - 1, Math.round(((i % columns) / width) * measured.width));
    return measured.magnitudes[(c * measured.height + y) * from + x]!;
  });
}

/** `(t − mean) / (std + ε)`, in place; returns std + ε. */
function standardize(t: Float64Array): number {
  const mean = t.reduce((sum, v) => sum + v, 0) / t.length;
  const spread = Math.sqrt(t.reduce((sum, v) => sum + (v - mean) ** 2, 0) / t.length) + epsilon;
  for (let i = 0; i < t.length; i++) t[i] = (t[i]! - mean) / spread;
  return spread;
}

/** The gradient before standardizing, in place: `(ḡ − mean ḡ − u · mean(ḡ · u) · spread / std) / spread`. */
function standardizeAdjoint(u: Float64Array, gradient: Float64Array, spread: number): void {
  const n = u.length;
  const mean = gradient.reduce((sum, g) => sum + g, 0) / n;
  const along = gradient.reduce((sum, g, i) => sum + g * u[i]!, 0) / n;
  const factor = spread / (spread - epsilon);
  for (let i = 0; i < n; i++) gradient[i] = (gradient[i]! - mean - u[i]! * along * factor) / spread;
}
