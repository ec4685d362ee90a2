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

/** Four taps per output pixel: index of the input pixel, or −1 outside, and its weight. */
export interface WarpTaps {
  readonly index: Int32Array;
  readonly weight: Float32Array;
}

/** Taps of a warp from `input` to an output of `height × width`; `where` gives the place read, in input pixels. */
export function warpTaps(
  input: { readonly height: number; readonly width: number },
  output: { readonly height: number; readonly width: number },
  where: (y: number, x: number) => readonly [y: number, x: number],
): WarpTaps {
  const index = new Int32Array(4 * output.height * output.width);
  const weight = new Float32Array(index.length);
  for (let y = 0, at = 0; y < output.height; y++) {
    for (let x = 0; x < output.width; x++, at += 4) {
      const [sy, sx] = where(y, x);
      const top = Math.floor(sy);
      const left = Math.floor(sx);
      for (let corner = 0; corner < 4; corner++) {
        const row = top + (corner >> 1);
        const column = left + (corner & 1);
        const inside = row >= 0 && row < input.height && column >= 0 && column < input.width;
        index[at + corner] = inside ? row * input.width + column : -1;
        weight[at + corner] = (1 - Math.abs(sy - row)) * (1 - Math.abs(sx - column));
      }
    }
  }
  return { index, weight };
}

/** Applies a warp. */
export function warp(taps: WarpTaps, data: Float32Array, shape: StackShape, pixelsOut: number, fill = 0): Float32Array {
  const { count, channels: c } = shape;
  const pixelsIn = shape.height * shape.width;
  const out = new Float32Array(count * pixelsOut * c);
  for (let n = 0; n < count; n++) {
    for (let p = 0; p < pixelsOut; p++) {
      for (let k = 4 * p; k < 4 * p + 4; k++) {
        const from = taps.index[k]!;
        const w = taps.weight[k]!;
        if (w === 0) continue;
        for (let i = 0; i < c; i++) {
          out[(n * pixelsOut + p) * c + i]! += w * (from < 0 ? fill : data[(n * pixelsIn + from) * c + i]!);
        }
      }
    }
  }
  return out;
}

/** Applies the adjoint of a warp to a gradient of its output. */
export function warpAdjoint(
  taps: WarpTaps,
  gradient: Float32Array,
  shape: StackShape,
  pixelsOut: number,
): Float32Array {
  const { count, channels: c } = shape;
  const pixelsIn = shape.height * shape.width;
  const back = new Float32Array(count * pixelsIn * c);
  for (let n = 0; n < count; n++) {
    for (let p = 0; p < pixelsOut; p++) {
      for (let k = 4 * p; k < 4 * p + 4; k++) {
        const to = taps.index[k]!;
        const w = taps.weight[k]!;
        if (to < 0 || w === 0) continue;
        for (let i = 0; i < c; i++) back[(n * pixelsIn + to) * c + i]! += w * gradient[(n * pixelsOut + p) * c + i]!;
      }
    }
  }
  return back;
}
