/**
 * Resizing without aliasing. Each axis on its own is a linear map: output pixel `p` is the mean of the input weighted by a
 * triangle around its place `(p + ½) · n / m`, one pixel wide on either side when enlarging (bilinear) and `n / m` wide
 * when shrinking, so that every input pixel counts. Weights sum to 1: a flat picture stays flat, and nothing leaves the
 * range of the input. This is the "antialias" of PIL's and torch's bilinear resizing.
 */
import { createImage, type Image } from "../core/image.js";

/** Taps along an axis: output `p` reads the inputs from `first[p]`, weighted by `weights[p]`. */
export interface AxisTaps {
  readonly first: readonly number[];
  readonly weights: readonly Float32Array[];
}

/** The triangle's taps from `n` pixels to `m`. */
export function triangleTaps(n: number, m: number): AxisTaps {
  const step = n / m;
  const reach = Math.max(1, step);
  const first: number[] = [];
  const weights: Float32Array[] = [];
  for (let p = 0; p < m; p++) {
    const centre = (p + 0.5) * step - 0.5;
    const from = Math.max(0, Math.ceil(centre - reach));
    const to = Math.min(n - 1, Math.floor(centre + reach));
    const taps = Float64Array.from({ length: to - from + 1 }, (_, i) => 1 - Math.abs(from + i - centre) / reach);
    const total = taps.reduce((a, b) => a + b, 0);
    first.push(from);
    weights.push(Float32Array.from(taps, (tap) => tap / total));
  }
  return { first, weights };
}

/** A picture at another size. */
export function resample(image: Image, height: number, width: number): Image {
  if (image.height === height && image.width === width) return image;
  return alongRows(alongColumns(image, width), height);
}

/** Width to `m`: rows stay. */
function alongColumns(image: Image, m: number): Image {
  const { height, width: n, channels: c, data } = image;
  if (n === m) return image;
  const { first, weights } = triangleTaps(n, m);
  const out = new Float32Array(height * m * c);
  for (let y = 0, to = 0; y < height; y++) {
    for (let p = 0; p < m; p++, to += c) {
      const taps = weights[p]!;
      const from = (y * n + first[p]!) * c;
      for (let i = 0; i < c; i++) {
        let sum = 0;
        for (let k = 0; k < taps.length; k++) sum += taps[k]! * data[from + k * c + i]!;
        out[to + i] = sum;
      }
    }
  }
  return createImage(height, m, c, out);
}

/** Height to `m`: columns stay, a row is added at a time. */
function alongRows(image: Image, m: number): Image {
  const { height: n, width, channels: c, data } = image;
  if (n === m) return image;
  const { first, weights } = triangleTaps(n, m);
  const row = width * c;
  const out = new Float32Array(m * row);
  for (let p = 0; p < m; p++) {
    const taps = weights[p]!;
    for (let k = 0; k < taps.length; k++) {
      const w = taps[k]!;
      const from = (first[p]! + k) * row;
      for (let i = 0; i < row; i++) out[p * row + i]! += w * data[from + i]!;
    }
  }
  return createImage(m, width, c, out);
}
