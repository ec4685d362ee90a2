/**
 * A unit is one channel of one layer: the thing that detects a feature. It is written `"block3_conv3:195"`.
 */

import { LensError } from "./errors.js";
import { shown } from "./numbers.js";

/**
 * One channel of one layer.
 *
 * @public
 */
export interface Unit {
  /** The layer's own name. */
  readonly layer: string;
  /** Channel index, from 0. */
  readonly channel: number;
}

/**
 * A unit, or its written form `"layer:channel"`.
 *
 * @public
 */
export type UnitLike = Unit | `${string}:${number}`;

/**
 * Reads a unit from its written form; a `Unit` passes through. The last colon separates layer and channel.
 *
 * @throws LensError `bad-unit` when the text is not `layer:channel` with a whole, non-negative channel.
 * @public
 */
export function parseUnit(unit: UnitLike | string): Unit {
  if (typeof unit !== "string") {
    if (typeof unit?.layer === "string" && Number.isInteger(unit.channel) && unit.channel >= 0) return unit;
    throw noUnit(unit);
  }
  const match = /^(.+):(\d+)$/s.exec(unit);
  if (!match) {
    throw new LensError(
      "bad-unit",
      `a unit is written "layer:channel" with a whole channel from 0, such as "block3_conv3:195"; got "${unit}"`,
    );
  }
  return { layer: match[1]!, channel: Number(match[2]) };
}

/**
 * The written form of a unit, `"layer:channel"`.
 *
 * @public
 */
export function formatUnit(unit: Unit): `${string}:${number}` {
  if (typeof unit !== "object") throw noUnit(unit);
  parseUnit(unit);
  return `${unit.layer}:${unit.channel}`;
}

function noUnit(got: unknown): LensError {
  return new LensError(
    "bad-unit",
    `a unit is { layer, channel } or "layer:channel" with a channel from 0; got ${shown(got)}`,
  );
}
