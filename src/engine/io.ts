/** The two ends of a plan, the same for every engine: what comes in is checked, what goes out is picked by channel. */
import { LensError } from "../core/errors.js";
import type { MapShape } from "../core/shape.js";
import type { Volume } from "./engine.js";
import type { Plan } from "./plan.js";

/**
 * Checks an input's sizes.
 *
 * @throws LensError `bad-size`.
 */
export function checkInput(plan: Plan, { count, height, width, channels, data }: Volume): void {
  if (channels !== plan.channels) {
    throw new LensError("bad-size", `${plan.name} reads images of ${plan.channels} channels; got ${channels}`);
  }
  if (data.length !== count * height * width * channels || data.length === 0) {
    throw new LensError(
      "bad-size",
      `an input of ${count}×${height}×${width}×${channels} needs that many values; got ${data.length}`,
    );
  }
}

/**
 * Checks that there is a gradient, or `null`, for each target.
 *
 * @throws LensError `bad-size`.
 */
export function checkGradients(plan: Plan, gradients: readonly (Float32Array | null)[]): void {
  if (gradients.length !== plan.targets.length) {
    const targets = plan.targets.length === 1 ? "1 target" : `${plan.targets.length} targets`;
    throw new LensError(
      "bad-size",
      `${plan.name} was loaded for ${targets} and takes a gradient or null for each; got ${gradients.length}`,
    );
  }
}

/** A target's channels, copied out of the value that holds them. */
export function gatherChannels(
  value: Float32Array,
  shape: MapShape,
  count: number,
  channels: readonly number[] | null,
): Volume {
  const [height, width, all] = shape;
  if (!channels) return { count, height, width, channels: all, data: value.slice() };
  const data = new Float32Array(count * height * width * channels.length);
  for (let p = 0; p < count * height * width; p++) {
    channels.forEach((c, j) => {
      data[p * channels.length + j] = value[p * all + c]!;
    });
  }
  return { count, height, width, channels: channels.length, data };
}

/** Adds a target's gradient to the gradient of the value that holds it: the adjoint of `gatherChannels`. */
export function scatterChannels(
  gradient: Float32Array,
  into: Float32Array,
  all: number,
  channels: readonly number[] | null,
): void {
  const width = channels?.length ?? all;
  if (gradient.length * all !== into.length * width) {
    throw new LensError(
      "bad-size",
      `a gradient of ${(into.length / all) * width} values was expected; got ${gradient.length}`,
    );
  }
  for (let i = 0; i < gradient.length; i++) {
    const position = Math.floor(i / width);
    into[position * all + (channels ? channels[i % width]! : i % width)]! += gradient[i]!;
  }
}
