/**
 * Parameterizations: the numbers that ascent moves, and the map from them to pictures in 0…1. Moving Fourier coefficients
 * scaled by 1/frequency, in a decorrelated colour space, through a sigmoid, makes all scales and hues learn alike, where
 * pixels would only learn high frequencies (Olah, Mordvintsev and Schubert, "Feature Visualization", 2017; constants of
 * Lucid).
 */
import { LensError } from "../core/errors.js";
import type { Random } from "../core/random.js";
import type { Volume } from "../engine/engine.js";
import { mixColors } from "../math/color.js";
import { createRealFourier, type RealFourier } from "../math/real-fourier.js";

/**
 * The pictures wanted.
 *
 * @public
 */
export interface Canvas {
  /** Number of pictures. */
  readonly count: number;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Channels of the network's input. */
  readonly channels: number;
}

/**
 * A differentiable map from parameters to pictures, prepared for one canvas.
 *
 * @public
 */
export interface Parameterization {
  /** Starting parameters. */
  start(): Float32Array;
  /** The pictures, in 0…1. */
  pictures(parameters: Float32Array): Volume;
  /** Gradient of the parameters from the gradient of the pictures, at the parameters last given to `pictures`. */
  adjoint(gradient: Float32Array): Float32Array;
}

/**
 * Makes a parameterization for a canvas; `random` draws its start.
 *
 * @public
 */
export type Param = (canvas: Canvas, random: Random) => Parameterization;

/**
 * Options of `fourier`.
 *
 * @public
 */
export interface FourierOptions {
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
  /**
   * Mixes decorrelated colours to RGB; only for 3 channels.
   *
   * @defaultValue true for 3 channels
   */
  readonly decorrelate?: boolean | undefined;
}

/**
 * Pictures as Fourier coefficients: `picture = sigmoid(M · irfft2(z · √(hw) / max(f, 1/max(h, w))^decay) / 4)`.
 *
 * @public
 */
export function fourier({ std = 0.01, decay = 1, decorrelate }: FourierOptions = {}): Param {
  return (canvas, random) => {
    const { count, height, width, channels } = canvas;
    const mixes = mixesColors(decorrelate, channels);
    const transform = createRealFourier(height, width);
    const scales = spectrumScales(transform, decay);
    const perPlane = scales.length;
    let output = new Float32Array(0);
    return {
      start: () => Float32Array.from({ length: count * channels * perPlane }, () => std * random.normal()),
      pictures(parameters) {
        const data = new Float32Array(count * height * width * channels);
        for (let plane = 0; plane < count * channels; plane++) {
          const spectrum = Float64Array.from(scales, (s, i) => s * parameters[plane * perPlane + i]!);
          const picture = transform.toPicture(spectrum);
          const at = planeOffset(plane, canvas);
          for (let p = 0; p < picture.length; p++) data[at + p * channels] = picture[p]!;
        }
        if (mixes) mixColors(data);
        for (let i = 0; i < data.length; i++) data[i] = 1 / (1 + Math.exp(-data[i]!));
        output = data;
        return { ...canvas, data };
      },
      adjoint(gradient) {
        const inner = gradient.map((g, i) => g * output[i]! * (1 - output[i]!));
        if (mixes) mixColors(inner, true);
        const back = new Float32Array(count * channels * perPlane);
        const picture = new Float64Array(height * width);
        for (let plane = 0; plane < count * channels; plane++) {
          const at = planeOffset(plane, canvas);
          for (let p = 0; p < picture.length; p++) picture[p] = inner[at + p * channels]!;
          const spectrum = transform.adjoint(picture);
          for (let i = 0; i < perPlane; i++) back[plane * perPlane + i] = scales[i]! * spectrum[i]!;
        }
        return back;
      },
    };
  };
}

/** First value of plane `count index · channels + channel` in a `[count, h, w, c]` stack. */
function planeOffset(plane: number, { height, width, channels }: Canvas): number {
  const c = plane % channels;
  return ((plane - c) / channels) * height * width * channels + c;
}

/** `√(hw) / max(f, 1/max(h, w))^decay / 4` for both parts of every coefficient. */
function spectrumScales({ height, width, frequencies }: RealFourier, decay: number): Float64Array {
  const floor = 1 / Math.max(height, width);
  return Float64Array.from({ length: 2 * frequencies.length }, (_, i) => {
    const f = Math.max(frequencies[i >> 1]!, floor);
    return Math.sqrt(height * width) / f ** decay / 4;
  });
}

function mixesColors(wanted: boolean | undefined, channels: number): boolean {
  if (wanted && channels !== 3) {
    throw new LensError(
      "bad-argument",
      `decorrelated colours need 3 channels; this network reads ${channels}: set decorrelate to false`,
    );
  }
  return wanted ?? channels === 3;
}
