/**
 * What one kind of operation means: the questions that every kind answers. Shapes, sources, receptive fields, weights,
 * circuits and loaders ask here instead of listing kinds themselves.
 */
import { LensError } from "../../core/errors.js";
import { formatShape, type Shape } from "../../core/shape.js";
import type { OpBase } from "./base.js";
import type { ReceptiveField } from "./field.js";
import type { KernelView } from "./kernel-view.js";

/**
 * How the channels an operation puts out come from those it reads.
 *
 * - `kept`: channel `c` is channel `c` of the first input, changed in value or place only.
 * - `permuted`: channel `c` is channel `from[c]` of the first input.
 * - `flattened`: channel `c` is channel `c mod period` of the first input, at position `⌊c / period⌋`.
 * - `concatenated`: the channels of all inputs side by side.
 * - `merged`: channel `c` is made of channel `c` of every input, by sum, product or another function.
 * - `mixed`: every channel is a new one.
 */
export type ChannelFlow =
  | { readonly kind: "kept" | "concatenated" | "mixed" }
  | { readonly kind: "permuted"; readonly from: readonly number[] }
  | { readonly kind: "flattened"; readonly period: number }
  | { readonly kind: "merged"; readonly by: "sum" | "product" | "other" };

/**
 * Sign of the values an operation puts out. `nonnegative` values are 0 or more; `rectified` ones are also 0 wherever
 * nothing excites them, as behind a ReLU.
 */
export type ValueSign = "signed" | "nonnegative" | "rectified";

/**
 * The linear operation that stands for an operation: the same kind with other fields, or a factor per channel (`null`
 * passes the values on). `note` says what was replaced; absent where nothing was. Biases are left out.
 */
export type LinearStandIn<O> =
  | { readonly op: O; readonly note?: string }
  | { readonly factor: ArrayLike<number> | null; readonly note?: string };

/** The answers of one kind of operation. Inputs are in the order in which the operation reads them. */
export interface OpSemantics<O extends OpBase> {
  /**
   * Shape put out for the shapes read.
   *
   * @throws LensError `bad-size` when the shapes cannot go together.
   */
  shape(op: O, inputs: readonly Shape[]): Shape;
  /** How its channels come from those it reads; `channels` counts those of each input. */
  channels(op: O, channels: readonly number[]): ChannelFlow;
  /** Number of channels of the first input that its weights are made for; `null` where any number will do. */
  channelsRead(op: O): number | null;
  /** Whether it hands on the values it reads, all of them, unchanged and in the same order. */
  keepsValues(op: O): boolean;
  /** Part of the image one of its values sees, from those of its inputs and their shapes; `null` where it is unknown. */
  field(op: O, fields: readonly ReceptiveField[], inputs: readonly Shape[]): ReceptiveField | null;
  /** Number of weights, counted as the frameworks do (a batch norm's statistics included). */
  parameters(op: O): number;
  /** Sign of its values, from the signs of those it reads. */
  sign(op: O, inputs: readonly ValueSign[]): ValueSign;
  /**
   * Its linear stand-in, without bias; `gate` says how often each of its channels is above zero (`null`: its activation
   * is left out). `null` where there is none.
   */
  linear(op: O, gate: ArrayLike<number> | null): LinearStandIn<O> | null;
  /** Its weights as kernels between channels, where circuits attach; `null` where it has none. */
  kernels(op: O): KernelView | null;
}

/** The answers of an operation that hands on each channel, map size and sign as they are. Others name what differs. */
export function passesOn<O extends OpBase>(): OpSemantics<O> {
  return {
    shape: (_, [input]) => input ?? [],
    channels: () => ({ kind: "kept" }),
    channelsRead: () => null,
    keepsValues: () => false,
    field: (_, [field]) => field ?? null,
    parameters: () => 0,
    sign: (_, inputs) => weakest(inputs),
    linear: (op) => ({ op }),
    kernels: () => null,
  };
}

/** What is true of all signs together: values of several inputs are as little known as the least known of them. */
export function weakest(signs: readonly ValueSign[]): ValueSign {
  if (signs.length === 0 || signs.includes("signed")) return "signed";
  return signs.includes("nonnegative") ? "nonnegative" : "rectified";
}

/** The error for shapes that do not go together. */
export function mismatch(op: OpBase, wants: string, ...got: readonly Shape[]): LensError {
  return new LensError("bad-size", `"${op.name}" reads ${wants}; got ${got.map(formatShape).join(" and ")}`);
}
