/**
 * What an engine executes. A step reads values and writes one value; values are numbered, value 0 is the network's input,
 * and each holds `[count, height, width, channels]` floats (vectors are 1 × 1 maps). Dense layers have become 1 × 1
 * convolutions, batch norms are folded, activations fused where their slope can be told from their output.
 */

import type { Pads } from "../network/ops/window.js";
import type { Activation, Padding } from "../network/ops.js";
import type { Gathering } from "./gather.js";

/** Frozen weights of a step. Engines keep what they prepare from them under this object's identity. */
export interface Weights {
  /** conv: `[height, width, in / groups, out]`; depthwise: `[height, width, in, multiplier]`. */
  readonly kernel: Float32Array;
  /** The four sizes of the kernel, in its order. */
  readonly shape: readonly [number, number, number, number];
  /** One per output channel. */
  readonly bias: Float32Array | null;
}

interface StepBase {
  /** Name of the operation it stems from, for messages. */
  readonly name: string;
  /** Values read. */
  readonly inputs: readonly number[];
  /** Value written. */
  readonly output: number;
}

/** Convolution with bias and activation: `y = f(bias + kernel ⋆ x)`. */
export interface ConvStep extends StepBase {
  readonly kind: "conv";
  readonly weights: Weights;
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Padding;
  readonly groups: number;
  readonly activation: Activation;
}

/** Each channel convolved by itself: output channel `i · multiplier + m` reads input channel `i`. */
export interface DepthwiseStep extends StepBase {
  readonly kind: "depthwise";
  readonly weights: Weights;
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Padding;
  readonly activation: Activation;
}

/**
 * Transposed convolution: `y = f(bias + Kᵀ x)`, where K is the convolution that `weights`, `strides`, `dilation`, `padding` and
 * `groups` describe. K reads maps of the shape that this step writes; the bias has one value per channel written.
 */
export interface ConvTransposeStep extends StepBase {
  readonly kind: "convTranspose";
  /** `[height, width, written / groups, read]`. */
  readonly weights: Weights;
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Pads;
  /** Rows and columns added at the end of the map written. */
  readonly outputPadding: readonly [number, number];
  readonly groups: number;
  readonly activation: Activation;
}

/** `y = f(scale[c] · x + shift[c])`: a batch norm that no convolution could take in. */
export interface AffineStep extends StepBase {
  readonly kind: "affine";
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly activation: Activation;
}

/** `y = f(x)`. */
export interface ActivationStep extends StepBase {
  readonly kind: "activation";
  readonly activation: Activation;
}

/** Maximum or mean over windows; `size: null` is the whole map. Padding never takes part; of equal maxima the first, row by row, counts. */
export interface PoolStep extends StepBase {
  readonly kind: "pool";
  readonly mode: "max" | "average";
  readonly size: readonly [number, number] | null;
  readonly strides: readonly [number, number];
  readonly padding: Padding;
}

/** Zeros around the map. */
export interface PadStep extends StepBase {
  readonly kind: "pad";
  readonly padding: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
}

/** `y = f(Σ x)`. */
export interface AddStep extends StepBase {
  readonly kind: "add";
  readonly activation: Activation;
}

/** `y = Π x`. */
export interface MultiplyStep extends StepBase {
  readonly kind: "multiply";
}

/** `y = max(x₁, x₂, …)` or the minimum; of equal values the first gets the gradient. */
export interface ExtremumStep extends StepBase {
  readonly kind: "maximum" | "minimum";
}

/**
 * `y = (x − mean) / √(variance + epsilon)`. Mean and variance are taken of each example over a group of channels: at each
 * pixel by itself (`"pixel"`), or over the whole map (`"map"`).
 */
export interface NormalizeStep extends StepBase {
  readonly kind: "normalize";
  readonly over: "pixel" | "map";
  /** Groups of neighbouring channels, each normalised by itself. */
  readonly groups: number;
  readonly epsilon: number;
}

/** Values of the map read in other places, once, several times or not at all. */
export interface GatherStep extends StepBase {
  readonly kind: "gather";
  readonly gathering: Gathering;
}

/** Channels side by side. */
export interface ConcatStep extends StepBase {
  readonly kind: "concat";
}

/** Enlarges by whole factors: nearest copies, bilinear as TensorFlow's `resizeBilinear` with half-pixel centres off. */
export interface ResizeStep extends StepBase {
  readonly kind: "resize";
  readonly factor: readonly [number, number];
  readonly interpolation: "nearest" | "bilinear";
  /** A value whose size it takes on: the factor is then found when the plan is laid out. */
  readonly like?: number;
}

/** The same values as a map of another size. */
export interface ReshapeStep extends StepBase {
  readonly kind: "reshape";
  readonly to: readonly [number, number, number];
}

/** One thing to compute. */
export type Step =
  | ConvStep
  | DepthwiseStep
  | ConvTransposeStep
  | AffineStep
  | ActivationStep
  | PoolStep
  | PadStep
  | AddStep
  | MultiplyStep
  | ExtremumStep
  | NormalizeStep
  | GatherStep
  | ConcatStep
  | ResizeStep
  | ReshapeStep;

/** Whether an activation's slope is a function of its output alone, so that it can be fused and its input forgotten. */
export function slopeFromOutput(activation: Activation): boolean {
  const { name, alpha = 0 } = activation;
  return (
    name === "linear" || name === "relu" || name === "sigmoid" || name === "tanh" || (name === "leakyRelu" && alpha > 0)
  );
}
