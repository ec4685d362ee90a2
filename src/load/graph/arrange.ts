/**
 * Nodes that move values about: other shapes, other orders of axes, channels side by side or apart. Most of them only change
 * how the file sees a map, and make no operation.
 */
import { formatShape } from "../../core/shape.js";
import { alias } from "./alias.js";
import { aligned, isAlike } from "./aligned.js";
import { addBlocks } from "./blocks.js";
import { CannotRead } from "./cannot-read.js";
import { axisAsChannels, inFileOrder } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { pick } from "./pick.js";
import { axisAt, fileShape, freeSize, type GraphMap } from "./value.js";
import { channelAxis, describeView, isBatch, isFull, regrouped, sizeOf, type View, withChannels } from "./view.js";

/** Axes in another order. */
export function transpose(node: NodeToRead, map: GraphMap, order: readonly number[]): GraphMap {
  const axes = order.map((axis) => axisAt(map, axis));
  if (axes.length !== map.axes.length || new Set(axes).size !== axes.length) {
    throw new CannotRead(`it puts ${map.axes.length} axes in the order ${order.join()}`);
  }
  return viewed(
    node,
    map,
    axes.map((axis) => map.axes[axis]!),
  );
}

/** The axes before one as one axis, and those from it on as another. */
export function flatten(node: NodeToRead, map: GraphMap, axis = 1): GraphMap {
  const at = axis === map.axes.length ? axis : axisAt(map, axis);
  return rearranged(node, map, [map.axes.slice(0, at).flat(), map.axes.slice(at).flat()]);
}

/** Another shape, in which −1 is what is left; so is one size that depends on a free image size. */
export function reshape(node: NodeToRead, map: GraphMap, target: readonly number[]): GraphMap {
  if (!map.sure) return reshapeOfGuess(node, map, target);
  const view = regrouped(map.axes, target);
  if (view) return rearranged(node, map, view);
  const from = fileShape(map);
  if (target.filter(Number.isNaN).length > 1 || from.includes(null)) throw new CannotRead(freeSize);
  // Sizes that cut across axes can be had once the numbers lie as the file lists them.
  const flat = regrouped(map.axes, [-1]);
  const vector = flat && node.builder.asVector({ ...map, axes: flat });
  const listed =
    vector && (isFull(vector.axes[0]!, vector.shape, 0) ? vector : inFileOrder(node, vector, vector.axes[0]!));
  const cut = listed && regrouped(listed.axes, target);
  if (!cut) throw new CannotRead(`it makes ${formatShape(target)} of ${formatShape(from)}, which does not fit`);
  return { ...listed, axes: cut, readers: node.readers };
}

/** Past what cannot be computed sizes are guesses; a vector is believed to be one. */
function reshapeOfGuess(node: NodeToRead, map: GraphMap, target: readonly number[]): GraphMap {
  if (target.length === 2) return flatten(node, map);
  throw new CannotRead("it reshapes a map whose shape is not known");
}

/** A map under a view of other axes. One long axis is a vector, which is a layer of the model. */
function rearranged(node: NodeToRead, map: GraphMap, view: View): GraphMap {
  const { builder, readers } = node;
  const seen = { ...map, axes: view };
  const isVector = view.length === 2 && isBatch(view[0]!);
  if (!isVector || map.shape.length === 1) return viewed(node, map, view);
  const [rows, columns, channels] = map.shape;
  if (rows === 1 && columns === 1) return alias(node, builder.asVector(seen)!);
  if (!rows || !columns || !channels) throw new CannotRead(`it flattens a map of free size: ${freeSize}`);
  const place = builder.place(node.layer(), [map]);
  const { axes } = builder.asVector(seen)!;
  const output = [rows * columns * channels];
  return builder.add({ kind: "reshape", ...place, inputs: [map.op], output }, [map], { axes, readers });
}

/** A map under another view; one that shows blocks of pixels as channels, or channels as blocks, is an operation. */
function viewed(node: NodeToRead, map: GraphMap, axes: View): GraphMap {
  return addBlocks(node, map, axes) ?? alias(node, map, { axes });
}

/** Takes axes of size one away: those named, or all of them, the batch included, where none is. */
export function squeeze(node: NodeToRead, map: GraphMap, axes: readonly number[] | undefined): GraphMap {
  const gone = axes?.map((axis) => axisAt(map, axis));
  if (gone?.some((axis) => sizeOf(map.axes[axis]!) !== 1)) {
    throw new CannotRead(`it takes away axes ${axes!.join()} of ${formatShape(fileShape(map))}`);
  }
  return asVectorOfOne(node, map, (axis, i) => (gone ? !gone.includes(i) : axis !== 1));
}

/** A map of one pixel that is left as a vector is one. */
function asVectorOfOne(node: NodeToRead, map: GraphMap, keep: (size: number | null, i: number) => boolean): GraphMap {
  const axes = map.axes.filter((axis, i) => keep(sizeOf(axis), i));
  const isPixel = map.shape.length === 3 && map.shape[0] === 1 && map.shape[1] === 1;
  if (isPixel && axes.length <= 2) return alias(node, node.builder.asVector({ ...map, axes })!);
  return viewed(node, map, axes);
}

/** Puts axes of size one in, at places of the result. */
export function unsqueeze(node: NodeToRead, map: GraphMap, places: readonly number[]): GraphMap {
  const rank = map.axes.length + places.length;
  const axes = [...map.axes];
  for (const place of places.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b)) {
    if (!Number.isInteger(place) || place < 0 || place > axes.length) {
      throw new CannotRead(`it puts axes in at ${places.join()} of ${formatShape(fileShape(map))}`);
    }
    axes.splice(place, 0, []);
  }
  return alias(node, map, { axes });
}

/** Channels side by side. */
export function concat(node: NodeToRead, maps: readonly GraphMap[], axis: number): GraphMap {
  const { builder, readers } = node;
  const [first] = maps;
  if (!first) throw new CannotRead("it joins nothing");
  const at = axisAt(first, axis);
  if (maps.length === 1) return alias(node, first);
  const joined = channelsAlong(node, maps, at);
  const layer = node.layer();
  const draft = { kind: "concat", ...builder.place(layer, joined), inputs: joined.map(({ op }) => op) } as const;
  return builder.add(draft, joined, { axes: (shape) => withChannels(joined[0]!.axes, at, shape), readers });
}

/** Maps stored alike, one axis of the file as their channels. */
function channelsAlong(node: NodeToRead, maps: readonly GraphMap[], at: number): readonly GraphMap[] {
  const isOfChannels = ({ axes, shape }: GraphMap): boolean => isFull(axes[at]!, shape, channelAxis(shape));
  const joined = isAlike(maps, at) ? aligned(node, maps, at) : null;
  if (joined?.every(isOfChannels)) return joined;
  const sizes = maps.map((map) => fileShape(map).toSpliced(at, 1).join());
  const others = sizes.every((one) => one === sizes[0]) ? maps.map((map) => axisAsChannels(node, map, at)) : [];
  if (others.length > 0 && others.every((map) => map !== null)) return others;
  const words = maps.map(({ axes, shape }) => describeView(axes, shape)).join(" and ");
  throw new CannotRead(`it joins axis ${at} of ${words}, which cannot be stored alike`);
}

/** Parts of an axis of channels, one behind the other. */
export function split(node: NodeToRead, map: GraphMap, axis: number, sizes: readonly number[]): GraphMap[] {
  const at = axisAt(map, axis);
  const size = sizeOf(map.axes[at]!);
  const total = sizes.reduce((sum, n) => sum + n, 0);
  if (!map.sure) throw new CannotRead("it cuts a map whose shape is not known");
  if (size !== total || sizes.some((n) => !(Number.isInteger(n) && n >= 1))) {
    throw new CannotRead(`it cuts an axis of ${size ?? "?"} into ${sizes.join(" and ")}`);
  }
  let start = 0;
  return sizes.map((n, i) => {
    const chosen = Array.from({ length: n }, (_, k) => start + k);
    start += n;
    return pick(node, map, { at, chosen, readers: node.readersOf(i) });
  });
}

/** Every `step`-th place of some axes, from `start` to before `end`. */
export interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  /** Whether the axis goes: one place of it is taken. */
  readonly drop?: boolean;
}

/** Cuts channels out of a map. */
export function slice(node: NodeToRead, map: GraphMap, cuts: readonly Cut[]): GraphMap {
  if (!map.sure) throw new CannotRead("it cuts a map whose shape is not known");
  // From the last axis on, so that those that go do not move the others.
  const ordered = cuts.map((cut) => ({ ...cut, axis: axisAt(map, cut.axis) })).sort((a, b) => b.axis - a.axis);
  return ordered.reduce(
    (seen, cut) => {
      const size = sizeOf(map.axes[cut.axis]!);
      const isWhole = cut.start === 0 && cut.step === 1 && cut.end >= (size ?? Number.MAX_SAFE_INTEGER);
      if (isWhole && !cut.drop) return seen;
      if (size === null) throw new CannotRead(freeSize);
      const chosen = placesIn(size, cut);
      return pick(node, seen, { at: cut.axis, chosen, drop: cut.drop ?? false, readers: node.readers });
    },
    alias(node, map),
  );
}

/** Places of an axis that a cut takes; ends below zero count from behind, and ends outside are those of the axis. */
export function placesIn(size: number, { start, end, step }: Omit<Cut, "axis">): number[] {
  if (!Number.isInteger(step) || step === 0) throw new CannotRead(`it takes every ${step}th place of an axis`);
  const within = (n: number, least: number, most: number): number =>
    Math.min(Math.max(n < 0 ? n + size : n, least), most);
  const places: number[] = [];
  if (step > 0) for (let i = within(start, 0, size); i < within(end, 0, size); i += step) places.push(i);
  else for (let i = within(start, -1, size - 1); i > within(end, -1, size - 1); i += step) places.push(i);
  return places;
}
