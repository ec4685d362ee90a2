/** Convolution: new channels from all channels of a window, or from those of a group. */
import type { Shape } from "../../core/shape.js";
import { type Activation, activationParameters, linear, signBehind } from "./activation.js";
import type { OpBase } from "./base.js";
import { mismatch, type OpSemantics, passesOn } from "./semantics.js";
import { type Padding, slide, slideField, type Window } from "./window.js";

/** What a convolution and a depthwise convolution have in common. */
export interface SlidingWeights extends OpBase {
  /** One per output channel, or `null`. */
  readonly bias: Float32Array | null;
  /** Vertical and horizontal step. */
  readonly strides: readonly [number, number];
  /** Vertical and horizontal distance between taps. */
  readonly dilation: readonly [number, number];
  /** Zeros around the map. */
  readonly padding: Padding;
  /** Applied to the sum. */
  readonly activation: Activation;
}

/**
 * Convolution (as cross-correlation): `y[o] = f(bias[o] + Σ kernel[r, c, i, o] · x[i] at (row + r, column + c))`.
 *
 * @public
 */
export interface ConvOp extends SlidingWeights {
  readonly kind: "conv";
  /** `[height, width, in / groups, out]`, row 0 on top. */
  readonly kernel: Float32Array;
  /** `[height, width, in / groups, out]`. */
  readonly kernelShape: readonly [number, number, number, number];
  /** Groups of channels convolved apart; 1 for the ordinary convolution. */
  readonly groups: number;
}

/** An operation with a kernel, a bias and an activation; the output channel is the fastest index of the kernel. */
export interface KernelOp extends OpBase {
  readonly kernel: Float32Array;
  readonly bias: Float32Array | null;
  readonly activation: Activation;
}

/** The answers that all operations with a kernel share. */
export function weighted<O extends KernelOp>(): OpSemantics<O> {
  return {
    ...passesOn<O>(),
    channels: () => ({ kind: "mixed" }),
    parameters: (op) => op.kernel.length + (op.bias?.length ?? 0) + activationParameters(op.activation),
    sign: (op) => signBehind(op.activation),
    linear: (op, gate) => {
      const kernel = gate ? op.kernel.map((w, i) => w * gate[i % gate.length]!) : op.kernel;
      return { op: { ...op, kernel, bias: null, activation: linear } };
    },
  };
}

/** The window of a convolution. */
export function windowOf(
  op: SlidingWeights & { readonly kernelShape: readonly [number, number, ...number[]] },
): Window {
  const [height, width] = op.kernelShape;
  return { size: [height, width], strides: op.strides, dilation: op.dilation, padding: op.padding };
}

/** Shape behind a window that reads a number of channels and puts out another. */
export function shapeBehind(
  op: OpBase,
  input: Shape,
  { window, reads, puts }: { readonly window: Window; readonly reads: number; readonly puts: number },
): Shape {
  if (input[2] !== reads) throw mismatch(op, `${reads} channels`, input);
  return [...slide(window, input), puts];
}

export const conv: OpSemantics<ConvOp> = {
  ...weighted<ConvOp>(),
  shape: (op, [input = []]) => {
    const [, , reads, puts] = op.kernelShape;
    return shapeBehind(op, input, { window: windowOf(op), reads: reads * op.groups, puts });
  },
  channelsRead: (op) => op.kernelShape[2] * op.groups,
  field: (op, [field], [input = []]) => slideField(field!, windowOf(op), input),
  kernels: (op) => {
    const [, , within, outputs] = op.kernelShape;
    const perGroup = outputs / op.groups;
    const first = (o: number): number => Math.floor(o / perGroup) * within;
    return {
      ...windowOf(op),
      inputs: within * op.groups,
      outputs,
      range: (o) => [first(o), first(o) + within],
      index: (o, i, tap) => (tap * within + i - first(o)) * outputs + o,
    };
  },
};
