/**
 * Resampling a stack of pictures: output pixel `p` is a bilinear mixture of the four input pixels around a place given by
 * `where(y, x)`; places outside read a fill value. The adjoint hands each output gradient back to the same four pixels
 * with the same weights, so that ⟨A x, y⟩ = ⟨x, Aᵀ y⟩ to rounding (for fill 0; the fill is a constant and has no gradient).
 */

/** Sizes of a stack of pictures. */
export interface StackShape {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Four taps per output pixel: index of the input pixel, and its weight; a tap outside has weight 0. */
export interface WarpTaps {
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/** Taps of a warp from `input` to an output of `height × width`; `where` gives the place read, in input pixels. */
export function warpTaps(
  input: { readonly height: number; readonly width: number },
  output: { readonly height: number; readonly width: number },
  where: (y: number, x: number) => readonly [y: number, x: number],
): WarpTaps {
  const index = new Int32Array(4 * output.height * output.width);
  const weight = new Float64Array(index.length);
  for (let y = 0, at = 0; y < output.height; y++) {
    for (let x = 0; x < output.width; x++) {
      const place = where(y, x);
      const top = Math.floor(place[0]);
      const left = Math.floor(place[1]);
      const down = place[0] - top;
      const right = place[1] - left;
      for (let row = top; row <= top + 1; row++) {
        const high = row < 0 || row >= input.height ? 0 : row === top ? 1 - down : down;
        for (let column = left; column <= left + 1; column++, at++) {
          if (high === 0 || column < 0 || column >= input.width) continue;
          index[at] = row * input.width + column;
          weight[at] = high * (column === left ? 1 - right : right);
        }
      }
    }
  }
  return { index, weight };
}

/** Applies a warp; places outside read `fill`. */
export function warp(taps: WarpTaps, data: Float64Array, shape: StackShape, pixelsOut: number, fill = 0): Float64Array {
  const { index, weight } = taps;
  const { count, channels: c } = shape;
  const each = shape.height * shape.width * c;
  const out = new Float64Array(count * pixelsOut * c);
  for (let n = 0, to = 0; n < count; n++) {
    const from = n * each;
    for (let k = 0; k < 4 * pixelsOut; k += 4) {
      const a = from + index[k]! * c;
      const b = from + index[k + 1]! * c;
      const d = from + index[k + 2]! * c;
      const e = from + index[k + 3]! * c;
      const wa = weight[k]!;
      const wb = weight[k + 1]!;
      const wd = weight[k + 2]!;
      const we = weight[k + 3]!;
      const outside = fill === 0 ? 0 : fill * (1 - (wa + wb + wd + we));
      for (let i = 0; i < c; i++, to++) {
        out[to] = outside + wa * data[a + i]! + wb * data[b + i]! + wd * data[d + i]! + we * data[e + i]!;
      }
    }
  }
  return out;
}

/** Applies the adjoint of a warp to a gradient of its output. */
export function warpAdjoint(
  taps: WarpTaps,
  gradient: Float64Array,
  shape: StackShape,
  pixelsOut: number,
): Float64Array {
  const { index, weight } = taps;
  const { count, channels: c } = shape;
  const each = shape.height * shape.width * c;
  const back = new Float64Array(count * each);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < 4 * pixelsOut; k++) {
      const w = weight[k]!;
      if (w === 0) continue;
      const to = n * each + index[k]! * c;
      const from = (n * pixelsOut + (k >> 2)) * c;
      for (let i = 0; i < c; i++) back[to + i]! += w * gradient[from + i]!;
    }
  }
  return back;
}
