/** Windows that slide over a map: their zeros, the size of what they put out, and what they do to a receptive field. */
import type { Shape } from "../../core/shape.js";
import type { ReceptiveField, Span } from "./field.js";

/**
 * Zeros around the image, in pixels; `"same"` asks for output size ⌈input / stride⌉, the odd zero at the bottom and right.
 *
 * @public
 */
export type Padding =
  | "same"
  | "valid"
  | { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };

/** Zeros before and after along both axes. */
export interface Pads {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** A window and its steps, each as `[rows, columns]`. */
export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Padding;
}

/**
 * The zeros a padding means at an input size. `"same"` keeps ⌈n / stride⌉ windows and puts the odd zero last; at a free
 * size it is taken at a size that the stride divides.
 */
export function padsOf(
  padding: Padding,
  size: readonly [number, number],
  strides: readonly [number, number],
  dilation: readonly [number, number],
  input: Shape,
): Pads {
  if (typeof padding === "object") return padding;
  if (padding === "valid") return { top: 0, bottom: 0, left: 0, right: 0 };
  const axis = (i: 0 | 1): [number, number] => {
    const n = input[i] ?? strides[i];
    const reach = (size[i] - 1) * dilation[i] + 1;
    const total = Math.max(0, (Math.ceil(n / strides[i]) - 1) * strides[i] + reach - n);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  };
  const [top, bottom] = axis(0);
  const [left, right] = axis(1);
  return { top, bottom, left, right };
}

/** The zeros of a window at an input size. */
export function padsOfWindow({ padding, size, strides, dilation }: Window, input: Shape): Pads {
  return padsOf(padding, size, strides, dilation, input);
}

/** Height and width that a window puts out; `null` where the input's are free. */
export function slide(window: Window, input: Shape): [number | null, number | null] {
  const pads = padsOfWindow(window, input);
  const axis = (i: 0 | 1, zeros: number): number | null => {
    const n = input[i] ?? null;
    const reach = (window.size[i] - 1) * window.dilation[i] + 1;
    return n === null ? null : Math.floor((n + zeros - reach) / window.strides[i]) + 1;
  };
  return [axis(0, pads.top + pads.bottom), axis(1, pads.left + pads.right)];
}

/**
 * The receptive field behind a window. Reading through a window of `k` taps with dilation `d`, stride `s` and `a` zeros
 * before the first pixel,
 *
 *     size′ = size + (k − 1) · d · stride      start′ = start − a · stride      stride′ = stride · s
 */
export function slideField(field: ReceptiveField, window: Window, input: Shape): ReceptiveField {
  const { size, dilation, strides } = window;
  const { top, left } = padsOfWindow(window, input);
  const axis = (s: Span, i: 0 | 1, before: number): Span => ({
    size: s.size + (size[i] - 1) * dilation[i] * s.stride,
    stride: s.stride * strides[i],
    start: s.start - before * s.stride,
  });
  return { rows: axis(field.rows, 0, top), columns: axis(field.columns, 1, left), whole: field.whole };
}
