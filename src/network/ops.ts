/**
 * The operations a network is made of. Each is plain data: its name, where its inputs come from, what it puts out, its
 * weights as `Float32Array`. The list is closed, so that every reader and every engine can be checked for completeness;
 * what a model file holds beyond it becomes an `opaque` op, which keeps its place and is refused by name when something
 * has to compute through it.
 */
import type { Shape } from "../core/shape.js";

/**
 * Zeros around the image, in pixels; `"same"` asks for output size ⌈input / stride⌉, the odd zero at the bottom and right.
 *
 * @public
 */
export type Padding =
  | "same"
  | "valid"
  | { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };

/**
 * Names of the pointwise functions (and softmax, over channels).
 *
 * @public
 */
export type ActivationName =
  | "linear"
  | "relu"
  | "leakyRelu"
  | "prelu"
  | "thresholdedRelu"
  | "elu"
  | "selu"
  | "sigmoid"
  | "hardSigmoid"
  | "softplus"
  | "softsign"
  | "tanh"
  | "swish"
  | "mish"
  | "gelu"
  | "geluTanh"
  | "power"
  | "softmax";

/**
 * A nonlinearity with its constants.
 *
 * @public
 */
export interface Activation {
  /** Which function. */
  readonly name: ActivationName;
  /** Slope below zero of leakyRelu, scale of elu, slope of hardSigmoid (0.2 when absent), exponent of power. */
  readonly alpha?: number;
  /** Ceiling of relu (6 for relu6). */
  readonly max?: number;
  /** Cut of thresholdedRelu. */
  readonly threshold?: number;
  /** Slopes below zero of prelu: one per channel, or one per value of the map. */
  readonly slopes?: Float32Array;
}

interface OpBase {
  /** Name of this operation, unique in the network; equal to the layer's name except inside layers of several operations. */
  readonly name: string;
  /** Name of the layer it belongs to. */
  readonly layer: string;
  /** Names of the operations whose outputs it reads. */
  readonly inputs: readonly string[];
  /** Shape it puts out at the model's own input size. */
  readonly output: Shape;
}

/**
 * The image.
 *
 * @public
 */
export interface InputOp extends OpBase {
  readonly kind: "input";
}

/**
 * Convolution (as cross-correlation): `y[o] = f(bias[o] + Σ kernel[r, c, i, o] · x[i] at (row + r, column + c))`.
 *
 * @public
 */
export interface ConvOp extends OpBase {
  readonly kind: "conv";
  /** `[height, width, in / groups, out]`, row 0 on top. */
  readonly kernel: Float32Array;
  /** `[height, width, in / groups, out]`. */
  readonly kernelShape: readonly [number, number, number, number];
  /** One per output channel, or `null`. */
  readonly bias: Float32Array | null;
  /** Vertical and horizontal step. */
  readonly strides: readonly [number, number];
  /** Vertical and horizontal distance between taps. */
  readonly dilation: readonly [number, number];
  readonly padding: Padding;
  /** Groups of channels convolved apart; 1 for the ordinary convolution. */
  readonly groups: number;
  readonly activation: Activation;
}

/**
 * Convolution of each channel on its own: output channel `i · multiplier + m` reads only input channel `i`.
 *
 * @public
 */
export interface DepthwiseOp extends OpBase {
  readonly kind: "depthwise";
  /** `[height, width, in, multiplier]`. */
  readonly kernel: Float32Array;
  /** `[height, width, in, multiplier]`. */
  readonly kernelShape: readonly [number, number, number, number];
  readonly bias: Float32Array | null;
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Padding;
  readonly activation: Activation;
}

/**
 * Fully connected: `y = f(x · kernel + bias)` over the last axis.
 *
 * @public
 */
export interface DenseOp extends OpBase {
  readonly kind: "dense";
  /** `[in, out]`. */
  readonly kernel: Float32Array;
  /** `[in, out]`. */
  readonly kernelShape: readonly [number, number];
  readonly bias: Float32Array | null;
  readonly activation: Activation;
}

/**
 * Batch normalisation with frozen statistics: `y = gamma · (x − mean) / √(variance + epsilon) + beta` per channel.
 *
 * @public
 */
export interface NormOp extends OpBase {
  readonly kind: "norm";
  /** `null` stands for ones. */
  readonly gamma: Float32Array | null;
  /** `null` stands for zeros. */
  readonly beta: Float32Array | null;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/**
 * A nonlinearity on its own.
 *
 * @public
 */
export interface ActivationOp extends OpBase {
  readonly kind: "activation";
  readonly activation: Activation;
}

/**
 * Maximum or mean over windows; padding never takes part.
 *
 * @public
 */
export interface PoolOp extends OpBase {
  readonly kind: "pool";
  readonly mode: "max" | "average";
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
}

/**
 * Maximum or mean over the whole map, to a vector.
 *
 * @public
 */
export interface GlobalPoolOp extends OpBase {
  readonly kind: "globalPool";
  readonly mode: "max" | "average";
}

/**
 * Zeros around the map.
 *
 * @public
 */
export interface PadOp extends OpBase {
  readonly kind: "pad";
  readonly padding: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
}

/**
 * Local response normalisation (Krizhevsky et al. 2012): each value over a power of the squares around it,
 * `y[c] = x[c] / (bias + alpha · Σ x[j]²)^beta` over the channels `|j − c| ≤ radius`.
 *
 * @public
 */
export interface LrnOp extends OpBase {
  readonly kind: "lrn";
  /** Neighbours on either side. */
  readonly radius: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;
}

/**
 * Sum or product of maps of one shape. A map of one pixel (`[1, 1, channels]`) serves every pixel of the others, as in
 * squeeze-and-excite.
 *
 * @public
 */
export interface MergeOp extends OpBase {
  readonly kind: "add" | "multiply";
}

/**
 * Channels side by side, in the order of `inputs`.
 *
 * @public
 */
export interface ConcatOp extends OpBase {
  readonly kind: "concat";
}

/**
 * Enlarges the map by whole factors.
 *
 * @public
 */
export interface UpsampleOp extends OpBase {
  readonly kind: "upsample";
  /** Vertical and horizontal factor. */
  readonly size: readonly [number, number];
  readonly interpolation: "nearest" | "bilinear";
}

/**
 * The same values in another shape: flatten, reshape.
 *
 * @public
 */
export interface ReshapeOp extends OpBase {
  readonly kind: "reshape";
}

/**
 * Passes its input on: dropout, noise and other layers that only act in training.
 *
 * @public
 */
export interface IdentityOp extends OpBase {
  readonly kind: "identity";
}

/**
 * A layer this library cannot compute; it keeps its place and its weights' count.
 *
 * @public
 */
export interface OpaqueOp extends OpBase {
  readonly kind: "opaque";
  /** The layer's class in its framework. */
  readonly className: string;
  /** Why it cannot be computed. */
  readonly reason: string;
  /** Number of weights it holds. */
  readonly parameters: number;
}

/**
 * One operation of a network.
 *
 * @public
 */
export type Op =
  | InputOp
  | ConvOp
  | DepthwiseOp
  | DenseOp
  | NormOp
  | ActivationOp
  | PoolOp
  | GlobalPoolOp
  | PadOp
  | LrnOp
  | MergeOp
  | ConcatOp
  | UpsampleOp
  | ReshapeOp
  | IdentityOp
  | OpaqueOp;

/** The activation that does nothing. */
export const linear: Activation = { name: "linear" };
