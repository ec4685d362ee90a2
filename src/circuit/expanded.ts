/** Expanded weights as data: what `expand` returns, and one channel of it as a kernel. Needs neither a network nor an engine. */

import {
  checkArgument,
  flagSchema,
  listOf,
  oneOf,
  type Schema,
  textSchema,
  where,
  wholeSchema,
} from "../core/check.js";
import type { Kernel } from "../core/kernel.js";
import { anyNumber, float32Schema, objectOf, sizeSchema, unitSchema } from "../core/schemas.js";
import type { Unit } from "../core/unit.js";
import type { RunResult } from "../network/result.js";
import { resultSchema } from "../network/schemas.js";
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

/** Expanded weights. */
export const expandedSchema: Schema<Expanded> = where(
  resultSchema<Expanded>(
    "expanded",
    { engine: "sometimes" },
    {
      settings: objectOf<ExpandSettings>(
        { method: oneOf("adjoint", "composition"), gated: flagSchema },
        "settings of expanded weights",
      ),
      to: unitSchema,
      layer: textSchema,
      height: sizeSchema,
      width: sizeSchema,
      channels: sizeSchema,
      data: float32Schema,
      positive: float32Schema,
      negative: float32Schema,
      cancellation: listOf(anyNumber),
      status: textSchema,
    },
  ),
  ({ height, width, channels, data, positive, negative, cancellation }) =>
    [data, positive, negative].every(({ length }) => length === height * width * channels) &&
    cancellation.length === channels,
  "expanded weights with height × width × channels numbers",
);

/**
 * The expanded kernel of one channel.
 *
 * @throws LensError `bad-unit`, when the layer has no such channel.
 * @public
 */
export function expandedKernel(expanded: Expanded, channel: number): Kernel {
  checkArgument("expanded", expandedSchema, expanded);
  checkArgument("channel", wholeSchema(0, expanded.channels - 1), channel);
  return kernelOf(expanded, channel);
}

/** The expanded kernel of a channel that there is. */
export function kernelOf(expanded: Expanded, channel: number): Kernel {
  const { to, layer, height, width } = expanded;
  return { from: { layer, channel }, to, height, width, data: channelWeights(expanded, channel) };
}
