/**
 * Resizing without aliasing. Each axis on its own is a linear map: output pixel `p` is the mean of the input weighted by a
 * triangle around its place `(p + ½) · n / m`, one pixel wide on either side when enlarging (bilinear) and `n / m` wide
 * when shrinking, so that every input pixel counts. Weights sum to 1: a flat picture stays flat, and nothing leaves the
 * range of the input. This is the "antialias" of PIL's and torch's bilinear resizing.
 */
import type { Image } from "../core/image.js";

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
  const { height: h, width: w, channels, data } = image;
  if (h === height && w === width) return image;
  const columns = resizeAxis(data, { outer: h, from: w, to: width, inner: channels });
  const rows = resizeAxis(columns, { outer: 1, from: h, to: height, inner: width * channels });
  return { ...image, height, width, data: rows };
}

/** One axis of an array `[outer, from, inner]`, which becomes `[outer, to, inner]`. */
export interface Axis {
  readonly outer: number;
  readonly from: number;
  readonly to: number;
  readonly inner: number;
}

/**
 * Resizes along one axis; the adjoint takes a gradient `[outer, to, inner]` back to `[outer, from, inner]` by the same
 * taps. The values have the precision of the input.
 */
export function resizeAxis<T extends Float32Array | Float64Array>(
  data: T,
  { outer, from: n, to: m, inner }: Axis,
  direction: "forward" | "adjoint" = "forward",
): T {
  if (n === m) return data;
  const { first, weights } = triangleTaps(n, m);
  const forward = direction === "forward";
  const out = new (data.constructor as new (length: number) => T)(outer * (forward ? m : n) * inner);
  for (let o = 0; o < outer; o++) {
    for (let p = 0; p < m; p++) {
      const taps = weights[p]!;
      const small = (o * m + p) * inner;
      for (let k = 0; k < taps.length; k++) {
        const weight = taps[k]!;
        const large = (o * n + first[p]! + k) * inner;
        if (forward) for (let i = 0; i < inner; i++) out[small + i]! += weight * data[large + i]!;
        else for (let i = 0; i < inner; i++) out[large + i]! += weight * data[small + i]!;
      }
    }
  }
  return out;
}
