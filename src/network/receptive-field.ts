/**
 * Receptive fields: the part of the image one value of a layer sees. Along each axis, value `p` of a layer sees the
 * pixels `start + p · stride … start + p · stride + size − 1`. Through a window of `k` taps `d` apart with stride `s`
 * and `a` zeros before the first pixel,
 *
 *     size′ = size + (k − 1) · d · stride      start′ = start − a · stride      stride′ = stride · s
 *
 * Where branches meet the field is the union. Sizes here are those of the model's own input; they are what the gradient
 * can reach, before any clipping at the border.
 */
import type { Op } from "./ops.js";
import { padsOf } from "./shapes.js";

/**
 * Along one axis, value `p` sees pixels `start + p · stride` to `start + p · stride + size − 1`.
 *
 * @public
 */
export interface Span {
  /** Pixels seen. */
  readonly size: number;
  /** Pixels between neighbouring values. */
  readonly stride: number;
  /** First pixel seen by value 0; negative in the padding. */
  readonly start: number;
}

/**
 * The part of the image one value of a layer sees. `whole` when it sees every pixel whatever the size (after a global
 * pooling or a dense layer).
 *
 * @public
 */
export interface ReceptiveField {
  /** Rows. */
  readonly rows: Span;
  /** Columns. */
  readonly columns: Span;
  /** Whether every value sees the whole image. */
  readonly whole: boolean;
}

/**
 * `40×40 px, stride 4`.
 *
 * @public
 */
export function formatReceptiveField(field: ReceptiveField | null): string {
  if (!field) return "unknown";
  if (field.whole) return "whole image";
  const { rows, columns } = field;
  const stride = rows.stride === columns.stride ? `${rows.stride}` : `${rows.stride}×${columns.stride}`;
  return `${rows.size}×${columns.size} px, stride ${stride}`;
}

/** Receptive field of every operation, by name; none for those past an unsupported layer. */
export function receptiveFields(ops: readonly Op[]): Map<string, ReceptiveField> {
  const fields = new Map<string, ReceptiveField>();
  const shapes = new Map(ops.map((op) => [op.name, op.output]));
  for (const op of ops) {
    const inputs = op.inputs.map((name) => fields.get(name));
    if (inputs.some((field) => !field)) continue;
    const field = through(op, inputs as ReceptiveField[], shapes.get(op.inputs[0] ?? "") ?? []);
    if (field) fields.set(op.name, field);
  }
  return fields;
}

const pixel: Span = { size: 1, stride: 1, start: 0 };

function through(
  op: Op,
  inputs: readonly ReceptiveField[],
  inputShape: readonly (number | null)[],
): ReceptiveField | null {
  const first = inputs[0];
  switch (op.kind) {
    case "input":
      return { rows: pixel, columns: pixel, whole: false };
    case "opaque":
      return null;
    case "conv":
    case "depthwise": {
      const [kh, kw] = op.kernelShape;
      const pads = padsOf(op.padding, [kh, kw], op.strides, op.dilation, inputShape);
      return bothAxes(first!, [kh, kw], op.dilation, op.strides, [pads.top, pads.left]);
    }
    case "pool": {
      const pads = padsOf(op.padding, op.size, op.strides, [1, 1], inputShape);
      return bothAxes(first!, op.size, [1, 1], op.strides, [pads.top, pads.left]);
    }
    case "pad":
      return bothAxes(first!, [1, 1], [1, 1], [1, 1], [op.padding.top, op.padding.left]);
    case "globalPool":
    case "dense":
      return op.kind === "dense" && inputShape.length === 3 ? first! : { ...first!, whole: true };
    case "reshape":
      return { ...first!, whole: true };
    case "upsample": {
      // Value p reads input ⌊p / f⌋, bilinear also the next; since p / f is fractional the field is an upper bound.
      const taps = op.interpolation === "bilinear" ? 2 : 1;
      const grow = (s: Span, factor: number): Span => {
        const slack = (s.stride * (factor - 1)) / factor;
        return { size: s.size + (taps - 1) * s.stride + slack, stride: s.stride / factor, start: s.start - slack };
      };
      return { rows: grow(first!.rows, op.size[0]), columns: grow(first!.columns, op.size[1]), whole: first!.whole };
    }
    case "add":
    case "multiply":
    case "concat":
      return inputs.reduce((a, b) => ({
        rows: union(a.rows, b.rows),
        columns: union(a.columns, b.columns),
        whole: a.whole || b.whole,
      }));
    default:
      return first!;
  }
}

function bothAxes(
  field: ReceptiveField,
  size: readonly [number, number],
  dilation: readonly [number, number],
  strides: readonly [number, number],
  before: readonly [number, number],
): ReceptiveField {
  const axis = (s: Span, i: 0 | 1): Span => ({
    size: s.size + (size[i] - 1) * dilation[i] * s.stride,
    stride: s.stride * strides[i],
    start: s.start - before[i] * s.stride,
  });
  return { rows: axis(field.rows, 0), columns: axis(field.columns, 1), whole: field.whole };
}

function union(a: Span, b: Span): Span {
  const start = Math.min(a.start, b.start);
  const end = Math.max(a.start + a.size, b.start + b.size);
  return { size: end - start, stride: Math.max(a.stride, b.stride), start };
}
