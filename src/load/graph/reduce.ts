/** One number for all numbers along some axes: means, maxima, sums, minima. */
import { channelsOf } from "../../core/shape.js";
import type { PoolOp } from "../../network/ops.js";
import { alias } from "./alias.js";
import { addAffine, addNegative, addPower, ofMaps } from "./arithmetic.js";
import { CannotRead } from "./cannot-read.js";
import { axisAsChannels } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { axisAt, freeSize, type GraphMap } from "./value.js";
import { covers, describeView, isBatch, isStored, sizeOf, type View } from "./view.js";

/** What is reduced. */
export interface Reducing {
  /** Axes of the file; all where they are not named. */
  readonly axes: readonly number[] | undefined;
  /** Whether the axes stay, each of size one. */
  readonly keep: boolean;
}

/** Adds the mean or maximum over axes. */
export function addReduce(
  node: NodeToRead,
  input: GraphMap,
  { axes, keep, mode }: Reducing & { readonly mode: PoolOp["mode"] },
): GraphMap {
  const over = axes?.map((axis) => axisAt(input, axis)) ?? input.axes.map((_, i) => i);
  const without = (view: View, all: boolean): View =>
    view.map((axis, i) => (over.includes(i) ? [] : axis)).filter((_, i) => all || !over.includes(i));
  const left = without(input.axes, keep);
  const gone = over.map((axis) => input.axes[axis]!);
  if (gone.every((axis) => axis.length === 0)) return alias(node, input, { axes: left });
  const { shape } = input;
  const plain = overStored(node, input, gone, { axes: left, mode });
  if (plain) return plain;
  // Along any other axes: one after the other, each stored as the channels.
  const longer = over.filter((axis) => input.axes[axis]!.length > 0);
  const { readers } = node;
  const made = longer.reduce<GraphMap | null>((map, axis, i) => {
    const seen = map && reducible(map, axis) && axisAsChannels(node, map, axis);
    if (!seen) return null;
    const view = seen.axes.with(axis, []);
    return overChannels(node, seen, { axes: view, mode, readers: i === longer.length - 1 ? readers : 1 });
  }, input);
  if (made) return { ...made, axes: keep ? made.axes : made.axes.filter((_, i) => !over.includes(i)) };
  throw new CannotRead(
    `it runs over axes ${axes?.join() ?? "all"} of ${describeView(input.axes, shape)}, which cannot be stored one by one`,
  );
}

/** Whether an axis is one of numbers that are stored, of a known size, and not of examples. */
function reducible({ axes }: GraphMap, axis: number): boolean {
  const own = axes[axis]!;
  return !isBatch(own) && own.every(isStored) && sizeOf(own) !== null;
}

/** What an added operation has. */
interface Result {
  readonly axes: View;
  readonly mode: PoolOp["mode"];
}

/** Over rows, columns or channels as they are stored; `null` for any other axes. */
function overStored(node: NodeToRead, input: GraphMap, gone: View, { axes, mode }: Result): GraphMap | null {
  const { builder, readers } = node;
  const { shape } = input;
  if (shape.length !== 3) return null;
  if (covers(gone, shape, [0, 1])) {
    const place = builder.place(node.layer(), [input]);
    const draft = { kind: "globalPool", ...place, inputs: [input.op], mode } as const;
    const asVector = axes.map((axis) => axis.map((part) => (part.axis === 2 ? { ...part, axis: 0 } : part)));
    return builder.add(draft, [input], { axes: asVector, readers });
  }
  const line = [0, 1].find((axis) => covers(gone, shape, [axis]));
  if (line !== undefined && shape[line] !== null) {
    const size = line === 0 ? ([shape[0]!, 1] as const) : ([1, shape[1]!] as const);
    const place = builder.place(node.layer(), [input]);
    const window = { mode, size, strides: size, padding: "valid" } as const;
    return builder.add({ kind: "pool", ...place, inputs: [input.op], ...window }, [input], { axes, readers });
  }
  return covers(gone, shape, [2]) ? overChannels(node, input, { axes, mode, readers }) : null;
}

/** The mean or maximum over channels, as one over columns: channels and columns are exchanged before and after it. */
function overChannels(
  node: NodeToRead,
  map: GraphMap,
  { axes, mode, readers }: Result & { readonly readers: number },
): GraphMap {
  const { builder } = node;
  const size = [1, channelsOf(map.shape)] as const;
  const exchange = { kind: "permute", axes: [0, 2, 1] } as const;
  const pool = { kind: "pool", mode, size, strides: size, padding: "valid" } as const;
  return [exchange, pool, exchange].reduce<GraphMap>((read, draft, i) => {
    const place = builder.place(node.layer(), [read]);
    return builder.add({ ...draft, ...place, inputs: [read.op] }, [read], { axes, readers: i === 2 ? readers : 1 });
  }, map);
}

/** Adds the sum over axes, which is their mean times how many numbers there are. */
export function addSum(node: NodeToRead, input: GraphMap, reducing: Reducing): GraphMap {
  const over = reducing.axes?.map((axis) => axisAt(input, axis)) ?? input.axes.map((_, i) => i);
  const count = over.reduce((product, axis) => product * (sizeOf(input.axes[axis]!) ?? Number.NaN), 1);
  if (Number.isNaN(count)) throw new CannotRead(freeSize);
  const mean = addReduce(node, input, { ...reducing, mode: "average" });
  if (count === 1) return mean;
  return addAffine(
    node,
    mean,
    new Float32Array(channelsOf(mean.shape)).fill(count),
    new Float32Array(channelsOf(mean.shape)),
  );
}

/** Adds the minimum over axes, which is less the maximum of what is taken times −1. */
export function addMinimum(node: NodeToRead, input: GraphMap, reducing: Reducing): GraphMap {
  const most = addReduce(node, addNegative(node, input), { ...reducing, mode: "max" });
  return { ...addNegative(node, most), readers: node.readers };
}

/** Adds the root of the sum of squares over axes. */
export function addLength(node: NodeToRead, input: GraphMap, reducing: Reducing): GraphMap {
  return addPower(node, addSum(node, ofMaps(node, [input, input], "multiply"), reducing), 0.5);
}
