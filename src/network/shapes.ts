/** Sizes: what each operation puts out for a given input, and where its zeros go. */
import { LensError } from "../core/errors.js";
import { formatShape, type Shape } from "../core/shape.js";
import type { Op, Padding } from "./ops.js";

/** Zeros before and after along both axes. */
export interface Pads {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
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

/** Output size of a sliding window along one axis; `null` where the input is free. */
function windows(
  n: number | null,
  before: number,
  after: number,
  size: number,
  dilation: number,
  stride: number,
): number | null {
  return n === null ? null : Math.floor((n + before + after - ((size - 1) * dilation + 1)) / stride) + 1;
}

/**
 * Shape an operation puts out for the shapes it reads.
 *
 * @throws LensError `bad-size` when the sizes cannot go together, or a map is too small for its window.
 */
export function outputShape(op: Op, inputs: readonly Shape[]): Shape {
  const shape = ruleOf(op, inputs);
  if (shape.some((n) => n !== null && (!Number.isInteger(n) || n < 1))) {
    throw new LensError(
      "bad-size",
      `"${op.name}" cannot read a map of ${inputs.map(formatShape).join(" and ")}; it is too small: give a larger image`,
    );
  }
  return shape;
}

function ruleOf(op: Op, inputs: readonly Shape[]): Shape {
  const first = inputs[0] ?? [];
  const [h = null, w = null, c = null] = first;
  switch (op.kind) {
    case "input":
    case "opaque":
      return op.output;
    case "conv":
    case "depthwise": {
      const [kh, kw, cin, last] = op.kernelShape;
      const reads = op.kind === "conv" ? cin * op.groups : cin;
      if (c !== reads) throw mismatch(op, `${reads} channels`, first);
      const p = padsOf(op.padding, [kh, kw], op.strides, op.dilation, first);
      return [
        windows(h, p.top, p.bottom, kh, op.dilation[0], op.strides[0]),
        windows(w, p.left, p.right, kw, op.dilation[1], op.strides[1]),
        op.kind === "conv" ? last : cin * last,
      ];
    }
    case "pool": {
      const p = padsOf(op.padding, op.size, op.strides, [1, 1], first);
      return [
        windows(h, p.top, p.bottom, op.size[0], 1, op.strides[0]),
        windows(w, p.left, p.right, op.size[1], 1, op.strides[1]),
        c,
      ];
    }
    case "dense": {
      const [reads, out] = op.kernelShape;
      if (first[first.length - 1] !== reads) throw mismatch(op, `${reads} features`, first);
      return [...first.slice(0, -1), out];
    }
    case "globalPool":
      return [c];
    case "pad": {
      const { top, bottom, left, right } = op.padding;
      return [h === null ? null : h + top + bottom, w === null ? null : w + left + right, c];
    }
    case "add":
    case "multiply":
      return mergedShape(inputs) ?? raise(mismatch(op, "maps of one shape, or of one pixel", ...inputs));
    case "concat": {
      const total = inputs.reduce((sum, s) => sum + (s[s.length - 1] ?? 0), 0);
      if (inputs.some((s) => formatShape(s.slice(0, -1)) !== formatShape(first.slice(0, -1)))) {
        throw mismatch(op, "maps of one height and width", ...inputs);
      }
      return [...first.slice(0, -1), total];
    }
    case "upsample":
      return [h === null ? null : h * op.size[0], w === null ? null : w * op.size[1], c];
    case "reshape": {
      const count = (s: Shape): number => s.reduce<number>((product, n) => product * (n ?? Number.NaN), 1);
      if (!Number.isNaN(count(first)) && count(first) !== count(op.output)) {
        throw mismatch(op, `${count(op.output)} values (${formatShape(op.output)})`, first);
      }
      return op.output;
    }
    default:
      return first;
  }
}

/** Shape of a sum or product: that of its largest map, where all others are alike or of one pixel. `null`: none. */
export function mergedShape(inputs: readonly Shape[]): Shape | null {
  const largest = inputs.find((shape) => !isPixel(shape)) ?? inputs[0] ?? [];
  const pixel = [...largest.slice(0, -1).map(() => 1), largest.at(-1) ?? 0];
  const fits = (shape: Shape): boolean =>
    formatShape(shape) === formatShape(largest) || (largest.length === 3 && formatShape(shape) === formatShape(pixel));
  return inputs.every(fits) ? largest : null;
}

/** Whether a map has one pixel. */
export function isPixel(shape: Shape): boolean {
  return shape.length === 3 && shape[0] === 1 && shape[1] === 1;
}

function raise(error: Error): never {
  throw error;
}

function mismatch(op: Op, wants: string, ...got: Shape[]): LensError {
  return new LensError("bad-size", `"${op.name}" reads ${wants}; got ${got.map(formatShape).join(" and ")}`);
}
