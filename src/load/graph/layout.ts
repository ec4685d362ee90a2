/**
 * Maps laid out as an operation wants them. Most views need nothing but a look; some need the numbers stored in another shape
 * (a vector as a map, one row for another), some their channels in another order. What needs rows and columns exchanged
 * is told, so that the reader can exchange its window instead; everything else cannot be carried, and says which axes met.
 */
import { formatShape, type Shape } from "../../core/shape.js";
import type { Adding } from "./builder.js";
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import { select } from "./select.js";
import { fileShape, freeSize, type GraphMap } from "./value.js";
import {
  channelStretches,
  covers,
  describeView,
  type FileAxis,
  fullAxis,
  isBatch,
  isFull,
  isStored,
  merged,
  ordersChannels,
  placesOf,
  sameAxis,
  sizeOf,
  viewOfVector,
} from "./view.js";

/** The two orders in which formats have the axes of images. */
export type AxisOrder = "NCHW" | "NHWC";

/** A map that is stored as the file's image, or with rows and columns exchanged. */
export interface Turnable {
  readonly map: GraphMap;
  readonly turned: boolean;
}

/** Axes of the file that are to be the rows, columns and channels of a stored map. */
export interface Wanted {
  readonly rows: FileAxis;
  readonly columns: FileAxis;
  readonly channels: FileAxis;
}

/**
 * A map that a node reads as an image in an order of axes, stored as `[height, width, channels]`.
 *
 * @throws CannotRead when the file's axes belong to others of the map, and it is too large to be put in order.
 */
export function imageOf(node: NodeToRead, map: GraphMap, order: AxisOrder): GraphMap {
  const { map: image, turned } = turnableImageOf(node, map, order);
  if (!turned) return image;
  return permuted(node, image, [1, 0, 2], order);
}

/** A map that a node reads as an image, perhaps with rows and columns exchanged, which saves an operation. */
export function turnableImageOf(node: NodeToRead, map: GraphMap, order: AxisOrder): Turnable {
  if (map.axes.length !== 4 || !isBatch(map.axes[0]!)) throw cannotCarry(map, order);
  const [rows, columns, channels] = ["H", "W", "C"].map((letter) => map.axes[order.indexOf(letter)]!);
  const wanted = { rows: rows!, columns: columns!, channels: channels! };
  const { shape } = map;
  const ordered = shape.length === 3 && ordersChannels(map.axes, shape) ? inStoredOrder(node, map) : map;
  if (isFullMap(ordered, ordered.axes[order.indexOf("C")]!)) {
    if (isFull(wanted.rows, shape, 0) && isFull(wanted.columns, shape, 1)) return { map: ordered, turned: false };
    if (isFull(wanted.rows, shape, 1) && isFull(wanted.columns, shape, 0)) return { map: ordered, turned: true };
  }
  const made = laidOut(node, map, wanted, order);
  if (!made) throw cannotCarry(map, order);
  return { map: made, turned: false };
}

/** Whether a file axis is all of a map's channels. */
function isFullMap({ shape }: GraphMap, axis: FileAxis): boolean {
  return shape.length === 3 && isFull(axis, shape, 2);
}

/**
 * A map stored with other rows, columns and channels: reshaped where its numbers lie in that order already, its axes permuted
 * where each is one of them, else number by number; `null` where its size is free or too large for that.
 */
export function laidOut(
  node: NodeToRead,
  map: GraphMap,
  { rows, columns, channels }: Wanted,
  axes: NonNullable<Adding["axes"]>,
): GraphMap | null {
  const { shape } = map;
  const wanted = [rows, columns, channels];
  const order = orders.find((all) => shape.length === 3 && all.every((stored, i) => isFull(wanted[i]!, shape, stored)));
  if (order) {
    const isStoredSo = order.every((stored, i) => stored === i);
    return isStoredSo ? node.builder.seenAs(map, axes) : permuted(node, map, order, axes);
  }
  const output = wanted.map(sizeOf);
  const stretches = wanted.flat();
  if (isContiguous(stretches, shape)) return node.builder.restored(map, output, axes);
  const three = map.sure ? asThree(wanted, shape) : null;
  if (three) return permuted(node, node.builder.restored(map, three.sizes, []), three.order, axes);
  const vector = map.sure && output.every((n) => n !== null) ? node.builder.asVector(map) : null;
  const flat = vector && viewOfVector([stretches], shape)?.[0];
  const inOrder = flat && vector && inFileOrder(node, vector, flat);
  return inOrder ? node.builder.restored(inOrder, output, axes) : null;
}

/** The three wanted axes as they are stored, slowest first, where each is one stretch of all numbers; `null` where one is not. */
function asThree(wanted: readonly FileAxis[], shape: Shape): { readonly sizes: Shape; readonly order: Order } | null {
  const flat = viewOfVector(wanted, shape);
  if (!flat || flat.some((axis) => axis.length > 1 || !axis.every(isStored))) return null;
  const strides = flat.map(([stretch]) => stretch?.stride ?? Number.POSITIVE_INFINITY);
  const stored = [0, 1, 2].sort((a, b) => (strides[a] === strides[b] ? a - b : strides[b]! - strides[a]!));
  const count = shape.reduce<number>((product, n) => product * n!, 1);
  if (
    !sameAxis(
      stored.flatMap((i) => flat[i]!),
      fullAxis([count], 0),
    )
  )
    return null;
  return {
    sizes: stored.map((i) => sizeOf(flat[i]!)),
    order: [0, 1, 2].map((i) => stored.indexOf(i)) as unknown as Order,
  };
}

type Order = readonly [number, number, number];

const orders = [
  [0, 1, 2],
  [1, 0, 2],
  [0, 2, 1],
  [2, 1, 0],
  [1, 2, 0],
  [2, 0, 1],
] as const;

/**
 * A map stored with one axis of the file as its channels, and all others as its rows and columns; `null` where it cannot be.
 * The same axes of the same sizes are always stored alike.
 */
export function axisAsChannels(node: NodeToRead, map: GraphMap, at: number): GraphMap | null {
  const { axes } = map;
  if (!map.sure || axes.some((axis) => !isBatch(axis) && !axis.every(isStored))) return null;
  const others = axes.flatMap((axis, i) => (i === at || axis.length === 0 || isBatch(axis) ? [] : [i]));
  const column = others.length > 1 ? others.at(-1) : undefined;
  const rows = others.filter((i) => i !== column);
  const sizes = rows.map((i) => sizeOf(axes[i]!));
  if (rows.length > 1 && sizes.includes(null)) return null;
  const seen = axes.map((axis, i): FileAxis => {
    const size = sizeOf(axis);
    if (isBatch(axis)) return axis;
    if (i === at) return [{ axis: 2, size, stride: 1 }];
    if (i === column) return [{ axis: 1, size, stride: 1 }];
    const stride = sizes.slice(rows.indexOf(i) + 1).reduce<number>((product, n) => product * n!, 1);
    return [{ axis: 0, size, stride }];
  });
  const wanted = {
    rows: merged(rows.flatMap((i) => axes[i]!)),
    columns: column === undefined ? [] : axes[column]!,
    channels: axes[at]!,
  };
  return laidOut(node, node.builder.asMap(map), asMapAxes(map, wanted), seen);
}

/** The same axes of a vector that is stored as a map of one pixel. */
function asMapAxes({ shape }: GraphMap, { rows, columns, channels }: Wanted): Wanted {
  const moved = (axis: FileAxis): FileAxis =>
    shape.length === 1 ? axis.map((part) => (part.axis === 0 ? { ...part, axis: 2 } : part)) : axis;
  return { rows: moved(rows), columns: moved(columns), channels: moved(channels) };
}

/** Adds the exchange of stored axes. */
function permuted(
  { builder }: NodeToRead,
  map: GraphMap,
  order: readonly [number, number, number],
  axes: Adding["axes"],
): GraphMap {
  const draft = { kind: "permute", ...builder.placeBehind(map, "axes"), inputs: [map.op], axes: order } as const;
  return builder.add(draft, [map], { axes, readers: map.readers });
}

/** Whether stretches of known size run through all numbers as they are stored. */
function isContiguous(stretches: FileAxis, shape: Shape): boolean {
  const flat = viewOfVector([stretches], shape)?.[0];
  const count = shape.reduce<number>((product, n) => product * (n ?? Number.NaN), 1);
  return flat !== undefined && sameAxis(flat, fullAxis([count], 0));
}

/** The map with its channels stored in the order in which the file lists them. */
export function inStoredOrder(node: NodeToRead, map: GraphMap): GraphMap {
  const stretches = channelStretches(map.axes, map.shape);
  if (!covers([stretches], map.shape, [map.shape.length - 1])) return map;
  return select(node, map, { stretches, places: placesOf(stretches) });
}

/** A vector whose features stand in the order of the stretches; `null` where it is too long to be put in order. */
export function inFileOrder(node: NodeToRead, vector: GraphMap, stretches: FileAxis): GraphMap | null {
  if (!covers([stretches], vector.shape, [0]) || (sizeOf(stretches) ?? Number.POSITIVE_INFINITY) > mostReordered) {
    return null;
  }
  return select(node, { ...vector, axes: [stretches] }, { stretches, places: placesOf(stretches) });
}

/** Most features that are put in another order by an operation of their own. */
export const mostReordered = 65_536;

/** A vector that a node reads, with the place at which each of the features of the file's axis is stored. */
export interface OrderedVector {
  readonly vector: GraphMap;
  /** `null` where features are stored in the file's order. */
  readonly places: readonly number[] | null;
}

/** A tensor of one axis beside the batch as a vector; `null` where more axes than one are longer than one. */
export function vectorOf(node: NodeToRead, map: GraphMap, at: number): OrderedVector | null {
  if (map.axes.some((axis, i) => (i === at ? !axis.every(isStored) : !isBatch(axis)))) return null;
  const vector = node.builder.asVector(map);
  if (!vector) throw new CannotRead(freeSize);
  const axis = merged(vector.axes[at]!);
  const places = isFull(axis, vector.shape, 0) ? null : placesOf(axis);
  return { vector, places };
}

/** The error of a map whose axes cannot be carried to where a node wants them. */
function cannotCarry(map: GraphMap, order: AxisOrder): CannotRead {
  const wanted = order === "NCHW" ? "batch, channels, rows, columns" : "batch, rows, columns, channels";
  return new CannotRead(
    `it takes axes ${formatShape(fileShape(map))} for ${wanted}, and they are ${describeView(map.axes, map.shape)}`,
  );
}
