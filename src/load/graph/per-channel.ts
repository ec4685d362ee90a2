/** Constants that meet a map: a number for each channel, or for each value, as the map is stored. */
import { channelsOf } from "../../core/shape.js";
import { CannotRead } from "./cannot-read.js";
import type { GraphConstant, GraphMap } from "./value.js";
import { channelAxis, isOfChannels, sizeOf } from "./view.js";

/** A number for each channel of a map, from a constant that the file spreads over it; `null` for any other constant. */
export function perChannel(map: GraphMap, constant: GraphConstant, values: Float32Array): Float32Array | null {
  const missing = map.axes.length - constant.shape.length;
  if (missing < 0) return null;
  const sizes = [...Array<number>(missing).fill(1), ...constant.shape];
  if (map.sure) return perChannelOf(map, sizes, values);
  return sizes.filter((n) => n !== 1).length === 1 ? values : null;
}

/** The same for a list whose sizes are those of the file's axes, or one. */
export function perChannelOf(map: GraphMap, sizes: readonly number[], values: Float32Array): Float32Array | null {
  const { axes, shape } = map;
  const channels = channelAxis(shape);
  const fits = axes.every((axis, i) => sizes[i] === 1 || (isOfChannels(axis, shape) && sizeOf(axis) === sizes[i]));
  if (!fits) return null;
  // Places of channels, and of the numbers for them, as both are walked through in the order of the file.
  let pairs: readonly (readonly [number, number])[] = [[0, 0]];
  let step = values.length;
  axes.forEach((axis, i) => {
    const spread = sizes[i] === 1;
    step /= sizes[i]!;
    let inner = sizeOf(axis) ?? 1;
    for (const { axis: stored, size, stride } of axis) {
      if (stored !== channels) continue;
      inner /= size!;
      const apart = spread ? 0 : inner * step;
      pairs = pairs.flatMap(([c, from]) =>
        Array.from({ length: size! }, (_, k): [number, number] => [c + k * stride, from + k * apart]),
      );
    }
  });
  const own = new Float32Array(channelsOf(shape));
  for (const [c, from] of pairs) own[c] = values[from]!;
  return own;
}

/** Slopes of prelu: one for each channel where they can be had so, or one for each value as it is stored. */
export function slopesOf(map: GraphMap, constant: GraphConstant, values: Float32Array): Float32Array {
  const own = perChannel(map, constant, values);
  if (own) return own;
  const { axes, shape } = map;
  const missing = axes.length - constant.shape.length;
  const sizes = [...Array<number>(Math.max(0, missing)).fill(1), ...constant.shape];
  const isKnown = map.sure && missing >= 0 && shape.every((n) => n !== null);
  if (!isKnown || !axes.every((axis, i) => sizes[i] === 1 || sizeOf(axis) === sizes[i])) {
    throw new CannotRead("its slopes do not fit the map, or the size of the map is not known");
  }
  const after = shape.map((_, i) => shape.slice(i + 1).reduce<number>((product, n) => product * n!, 1));
  const slopes = new Float32Array(after[0]! * shape[0]!);
  // Places in storage, and of the slopes for them, as both are walked through in the order of the file.
  let pairs: readonly (readonly [number, number])[] = [[0, 0]];
  let step = values.length;
  axes.forEach((axis, i) => {
    step /= sizes[i]!;
    let inner = sizeOf(axis) ?? 1;
    for (const { axis: stored, size, stride } of axis) {
      if (stored < 0) continue;
      inner /= size!;
      const apart = sizes[i] === 1 ? 0 : inner * step;
      pairs = pairs.flatMap(([place, from]) =>
        Array.from({ length: size! }, (_, k): [number, number] => [
          place + k * stride * after[stored]!,
          from + k * apart,
        ]),
      );
    }
  });
  for (const [place, from] of pairs) slopes[place] = values[from]!;
  return slopes;
}
