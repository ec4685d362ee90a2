/** A plan at a size: the shape of every value and the zeros of every window. */
import { LensError } from "../core/errors.js";
import type { MapShape } from "../core/shape.js";
import { poolWindow } from "../network/ops/pool.js";
import { type Pads, padsOfWindow, slide, type Window } from "../network/ops/window.js";
import { gatheredShape } from "./gather.js";
import type { Plan } from "./plan.js";
import type { ActivationStep, ConvTransposeStep, Step } from "./steps.js";

/** A step with the sizes it works on. */
export interface PlacedStep<S extends Step = Step> {
  readonly step: S;
  /** Shapes of the values it reads. */
  readonly inputs: readonly MapShape[];
  /** Shape of the value it writes. */
  readonly output: MapShape;
  /** Zeros around the input of a window (all 0 for other steps). */
  readonly pads: Pads;
  /** Window of a pool, resolved. */
  readonly size: readonly [number, number];
}

/** A plan at one input size. */
export interface Layout {
  /** Shape of each value; value 0 is the input. */
  readonly shapes: readonly MapShape[];
  /** The steps in order. */
  readonly steps: readonly PlacedStep[];
}

const noPads: Pads = { top: 0, bottom: 0, left: 0, right: 0 };

/**
 * Lays a plan out for an input of a size.
 *
 * @throws LensError `bad-size`, naming the layer, when the image is too small or a fixed-size layer asks for another.
 */
export function layout(plan: Plan, height: number, width: number): Layout {
  const shapes: MapShape[] = [[height, width, plan.channels]];
  const steps = plan.steps.map((step) => {
    const like = step.kind === "resize" && step.like !== undefined ? shapes[step.like] : undefined;
    const placed = place(
      step,
      step.inputs.map((value) => shapes[value]!),
      like,
    );
    if (placed.output.some((n) => n < 1)) {
      throw new LensError(
        "bad-size",
        `an image of ${height}×${width} is too small: "${step.name}" would have nothing to put out; give a larger one`,
      );
    }
    shapes[step.output] = placed.output;
    return placed;
  });
  return { shapes, steps };
}

function place(step: Step, inputs: readonly MapShape[], like?: MapShape): PlacedStep {
  const [h, w, c] = inputs[0]!;
  const placed = (output: MapShape, pads = noPads, size: readonly [number, number] = [1, 1]): PlacedStep => ({
    step,
    inputs,
    output,
    pads,
    size,
  });
  const windowed = (window: Window, channels: number): PlacedStep => {
    const [rows, columns] = slide(window, inputs[0]!) as [number, number];
    return placed([rows, columns, channels], padsOfWindow(window, inputs[0]!), window.size);
  };
  switch (step.kind) {
    case "conv": {
      const [kh, kw, cin, cout] = step.weights.shape;
      if (c !== cin * step.groups) throw wrongSize(step, `${cin * step.groups} channels`, inputs);
      return windowed({ ...step, size: [kh, kw] }, cout);
    }
    case "depthwise": {
      const [kh, kw, cin, multiplier] = step.weights.shape;
      if (c !== cin) throw wrongSize(step, `${cin} channels`, inputs);
      return windowed({ ...step, size: [kh, kw] }, cin * multiplier);
    }
    case "convTranspose":
      if (c !== step.weights.shape[3]) throw wrongSize(step, `${step.weights.shape[3]} channels`, inputs);
      return placed(transposedShape(step, inputs[0]!), step.padding, [step.weights.shape[0], step.weights.shape[1]]);
    case "gather": {
      const output = gatheredShape(step.gathering, inputs[0]!);
      if (!output.every(Number.isInteger)) throw wrongSize(step, "a map that it can divide", inputs);
      return placed(output);
    }
    case "normalize":
      if (c % step.groups !== 0) throw wrongSize(step, `channels in ${step.groups} groups`, inputs);
      return placed(inputs[0]!);
    case "activation":
      checkSlopes(step, inputs);
      return placed(inputs[0]!);
    case "pool":
      return windowed(poolWindow({ ...step, size: step.size ?? [h, w] }), c);
    case "pad": {
      const { top, bottom, left, right } = step.padding;
      return placed([h + top + bottom, w + left + right, c], step.padding);
    }
    case "add":
    case "multiply":
    case "maximum":
    case "minimum":
      if (inputs.some((s) => s.join() !== inputs[0]!.join())) throw wrongSize(step, "maps of one shape", inputs);
      return placed(inputs[0]!);
    case "concat":
      if (inputs.some((s) => s[0] !== h || s[1] !== w)) throw wrongSize(step, "maps of one height and width", inputs);
      return placed([h, w, inputs.reduce((sum, s) => sum + s[2], 0)]);
    case "resize": {
      const factor: [number, number] = like ? [like[0] / h, like[1] / w] : [...step.factor];
      if (!factor.every(Number.isInteger))
        throw wrongSize(step, "maps of one size, or of one pixel", [...inputs, like!]);
      return { ...placed([h * factor[0], w * factor[1], c]), step: { ...step, factor } };
    }
    case "reshape":
      if (h * w * c !== step.to[0] * step.to[1] * step.to[2]) {
        throw wrongSize(step, `${step.to.join("×")} values in all; use the model's own image size`, inputs);
      }
      return placed(step.to);
    default:
      return placed(inputs[0]!);
  }
}

/** Shape of the map that a transposed convolution writes: the inverse of a convolution's rule. */
function transposedShape(
  { weights: { shape }, strides, dilation, padding, outputPadding, groups }: ConvTransposeStep,
  [h, w]: MapShape,
): MapShape {
  const length = (n: number, axis: 0 | 1, zeros: number): number =>
    (n - 1) * strides[axis] + (shape[axis] - 1) * dilation[axis] + 1 - zeros + outputPadding[axis];
  return [length(h, 0, padding.top + padding.bottom), length(w, 1, padding.left + padding.right), shape[2] * groups];
}

/** Slopes of prelu are one for all, one per channel or one per value; those of another image size are refused. */
function checkSlopes(step: ActivationStep, inputs: readonly MapShape[]): void {
  const count = step.activation.slopes?.length;
  const [h, w, c] = inputs[0]!;
  if (count === undefined || count === 1 || count === c || count === h * w * c) return;
  throw wrongSize(step, `${count} values in all, one for each of its slopes; use the model's own image size`, inputs);
}

function wrongSize(step: Step, wants: string, inputs: readonly MapShape[]): LensError {
  const got = inputs.map((s) => s.join("×")).join(" and ");
  return new LensError("bad-size", `"${step.name}" reads ${wants}; at this image size it gets ${got}`);
}
