/**
 * The protocol by which a layer of a model file becomes operations: a function from the layer's configuration, what it
 * reads and its weights to drafts of operations, whose shapes are filled in afterwards. A layer that cannot be computed
 * becomes `opaque`.
 */
import { channelsOf, type Shape } from "../../core/shape.js";
import type { NormOp, Op } from "../../network/ops.js";
import type { LayerConfig } from "../config.js";

/** An operation whose shape is not settled yet. `layer` is its own name unless stated. */
export type OpDraft<O extends Op = Op> = O extends Op
  ? Omit<O, "layer" | "output"> & { layer?: string; output?: Shape }
  : never;

/** A weight with its shape. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What a layer reads. */
export interface LayerInput {
  /** Name of the operation. */
  readonly name: string;
  readonly shape: Shape;
  /** Whether the shape is known; past a layer that cannot be computed it is a guess. */
  readonly sure: boolean;
}

/** A layer to be turned into operations. */
export interface LayerToRead {
  /** Name of the operation and of the layer. */
  readonly name: string;
  readonly config: LayerConfig;
  readonly inputs: readonly LayerInput[];
  /**
   * The layer's next weight, under one of several names, of a shape in which `null` is any size. Readers take weights in
   * the order in which the framework lists them, because some files and all models in memory know them by order.
   */
  readonly take: (names: readonly string[], shape: Shape) => Weight;
  /** Number of weights the model holds for this layer. */
  readonly count: () => number;
}

/** Turns a layer into operations; the last one carries the layer's output. */
export type LayerReader = (layer: LayerToRead) => readonly OpDraft[];

/** The fields that every draft of a layer of one operation shares. */
export function base({ name, inputs }: LayerToRead): { name: string; inputs: string[] } {
  return { name, inputs: inputs.map((input) => input.name) };
}

/** Channels of a layer's first input, or `null` where they are a guess. */
export function inputChannels({ inputs: [input] }: LayerToRead): number | null {
  return input?.sure ? channelsOf(input.shape) : null;
}

/** A layer that keeps its place but cannot be computed, for a reason that completes "cannot be computed: …". */
export function opaque(layer: LayerToRead, reason: string): [OpDraft] {
  return [{ ...base(layer), kind: "opaque", className: layer.config.className, reason, parameters: layer.count() }];
}

/** A scale and shift per channel, as a normalisation whose statistics do nothing. One number serves all channels. */
export function affine(
  channels: number,
  scale: ArrayLike<number>,
  shift: ArrayLike<number>,
): Pick<NormOp, "kind" | "gamma" | "beta" | "mean" | "variance" | "epsilon"> {
  const spread = (values: ArrayLike<number>): Float32Array =>
    Float32Array.from({ length: channels }, (_, c) => values[values.length === 1 ? 0 : c]!);
  return {
    kind: "norm",
    gamma: spread(scale),
    beta: spread(shift),
    mean: new Float32Array(channels),
    variance: new Float32Array(channels).fill(1),
    epsilon: 0,
  };
}
