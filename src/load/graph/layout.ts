/**
 * Maps laid out as an operation wants them. Most views need nothing but a look; some need the numbers stored in another shape
 * (a vector as a map, one row for another), some their channels in another order. What needs rows and columns exchanged
 * is told, so that the reader can exchange its window instead; everything else cannot be carried, and says which axes met.
 */
import { formatShape, type Shape } from "../../core/shape.js";
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

/**
 * A map that a node reads as an image in an order of axes, stored as `[height, width, channels]`.
 *
 * @throws CannotRead when the file's axes belong to others of the map.
 */
export function imageOf(node: NodeToRead, map: GraphMap, order: AxisOrder): GraphMap {
  const { map: image, turned } = turnableImageOf(node, map, order);
  if (turned) throw cannotCarry(map, order);
  return image;
}

/** A map that a node reads as an image, perhaps with rows and columns exchanged. */
export function turnableImageOf(node: NodeToRead, map: GraphMap, order: AxisOrder): Turnable {
  if (map.axes.length !== 4 || !isBatch(map.axes[0]!)) throw cannotCarry(map, order);
  const [rows, columns, channels] = [...order].reduce<FileAxis[]>((axes, letter, i) => {
    const at = "HWC".indexOf(letter);
    if (at >= 0) axes[at] = map.axes[i]!;
    return axes;
  }, []) as [FileAxis, FileAxis, FileAxis];
  const { shape } = map;
  if (shape.length === 3) {
    const ordered = ordersChannels(map.axes, shape) ? inStoredOrder(node, map) : map;
    const own = channels === undefined ? [] : ordered.axes[order.indexOf("C")]!;
    if (isFull(own, ordered.shape, 2)) {
      if (isFull(rows, shape, 0) && isFull(columns, shape, 1)) return { map: ordered, turned: false };
      if (isFull(rows, shape, 1) && isFull(columns, shape, 0)) return { map: ordered, turned: true };
    }
  }
  const output = [rows, columns, channels].map(sizeOf);
  if (isContiguous([...rows, ...columns, ...channels], shape)) {
    return { map: node.builder.restored(map, output, order), turned: false };
  }
  if (shape.length === 1) {
    const vector = inFileOrder(node, map, [...rows, ...columns, ...channels]);
    if (vector) return { map: node.builder.restored(vector, output, order), turned: false };
  }
  throw cannotCarry(map, order);
}

/** Whether stretches of known size run through all numbers as they are stored. */
function isContiguous(stretches: FileAxis, shape: Shape): boolean {
  const flat = viewOfVector([stretches], shape)?.[0];
  const count = shape.reduce<number>((product, n) => product * (n ?? Number.NaN), 1);
  return flat !== undefined && sameAxis(flat, fullAxis([count], 0));
}

/** The map with its channels stored in the order in which the file lists them. */
function inStoredOrder(node: NodeToRead, map: GraphMap): GraphMap {
  const stretches = channelStretches(map.axes, map.shape);
  if (!covers([stretches], map.shape, [map.shape.length - 1])) return map;
  return select(node, map, { stretches, places: placesOf(stretches) });
}

/** A vector whose features stand in the order of the stretches; `null` where it is too long to be put in order. */
function inFileOrder(node: NodeToRead, vector: GraphMap, stretches: FileAxis): GraphMap | null {
  if (!covers([stretches], vector.shape, [0]) || (sizeOf(stretches) ?? Number.POSITIVE_INFINITY) > mostReordered) {
    return null;
  }
  return select(node, vector, { stretches, places: placesOf(stretches) });
}

/** Most features that are put in another order by an operation of their own. */
export const mostReordered = 1024;

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
