/** Expanded weights as data: what `expand` returns, and one channel of it as a kernel. Needs neither a network nor an engine. */
import { checkKind } from "../core/check.js";
import { LensError } from "../core/errors.js";
import type { Kernel } from "../core/kernel.js";
import { shown } from "../core/numbers.js";
import type { Unit } from "../core/unit.js";
import type { RunResult } from "../network/result.js";

/**
 * How weights were expanded.
 *
 * @public
 */
export interface ExpandSettings {
  /** By the gradient of the unit, or by kernels put into each other. */
  readonly method: "adjoint" | "composition";
  /** Whether rectifiers were open as much of the time as photographs say; otherwise they were let through. */
  readonly gated: boolean;
}

/**
 * The kernels from a layer to a unit further on.
 *
 * @public
 */
export interface Expanded extends RunResult<"expanded", ExpandSettings> {
  /** The unit. */
  readonly to: Unit;
  /** The layer the kernels are over. */
  readonly layer: string;
  /** Rows of every kernel: the part of the layer the unit sees. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Channels of the layer. */
  readonly channels: number;
  /** `[height, width, channels]`. */
  readonly data: Float32Array;
  /** Sum of the positive ways. */
  readonly positive: Float32Array;
  /** Sum of the negative ways; `data` is the sum of both. */
  readonly negative: Float32Array;
  /** Of each channel: 1 − |Σ ways| / Σ |ways|, taken over the kernel. */
  readonly cancellation: readonly number[];
  /** `"exact"`, or what was put in the place of what. */
  readonly status: string;
}

/**
 * The expanded kernel of one channel.
 *
 * @throws LensError `bad-unit`, when the layer has no such channel.
 * @public
 */
export function expandedKernel(expanded: Expanded, channel: number): Kernel {
  checkKind("expanded", expanded);
  const { to, layer, height, width, channels, data } = expanded;
  if (!Number.isInteger(channel) || channel < 0 || channel >= channels)
    throw new LensError("bad-unit", `layer "${layer}" has units 0 to ${channels - 1}; got ${shown(channel)}`);
  const kernel = Float32Array.from({ length: height * width }, (_, p) => data[p * channels + channel]!);
  return { from: { layer, channel }, to, height, width, data: kernel };
}
