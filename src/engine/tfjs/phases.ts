/**
 * Strides backwards. A map computed at every s-th row and column is spread out again: each of its pixels becomes the first
 * of s × s, and the others are zeros, or phases computed along with it as extra channels.
 *
 *     a b      a . b .            aA bB      a A b B
 *     c d  →   . . . .     or     ..      →  . . . .      (phases a, A along the row)
 *              c . d .
 *              . . . .
 */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import type { Pads } from "../../network/ops/window.js";
import type { PlacedStep } from "../layout.js";
import type { Tf } from "./backend.js";

/** How a map is spread. */
export interface SpreadOptions {
  /** Rows and columns that each pixel becomes. */
  readonly strides: readonly [number, number];
  /** How many of these the channels hold, as `[rows, columns, channels]`. @defaultValue [1, 1] */
  readonly phases?: readonly [number, number];
}

/** `[n, h, w, p·q·c]` to `[n, h·s, w·t, c]`, for p ≤ s phases of the rows and q ≤ t of the columns; the rest are zeros. */
export function spread(tf: Tf, map: Tensor4D, { strides: [s, t], phases: [p, q] = [1, 1] }: SpreadOptions): Tensor4D {
  if (s === 1 && t === 1) return map;
  const [n, h, w, all] = map.shape;
  const c = all / (p * q);
  // [n·h, w, p, q·c] to [n·h, p, w, q·c]; with one phase of the rows it is that already.
  const rows: Tensor = p === 1 ? map : tf.transpose(tf.reshape(map, [n * h, w, p, q * c]), [0, 2, 1, 3]);
  const columns = withZeros(tf, rows, [n * h * p * w, q, t, c]);
  return tf.reshape(withZeros(tf, columns, [n * h, p, s, w * t * c]), [n, h * s, w * t, c]);
}

/** Read as `[outer, have, inner]`, with zeros up to `[outer, want, inner]`. */
function withZeros(tf: Tf, map: Tensor, [outer, have, want, inner]: readonly [number, number, number, number]): Tensor {
  return have === want
    ? map
    : tf.pad(tf.reshape(map, [outer, have, inner]), [
        [0, 0],
        [0, want - have],
        [0, 0],
      ]);
}

/**
 * Margins around a spread gradient, so that a window of the same size and dilation slid over it by ones gathers for every
 * pixel of the input what its windows hand back.
 */
export function aroundSpread(
  { inputs, output, pads, size }: PlacedStep,
  {
    strides,
    dilation = [1, 1],
  }: { readonly strides: readonly [number, number]; readonly dilation?: readonly [number, number] },
): Pads {
  const axis = (i: 0 | 1, before: number): [number, number] => [
    (size[i] - 1) * dilation[i] - before,
    inputs[0]![i] + before - output[i] * strides[i],
  ];
  const [top, bottom] = axis(0, pads.top);
  const [left, right] = axis(1, pads.left);
  return { top, bottom, left, right };
}

/** A map with margins of zeros added, or taken away where they are below zero. */
export function withMargins(tf: Tf, map: Tensor4D, margins: Pads): Tensor4D {
  const zeros = zerosOf(margins);
  const grown = zeros === "valid" ? map : tf.pad(map, zeros);
  const [top, bottom, left, right] = [margins.top, margins.bottom, margins.left, margins.right].map((n) =>
    Math.max(0, -n),
  ) as [number, number, number, number];
  if (top + bottom + left + right === 0) return grown;
  const [n, h, w, c] = grown.shape;
  return tf.slice(grown, [0, top, left, 0], [n, h - top - bottom, w - left - right, c]);
}

type Zeros = [[number, number], [number, number], [number, number], [number, number]];

/** A map and the padding of a convolution over it that together make up the margins. */
export function asPadding(
  tf: Tf,
  map: Tensor4D,
  margins: Pads,
): { readonly x: Tensor4D; readonly pad: "valid" | Zeros } {
  const shrinks = Object.values(margins).some((n: number) => n < 0);
  return shrinks ? { x: withMargins(tf, map, margins), pad: "valid" } : { x: map, pad: zerosOf(margins) };
}

/** Padding as TensorFlow.js takes it; sides below zero get none. */
export function zerosOf({ top, bottom, left, right }: Pads): "valid" | Zeros {
  const sides: Zeros = [
    [0, 0],
    [Math.max(0, top), Math.max(0, bottom)],
    [Math.max(0, left), Math.max(0, right)],
    [0, 0],
  ];
  return sides.flat().some((n) => n > 0) ? sides : "valid";
}
