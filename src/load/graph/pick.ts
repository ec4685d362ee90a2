/** Places picked along an axis: parts of a split, slices, lists of places. */
import { alias } from "./alias.js";
import { CannotRead } from "./cannot-read.js";
import { crop } from "./crop.js";
import { axisAsChannels } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { select } from "./select.js";
import type { GraphMap } from "./value.js";
import {
  channelAxis,
  channelStretches,
  describeView,
  type FileAxis,
  isFull,
  isOfChannels,
  placesOf,
  type View,
} from "./view.js";

/** Some places of one axis, or one of them where the axis goes. */
export function pick(
  node: NodeToRead,
  map: GraphMap,
  { at, chosen, drop = false, readers }: { at: number; chosen: readonly number[]; drop?: boolean; readers: number },
): GraphMap {
  const axis = map.axes[at]!;
  const own = placesOf(axis);
  if (chosen.length === 0) throw new CannotRead("it picks nothing");
  const kept = (view: View): View => (drop ? view.filter((_, i) => i !== at) : view);
  if (chosen.some((place) => own[place] === undefined)) {
    throw new CannotRead(`it picks place ${chosen.join()} of an axis of ${own.length}`);
  }
  if (axis.length === 0 && chosen.length === 1) return { ...alias(node, map, { axes: kept(map.axes) }), readers };
  const line = ([0, 1] as const).find((stored) => map.shape.length === 3 && isFull(axis, map.shape, stored));
  if (line !== undefined && own.length > chosen.length) return crop(node, map, { at, line, chosen, drop, readers });
  if (!isOfChannels(axis, map.shape) || axis.some(({ size }) => size === null)) {
    const made = axisAsChannels(node, map, at);
    if (made) return pick(node, made, { at, chosen, drop, readers });
    throw new CannotRead(`it picks places of axis ${at} of ${describeView(map.axes, map.shape)}`);
  }
  if (own.length === chosen.length && chosen.every((place, i) => place === i)) {
    return { ...alias(node, map, { axes: kept(map.axes) }), readers };
  }
  // A stand-in axis of the chosen places: their number, as one stretch.
  const stand: FileAxis =
    chosen.length === 1 ? [] : [{ axis: channelAxis(map.shape), size: chosen.length, stride: Number.NaN }];
  const view = map.axes.map((other, i) => (i === at ? stand : other));
  const offsets = map.axes.map((other, i) => {
    if (i === at) return chosen.map((c) => own[c]!);
    return placesOf(other.filter((stretch) => stretch.axis === channelAxis(map.shape)));
  });
  const places = offsets.reduce((all, next) => all.flatMap((place) => next.map((offset) => place + offset)), [0]);
  const seen = { ...map, axes: view };
  const picked = select(node, seen, {
    stretches: channelStretches(view, map.shape),
    places,
    readers,
    layer: node.layer(),
  });
  return { ...picked, axes: kept(picked.axes) };
}
