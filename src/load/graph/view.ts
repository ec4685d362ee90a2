/**
 * The order of axes, carried through a graph. An operation puts out a map that is stored as `[height, width, channels]`, or
 * as `[features]`. The file sees the same numbers as a tensor of axes of its own. A view says how the two belong together:
 * each axis of the file is a list of stretches of stored axes, the slowest first, as in numpy's strides.
 *
 *     NCHW                           [ [], [channels], [rows], [columns] ]
 *     flattened by PyTorch           [ [], [channels, rows, columns] ]
 *     a batch of pixels              [ [rows, columns], [channels] ]
 *     channels in g groups of k      [ [], [groups], [members], [rows], [columns] ]
 *
 * Transposing, flattening and reshaping change the view alone, and move no number. An axis of size one has no stretches.
 */
import { channelsOf, type Shape } from "../../core/shape.js";

/** Every `stride`-th place of a stored axis, `size` of them. */
export interface Stretch {
  /** Number of the stored axis; `batchAxis` for the examples of a file with a fixed number of them. */
  readonly axis: number;
  /** `null` where it is free. */
  readonly size: number | null;
  readonly stride: number;
}

/** An axis as the file sees it. */
export type FileAxis = readonly Stretch[];

/** The axes of a tensor as the file sees them, slowest first. */
export type View = readonly FileAxis[];

/** The axis of the examples, which is not stored: a network reads one image. */
const batchAxis = -1;

/** All of a stored axis. */
export function fullAxis(shape: Shape, axis: number): FileAxis {
  const size = shape[axis] ?? null;
  return size === 1 ? [] : [{ axis, size, stride: 1 }];
}

/** The view of a stored map whose axes are in an order such as "NCHW"; a vector has one row and one column. */
export function viewIn(order: string, shape: Shape, batch: number): View {
  return [...order].map((letter) => {
    if (letter === "N") return batch === 1 ? [] : [{ axis: batchAxis, size: batch, stride: 1 }];
    if (letter === "C") return fullAxis(shape, shape.length - 1);
    if (shape.length !== 3) return [];
    return fullAxis(shape, letter === "H" ? 0 : 1);
  });
}

/** Size of an axis; `null` where it is free. */
export function sizeOf(axis: FileAxis): number | null {
  return axis.reduce<number | null>(
    (product, { size }) => (product === null || size === null ? null : product * size),
    1,
  );
}

/** Shape of a tensor as the file sees it. */
export function shapeOfView(view: View): Shape {
  return view.map(sizeOf);
}

/** An axis in the fewest stretches. */
export function merged(axis: FileAxis): FileAxis {
  return axis.reduce<Stretch[]>((list, next) => {
    const last = list.at(-1);
    const joins = last && last.axis === next.axis && next.size !== null && last.stride === next.stride * next.size;
    if (!joins) return [...list, next];
    return [...list.slice(0, -1), { ...next, size: last.size === null ? null : last.size * next.size! }];
  }, []);
}

/** Whether two axes run over the same places in the same order. */
export function sameAxis(a: FileAxis, b: FileAxis): boolean {
  const [x, y] = [merged(a), merged(b)];
  return (
    x.length === y.length &&
    x.every(({ axis, size, stride }, i) => axis === y[i]!.axis && size === y[i]!.size && stride === y[i]!.stride)
  );
}

/** Whether an axis is all of one stored axis, in its order. */
export function isFull(axis: FileAxis, shape: Shape, stored: number): boolean {
  return sameAxis(axis, fullAxis(shape, stored));
}

/** Whether axes hold all places of some stored axes and no others, in any order. */
export function covers(axes: readonly FileAxis[], shape: Shape, stored: readonly number[]): boolean {
  const stretches = axes.flat();
  if (stretches.some(({ axis }) => !stored.includes(axis))) return false;
  return stored.every((axis) => {
    const own = stretches.filter((stretch) => stretch.axis === axis);
    return shape[axis] === null ? own.length === 1 : sizeOf(own) === shape[axis];
  });
}

/** Whether a stretch is one of what an operation puts out, not of the examples. */
export function isStored({ axis }: Stretch): boolean {
  return axis !== batchAxis;
}

/** Whether an axis holds nothing but examples. */
export function isBatch(axis: FileAxis): boolean {
  return axis.every((stretch) => stretch.axis === batchAxis);
}

/**
 * The view under another shape, in which one size may be unknown (−1 or NaN). `null` where a size would cut across two
 * axes, as 4 × 9 of 6 × 6, or where the counts differ.
 */
export function regrouped(view: View, target: readonly number[]): View | null {
  const isUnknown = (n: number): boolean => n === -1 || Number.isNaN(n);
  const at = target.findIndex(isUnknown);
  const left = view.flat();
  if (target.filter(isUnknown).length > 1) return null;
  const taken = (sizes: readonly number[], fromEnd: boolean): FileAxis[] | null => {
    const axes = sizes.map((size) => take(left, size, fromEnd));
    return axes.every((axis) => axis !== null) ? axes : null;
  };
  const before = taken(at < 0 ? target : target.slice(0, at), false);
  const after = before && (at < 0 ? [] : taken(target.slice(at + 1).reverse(), true));
  if (!before || !after || (at < 0 && left.length > 0)) return null;
  return at < 0 ? before : [...before, merged(left), ...after.reverse()];
}

/** Takes places for an axis of a size from a list of stretches, from its beginning or its end. */
function take(left: Stretch[], size: number, fromEnd: boolean): FileAxis | null {
  if (!Number.isInteger(size) || size < 1) return null;
  const axis: Stretch[] = [];
  for (let need = size; need > 1; ) {
    const next = fromEnd ? left.pop() : left.shift();
    if (!next || next.size === null) return null;
    const part = Math.min(need, next.size);
    const rest = next.size / part;
    if (need % part !== 0 || !Number.isInteger(rest)) return null;
    const [slow, fast] = fromEnd ? [rest, part] : [part, rest];
    const [slower, faster] = [
      { ...next, size: slow, stride: next.stride * fast },
      { ...next, size: fast },
    ];
    const [own, other] = fromEnd ? [faster, slower] : [slower, faster];
    if (fromEnd) axis.unshift(own);
    else axis.push(own);
    if (rest > 1) {
      if (fromEnd) left.push(other);
      else left.unshift(other);
    }
    need /= part;
  }
  return merged(axis);
}

/** Places along one stored axis, or in a vector, in the order in which the file lists them. */
export function placesOf(axis: FileAxis): number[] {
  return axis.reduce<number[]>(
    (places, { size, stride }) =>
      places.flatMap((place) => Array.from({ length: size ?? 0 }, (_, i) => place + i * stride)),
    [0],
  );
}

/** The same view of the same numbers stored as a vector; `null` where a size is free. */
export function viewOfVector(view: View, shape: Shape): View | null {
  if (shape.includes(null)) return null;
  const after = shape.map((_, i) => shape.slice(i + 1).reduce<number>((product, n) => product * n!, 1));
  return view.map((axis) =>
    merged(
      axis.map((stretch) =>
        stretch.axis === batchAxis
          ? stretch
          : { axis: 0, size: stretch.size, stride: stretch.stride * after[stretch.axis]! },
      ),
    ),
  );
}

const words = ["rows", "columns", "channels"];

/** A view in words: `batch, channels, rows, columns`. */
export function describeView(view: View, shape: Shape): string {
  return view
    .map((axis, i) => {
      const parts = axis.map(({ axis: stored, size }) => {
        if (stored === batchAxis) return "batch";
        const word = shape.length === 1 ? "features" : words[stored]!;
        return size === shape[stored] ? word : `${size} of ${word}`;
      });
      return parts.join(" × ") || (i === 0 ? "batch" : "1");
    })
    .join(", ");
}

/** Number of the last stored axis, that of the channels. */
export function channelAxis(shape: Shape): number {
  return shape.length - 1;
}

/** The view with all places of one file axis replaced by all channels of an operation's output. */
export function withChannels(view: View, at: number, shape: Shape): View {
  return view.map((axis, i) => (i === at ? fullAxis(shape, channelAxis(shape)) : axis));
}

/** Whether an axis holds channels alone. */
export function isOfChannels(axis: FileAxis, shape: Shape): boolean {
  return axis.every((stretch) => stretch.axis === channelAxis(shape));
}

/** All stretches of channels, in the order of the file. */
export function channelStretches(view: View, shape: Shape): FileAxis {
  return view.flat().filter((stretch) => stretch.axis === channelAxis(shape));
}

/** Whether the file lists channels in another order than they are stored in. */
export function ordersChannels(view: View, shape: Shape): boolean {
  const all = channelStretches(view, shape);
  return channelsOf(shape) > 1 && !sameAxis(all, fullAxis(shape, channelAxis(shape)));
}
