/** Targets out of the memory and their gradients into it. */
import { LensError } from "../../core/errors.js";
import type { Volume } from "../engine.js";
import type { FeatureMap } from "./feature-map.js";
import type { Heap } from "./heap.js";

/** Some channels of a map, copied out. */
export function readTarget({ floats }: Heap, map: FeatureMap, channels: readonly number[] | null): Volume {
  const { count, height, width, pixels } = map;
  const taken = channels ?? [...Array(map.channels).keys()];
  const data = new Float32Array(pixels * taken.length);
  const step = map.pixel / 4;
  for (let pixel = 0, at = map.address / 4; pixel < pixels; pixel++, at += step) {
    if (!channels) data.set(floats.subarray(at, at + taken.length), pixel * taken.length);
    else for (let c = 0; c < channels.length; c++) data[pixel * channels.length + c] = floats[at + channels[c]!]!;
  }
  return { count, height, width, channels: taken.length, data };
}

/** Sets a gradient to zero, the lanes past its channels included. */
export function clearGradient({ floats }: Heap, map: FeatureMap): void {
  const step = map.pixel / 4;
  for (let pixel = 0, at = map.address / 4; pixel < map.pixels; pixel++, at += step) floats.fill(0, at, at + map.lanes);
}

/**
 * Checks that a gradient has a value for every one of its target.
 *
 * @throws LensError `bad-size`.
 */
export function checkGradient(gradient: Float32Array, map: FeatureMap, channels: readonly number[] | null): void {
  const wanted = map.pixels * (channels?.length ?? map.channels);
  if (gradient.length !== wanted)
    throw new LensError("bad-size", `a gradient of ${wanted} values was expected; got ${gradient.length}`);
}

/** Adds a target's gradient to that of the map it is part of. */
export function addGradient(
  { floats }: Heap,
  map: FeatureMap,
  channels: readonly number[] | null,
  gradient: Float32Array,
): void {
  const step = map.pixel / 4;
  const width = channels?.length ?? map.channels;
  for (let pixel = 0, at = map.address / 4; pixel < map.pixels; pixel++, at += step) {
    for (let c = 0; c < width; c++) floats[at + (channels ? channels[c]! : c)]! += gradient[pixel * width + c]!;
  }
}
