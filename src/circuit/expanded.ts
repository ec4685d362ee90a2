/** Expanded weights as data: what `expand` returns, and one channel of it as a kernel. Needs neither a network nor an engine. */
import { checkKind } from "../core/check.js";
import { LensError } from "../core/errors.js";
import type { Kernel } from "../core/kernel.js";
import { shown } from "../core/numbers.js";
import type { Unit } from "../core/unit.js";
import type { RunResult } from "../network/result.js";
import { channelWeights, type ExpandedWeights } from "../weights/channel-weights.js";

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
export interface Expanded extends RunResult<"expanded", ExpandSettings>, ExpandedWeights {
  /** The unit. */
  readonly to: Unit;
  /** The layer the kernels are over. */
  readonly layer: string;
}

/**
 * The expanded kernel of one channel.
 *
 * @throws LensError `bad-unit`, when the layer has no such channel.
 * @public
 */
export function expandedKernel(expanded: Expanded, channel: number): Kernel {
  checkKind("expanded", expanded);
  const { to, layer, height, width, channels } = expanded;
  if (!Number.isInteger(channel) || channel < 0 || channel >= channels)
    throw new LensError("bad-unit", `layer "${layer}" has units 0 to ${channels - 1}; got ${shown(channel)}`);
  return { from: { layer, channel }, to, height, width, data: channelWeights(expanded, channel) };
}
