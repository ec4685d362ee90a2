/** Transposed convolution, also called deconvolution: every input value adds its kernel to the map around it. */
import type { Shape } from "../../core/shape.js";
import { type KernelOp, weighted } from "./conv.js";
import type { Span } from "./field.js";
import { mismatch, type OpSemantics } from "./semantics.js";
import type { Pads } from "./window.js";

/**
 * Transposed convolution: the value of channel `i` at row `y` adds `kernel[r, c, i, o]` times itself to channel `o` at row
 * `y · stride + r · dilation − top`, and likewise for columns; then bias and activation.
 *
 * @public
 */
export interface ConvTransposeOp extends KernelOp {
  readonly kind: "convTranspose";
  /** `[height, width, in / groups, out]`, row 0 on top. */
  readonly kernel: Float32Array;
  /** `[height, width, in / groups, out]`. */
  readonly kernelShape: readonly [number, number, number, number];
  /** Rows and columns between the places of neighbouring input values. */
  readonly strides: readonly [number, number];
  /** Rows and columns between the taps of the kernel. */
  readonly dilation: readonly [number, number];
  /** Rows and columns that are cut off the map which the kernels fill. */
  readonly padding: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
  /** Rows and columns that are added after the last. */
  readonly outputPadding: readonly [number, number];
  /** Groups of channels that do not mix; 1 for the ordinary one. */
  readonly groups: number;
}

export const convTranspose: OpSemantics<ConvTransposeOp> = {
  ...weighted<ConvTransposeOp>(),
  shape: (op, [input = []]): Shape => {
    const reads = op.kernelShape[2] * op.groups;
    if (input[2] !== reads) throw mismatch(op, `${reads} channels`, input);
    const { top, bottom, left, right }: Pads = op.padding;
    const length = (axis: 0 | 1, cut: number): number | null => {
      const n = input[axis] ?? null;
      return n === null ? null : (n - 1) * op.strides[axis] + reachOf(op, axis) - cut + op.outputPadding[axis];
    };
    return [length(0, top + bottom), length(1, left + right), op.kernelShape[3]];
  },
  channelsRead: (op) => op.kernelShape[2] * op.groups,
  // Row y reads rows (y + top − r · dilation) / stride: since these are fractions, the field is an upper bound.
  field: (op, [field]) => {
    const { rows, columns, whole } = field!;
    const axis = (s: Span, i: 0 | 1, before: number): Span => {
      const step = s.stride / op.strides[i];
      const reach = reachOf(op, i) - 1;
      return { size: s.size + reach * step, stride: step, start: s.start + (before - reach) * step };
    };
    return { rows: axis(rows, 0, op.padding.top), columns: axis(columns, 1, op.padding.left), whole };
  },
  kernels: (op) => {
    const [height, width, within, outputs] = op.kernelShape;
    const perGroup = outputs / op.groups;
    const first = (o: number): number => Math.floor(o / perGroup) * within;
    return {
      size: [height, width],
      strides: op.strides,
      dilation: op.dilation,
      padding: op.padding,
      inputs: within * op.groups,
      outputs,
      range: (o) => [first(o), first(o) + within],
      index: (o, i, tap) => (tap * within + i - first(o)) * outputs + o,
    };
  },
};

/** Rows or columns that the dilated kernel covers. */
function reachOf({ kernelShape, dilation }: ConvTransposeOp, axis: 0 | 1): number {
  return (kernelShape[axis] - 1) * dilation[axis] + 1;
}

/**
 * The kernel of the convolution that an operation is the adjoint of, `[height, width, out / groups, in]`: in and out change
 * places, group by group. Keras stores it so.
 */
export function adjointKernel(op: ConvTransposeOp): {
  readonly kernel: Float32Array;
  readonly shape: readonly [number, number, number, number];
} {
  const [height, width, within, outputs] = op.kernelShape;
  const perGroup = outputs / op.groups;
  const inputs = within * op.groups;
  const kernel = new Float32Array(op.kernel.length);
  for (let tap = 0; tap < height * width; tap++) {
    for (let i = 0; i < within; i++) {
      for (let o = 0; o < outputs; o++) {
        const read = Math.floor(o / perGroup) * within + i;
        kernel[(tap * perGroup + (o % perGroup)) * inputs + read] = op.kernel[(tap * within + i) * outputs + o]!;
      }
    }
  }
  return { kernel, shape: [height, width, perGroup, inputs] };
}
