/**
 * The two forms of a convolution's kernel, prepared once from the frozen weights.
 *
 * Backwards, the gradient of input row `t − top` gathers `K[r] · G[o]` over all `o·s + r·d = t`. Write `t = q·s + p` and
 * `r·d = p + s·j`: then `o = q − j`. So for every phase `p` of the stride it is an ordinary convolution of G along `q`, with
 * the taps of that phase in reverse order and inputs and outputs exchanged; all phases together are one convolution
 * with `phases · in` output channels. With stride 1 there is one phase, and the taps stay `d` apart.
 */
import type { Pads } from "../../network/ops/window.js";
import type { PlacedStep } from "../layout.js";
import type { Weights } from "../steps.js";

/** A kernel `[height, width, in, out]` and the distance between its taps. */
export interface ConvKernel {
  readonly values: Float32Array;
  readonly shape: [number, number, number, number];
  readonly dilation: [number, number];
}

/** The adjoint's kernel, `[taps, taps, out, phases · phases · in]`. */
export interface AdjointKernel extends ConvKernel {
  /** Phases of rows and columns in the last axis, before the input channels. */
  readonly phases: [number, number];
}

/** Which weights, and how they slide. */
interface Sliding {
  readonly weights: Weights;
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups?: number;
}

/** The kernels of the groups as stored; taps are set apart by zeros where TensorFlow.js cannot both stride and dilate. */
export function forwardKernels({ weights, strides, dilation, groups = 1 }: Sliding): ConvKernel[] {
  const [kh, kw, cin, cout] = weights.shape;
  const apart = strides.some((s) => s > 1) && dilation.some((d) => d > 1);
  const [dh, dw] = apart ? dilation : [1, 1];
  const [height, width, outs] = [(kh - 1) * dh + 1, (kw - 1) * dw + 1, cout / groups];
  return Array.from({ length: groups }, (_, group) => {
    const values = new Float32Array(height * width * cin * outs);
    eachTap(weights, ([r, c, i]) => {
      const row = ((r * kw + c) * cin + i) * cout + group * outs;
      values.set(weights.kernel.subarray(row, row + outs), ((r * dh * width + c * dw) * cin + i) * outs);
    });
    return { values, shape: [height, width, cin, outs], dilation: apart ? [1, 1] : [...dilation] };
  });
}

/** The kernels of the groups for the adjoint. */
export function adjointKernels({ weights, strides, dilation, groups = 1 }: Sliding): AdjointKernel[] {
  const [kh, kw, cin, cout] = weights.shape;
  const rows = phasesOf(kh, strides[0], dilation[0]);
  const columns = phasesOf(kw, strides[1], dilation[1]);
  const [outs, last] = [cout / groups, rows.phases * columns.phases * cin];
  return Array.from({ length: groups }, (_, group) => {
    const values = new Float32Array(rows.taps * columns.taps * outs * last);
    eachTap(weights, ([r, c, i]) => {
      const [y, x] = [rows.place(r), columns.place(c)];
      const from = ((r * kw + c) * cin + i) * cout + group * outs;
      const to = (y.tap * columns.taps + x.tap) * outs * last + (y.phase * columns.phases + x.phase) * cin + i;
      for (let o = 0; o < outs; o++) values[to + o * last] = weights.kernel[from + o]!;
    });
    return {
      values,
      shape: [rows.taps, columns.taps, outs, last],
      dilation: [rows.dilation, columns.dilation],
      phases: [rows.phases, columns.phases],
    };
  });
}

interface Phases {
  readonly taps: number;
  readonly phases: number;
  readonly dilation: number;
  place(r: number): { readonly phase: number; readonly tap: number };
}

/** Along one axis: how many taps and phases there are, and where tap `r` of the kernel goes. */
export function phasesOf(size: number, stride: number, dilation: number): Phases {
  if (stride === 1) return { taps: size, phases: 1, dilation, place: (r) => ({ phase: 0, tap: size - 1 - r }) };
  const reach = (size - 1) * dilation + 1;
  const taps = Math.ceil(reach / stride);
  const place = (r: number): { phase: number; tap: number } => ({
    phase: (r * dilation) % stride,
    tap: taps - 1 - Math.floor((r * dilation) / stride),
  });
  return { taps, phases: Math.min(stride, reach), dilation: 1, place };
}

/** What the adjoint's convolution needs around the gradient, and what to take away from the map it puts out. */
export interface Backwards {
  readonly zeros: Pads;
  readonly crop: Pads;
}

/**
 * The rows `q` that the adjoint computes run from `⌊top / s⌋` to `⌈(h + top) / s⌉`; spread out by `s` they begin at a
 * multiple of the stride, at or before the first row of the input.
 */
export function backwards({ weights, strides, dilation }: Sliding, { inputs, output, pads }: PlacedStep): Backwards {
  const axis = (i: 0 | 1, before: number): { zeros: [number, number]; crop: [number, number] } => {
    const { taps, dilation: apart } = phasesOf(weights.shape[i], strides[i], dilation[i]);
    const first = Math.floor(before / strides[i]);
    const end = Math.ceil((inputs[0]![i] + before) / strides[i]);
    return {
      zeros: [(taps - 1) * apart - first, end - output[i]],
      crop: [first * strides[i] - before, inputs[0]![i] + before - end * strides[i]],
    };
  };
  const [rows, columns] = [axis(0, pads.top), axis(1, pads.left)];
  const sides = (of: "zeros" | "crop"): Pads => ({
    top: rows[of][0],
    bottom: rows[of][1],
    left: columns[of][0],
    right: columns[of][1],
  });
  return { zeros: sides("zeros"), crop: sides("crop") };
}

function eachTap({ shape: [kh, kw, cin] }: Weights, visit: (tap: readonly [number, number, number]) => void): void {
  for (let r = 0; r < kh; r++) for (let c = 0; c < kw; c++) for (let i = 0; i < cin; i++) visit([r, c, i]);
}
