/**
 * Channels picked out of a map: parts of a split, slices, and groups of channels put in another order. Their units are
 * those of the map that they are picked from.
 */
import { channelsOf } from "../../core/shape.js";
import { alias } from "./alias.js";
import { CannotRead } from "./cannot-read.js";
import { crop } from "./crop.js";
import type { NodeToRead } from "./node.js";
import type { GraphMap } from "./value.js";
import { channelAxis, channelStretches, type FileAxis, isFull, isOfChannels, placesOf, type View } from "./view.js";

/** The channels to be picked, and the stretches of the file that list them. */
interface Picked {
  /** All stretches of channels in the view, in the order of the file. */
  readonly stretches: FileAxis;
  /** The stored place of each channel of the result. */
  readonly places: readonly number[];
  /** How many readers the result has. @defaultValue those of the map */
  readonly readers?: number | undefined;
  /** Name of the layer. @defaultValue one of its own, named after the one that makes the map */
  readonly layer?: string | undefined;
}

/** Adds the choice of channels, which are then stored in the order in which the file lists them. */
export function select(node: NodeToRead, map: GraphMap, { stretches, places, readers, layer }: Picked): GraphMap {
  const { builder } = node;
  const axes = renumbered(map.axes, stretches, channelAxis(map.shape));
  if (places.length === channelsOf(map.shape) && places.every((place, i) => place === i)) {
    return readers === undefined ? { ...map, axes } : { ...map, axes, readers };
  }
  const place = layer === undefined ? builder.placeBehind(map, "channels") : builder.place(layer, [map]);
  return builder.add({ kind: "select", ...place, inputs: [map.op], channels: places }, [map], {
    axes,
    readers: readers ?? map.readers,
  });
}

/** A view whose stretches of channels are stored one inside the other, in the order in which the file lists them. */
function renumbered(view: View, stretches: FileAxis, channels: number): View {
  const strides = stretches.map((_, i) => stretches.slice(i + 1).reduce((product, { size }) => product * size!, 1));
  let next = 0;
  return view.map((axis) =>
    axis.map((stretch) => (stretch.axis === channels ? { ...stretch, stride: strides[next++]! } : stretch)),
  );
}

/** Some places of one axis, or one of them where the axis goes; the axis has to be one of channels. */
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
    throw new CannotRead("it picks rows or columns, not channels");
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
