/** A plan at a size: the shape of every value and the zeros of every window. */
import { LensError } from "../core/errors.js";
import { poolWindow } from "../network/ops/pool.js";
import { type Pads, padsOfWindow, slide, type Window } from "../network/ops/window.js";
import type { Plan } from "./plan.js";
import type { Step } from "./steps.js";

/** `[height, width, channels]` of a value, all known. */
export type MapShape = readonly [height: number, width: number, channels: number];

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
    case "pool":
      return windowed(poolWindow({ ...step, size: step.size ?? [h, w] }), c);
    case "pad": {
      const { top, bottom, left, right } = step.padding;
      return placed([h + top + bottom, w + left + right, c], step.padding);
    }
    case "add":
    case "multiply":
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

function wrongSize(step: Step, wants: string, inputs: readonly MapShape[]): LensError {
  const got = inputs.map((s) => s.join("×")).join(" and ");
  return new LensError("bad-size", `"${step.name}" reads ${wants}; at this image size it gets ${got}`);
}
