/**
 * Real pictures from half spectra, as `numpy.fft.irfft2`: a picture of `height × width` has the spectrum
 * `S[height][⌊width/2⌋ + 1]`, and with c_k = 1 for k = 0 and k = width/2, else 2,
 *
 *     x[y, x] = 1/(h·w) Σ_q Σ_k c_k Re( S[q, k] exp(2πi (qy/h + kx/w)) )
 *
 * The adjoint is the forward transform with the same factors. Spectra are stored as (re, im) pairs.
 */
import { createFft } from "./fft.js";

/** The linear map from half spectra to pictures of one size. */
export interface RealFourier {
  readonly height: number;
  readonly width: number;
  /** Columns of a half spectrum, ⌊width/2⌋ + 1. */
  readonly columns: number;
  /** Frequency of each entry in cycles per pixel, `[height, columns]`. */
  readonly frequencies: Float64Array;
  /** Picture of a half spectrum: `2 · height · columns` numbers to `height · width`. */
  toPicture(spectrum: Float64Array): Float64Array;
  /** The adjoint: gradient of the spectrum from the gradient of the picture. */
  adjoint(picture: Float64Array): Float64Array;
}

/** Prepares the map for pictures of a size, odd sizes included. */
export function createRealFourier(height: number, width: number): RealFourier {
  const columns = Math.floor(width / 2) + 1;
  const vertical = createFft(height);
  const horizontal = createFft(width);
  const line = new Float64Array(2 * width);
  const factor = (k: number): number => (k === 0 || 2 * k === width ? 1 : 2) / (height * width);
  return {
    height,
    width,
    columns,
    frequencies: Float64Array.from({ length: height * columns }, (_, i) => {
      const row = Math.floor(i / columns);
      return Math.hypot((row <= (height - 1) / 2 ? row : row - height) / height, (i % columns) / width);
    }),
    toPicture(spectrum) {
      const values = spectrum.slice();
      for (let k = 0; k < columns; k++) vertical.backward(values, k, columns);
      const picture = new Float64Array(height * width);
      for (let y = 0; y < height; y++) {
        line.fill(0);
        for (let k = 0; k < columns; k++) {
          line[2 * k] = factor(k) * values[2 * (y * columns + k)]!;
          line[2 * k + 1] = factor(k) * values[2 * (y * columns + k) + 1]!;
        }
        horizontal.backward(line);
        for (let x = 0; x < width; x++) picture[y * width + x] = line[2 * x]!;
      }
      return picture;
    },
    adjoint(picture) {
      const gradient = new Float64Array(2 * height * columns);
      for (let y = 0; y < height; y++) {
        line.fill(0);
        for (let x = 0; x < width; x++) line[2 * x] = picture[y * width + x]!;
        horizontal.forward(line);
        for (let k = 0; k < columns; k++) {
          gradient[2 * (y * columns + k)] = factor(k) * line[2 * k]!;
          gradient[2 * (y * columns + k) + 1] = factor(k) * line[2 * k + 1]!;
        }
      }
      for (let k = 0; k < columns; k++) vertical.forward(gradient, k, columns);
      return gradient;
    },
  };
}
