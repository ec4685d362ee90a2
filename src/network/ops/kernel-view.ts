/** Weights as kernels between channels, whatever the order in which an operation stores them. */
import type { Window } from "./window.js";

/** The kernels of an operation: where each weight is stored, and how the kernels slide over the map. */
export interface KernelView extends Window {
  /** Channels read. */
  readonly inputs: number;
  /** Channels put out. */
  readonly outputs: number;
  /** The channels that output `o` reads: from `first` up to, not including, `end`. */
  range(o: number): readonly [first: number, end: number];
  /** Index in the stored kernel of the weight from input `i` to output `o` at a tap (row · width + column). */
  index(o: number, i: number, tap: number): number;
}
