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

/**
 * Prepares the map for pictures of a size, odd sizes included. Two real rows a and b go through one complex transform as a + ib;
 * their spectra A and B come apart by the symmetry of spectra of real rows, A[−k] = conj A[k].
 */
export function createRealFourier(height: number, width: number): RealFourier {
  const columns = Math.floor(width / 2) + 1;
  const pairs = Math.ceil(height / 2);
  const vertical = createFft(height);
  const horizontal = createFft(width);
  const lines = new Float64Array(2 * pairs * width);
  const scale = 1 / (height * width);
  const alone = (k: number): boolean => k === 0 || 2 * k === width;
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
      vertical.backward(values, columns);
      for (let k = 0; k < columns; k++) {
        const mirror = (width - k) % width;
        const imaginary = alone(k) ? 0 : scale;
        for (let pair = 0; pair < pairs; pair++) {
          const a = 2 * (2 * pair * columns + k);
          const b = a + 2 * columns;
          const none = 2 * pair + 1 === height;
          const aRe = scale * values[a]!;
          const aIm = imaginary * values[a + 1]!;
          const bRe = none ? 0 : scale * values[b]!;
          const bIm = none ? 0 : imaginary * values[b + 1]!;
          const to = 2 * (k * pairs + pair);
          lines[to] = aRe - bIm;
          lines[to + 1] = aIm + bRe;
          const opposite = 2 * (mirror * pairs + pair);
          lines[opposite] = aRe + bIm;
          lines[opposite + 1] = bRe - aIm;
        }
      }
      horizontal.backward(lines, pairs);
      const picture = new Float64Array(height * width);
      for (let y = 0; y < height; y++) {
        const from = 2 * (y >> 1) + (y & 1);
        for (let x = 0; x < width; x++) picture[y * width + x] = lines[2 * x * pairs + from]!;
      }
      return picture;
    },
    adjoint(picture) {
      lines.fill(0);
      for (let y = 0; y < height; y++) {
        const to = 2 * (y >> 1) + (y & 1);
        for (let x = 0; x < width; x++) lines[2 * x * pairs + to] = picture[y * width + x]!;
      }
      horizontal.forward(lines, pairs);
      const gradient = new Float64Array(2 * height * columns);
      for (let k = 0; k < columns; k++) {
        const mirror = (width - k) % width;
        const half = (alone(k) ? 1 : 2) * scale * 0.5;
        for (let pair = 0; pair < pairs; pair++) {
          const from = 2 * (k * pairs + pair);
          const opposite = 2 * (mirror * pairs + pair);
          const a = 2 * (2 * pair * columns + k);
          gradient[a] = half * (lines[from]! + lines[opposite]!);
          gradient[a + 1] = half * (lines[from + 1]! - lines[opposite + 1]!);
          if (2 * pair + 1 === height) continue;
          const b = a + 2 * columns;
          gradient[b] = half * (lines[from + 1]! + lines[opposite + 1]!);
          gradient[b + 1] = half * (lines[opposite]! - lines[from]!);
        }
      }
      vertical.forward(gradient, columns);
      return gradient;
    },
  };
}
