/**
 * Computing with constants. Frameworks write shapes as little programs ("the batch and −1, side by side"), and turn weights
 * around, or multiply them by a factor, before they use them; both are done here, at load.
 */
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import { constantOf, fileShape, type GraphConstant, listOf } from "./value.js";

/** The sizes of a map as the file sees it, or some of them; a free one is NaN. */
export function shapeOf(node: NodeToRead): GraphConstant {
  const [value] = node.inputs;
  if (!value) throw new CannotRead("it measures nothing");
  const sizes = value.kind === "constant" ? value.shape : fileShape(value).map((n) => n ?? Number.NaN);
  const end = node.node.settings.has("end") ? node.number("end") : sizes.length;
  const values = sizes.slice(node.number("start", 0), end);
  return constantOf(node.node.name, [values.length], { values, whole: true });
}

/** A constant under another shape. */
export function reshaped(constant: GraphConstant, target: readonly number[]): GraphConstant {
  const sizes = target.map((n, i) => (n === 0 ? (constant.shape[i] ?? 0) : n));
  const left = countOf(constant.shape) / countOf(sizes.filter((n) => n !== -1));
  const shape = sizes.map((n) => (n === -1 ? left : n));
  if (!shape.every((n) => Number.isInteger(n) && n >= 0) || countOf(shape) !== countOf(constant.shape)) {
    throw new CannotRead(`it makes ${target.join("×")} of ${constant.shape.join("×")} constants`);
  }
  return { ...constant, shape };
}

/** A constant with its axes in another order. */
export function turned(constant: GraphConstant, order: readonly number[]): GraphConstant {
  const { shape } = constant;
  if (
    order.length !== shape.length ||
    new Set(order).size !== shape.length ||
    order.some((i) => shape[i] === undefined)
  ) {
    throw new CannotRead(`it puts axes in the order ${order.join()}`);
  }
  return { ...constant, shape: order.map((i) => shape[i]!), read: () => turn(constant.read(), shape, order) };
}

/** Values of a shape with its axes in another order. */
export function turn<A extends Float32Array | Float64Array>(
  values: A,
  shape: readonly number[],
  order: readonly number[],
): A {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, n) => product * n, 1));
  const sizes = order.map((i) => shape[i]!);
  const steps = order.map((i) => strides[i]!);
  const out = values.slice() as A;
  const at = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = values[from]!;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++at[axis]! < sizes[axis]!) break;
      from -= steps[axis]! * sizes[axis]!;
      at[axis] = 0;
    }
  }
  return out;
}

/** Lists one behind the other. */
export function joined(node: NodeToRead, inputs: number): GraphConstant {
  const lists = Array.from({ length: inputs }, (_, i) => node.weight(i));
  const values = lists.flatMap(listOf);
  return constantOf(node.node.name, [values.length], { values, whole: lists.every(({ whole }) => whole) });
}

/** Some members of a list. */
export function gathered(node: NodeToRead): GraphConstant {
  const list = node.weight(0);
  const values = listOf(list);
  const places = node.weight(1);
  const picked = listOf(places).map((i) => values.at(i) ?? Number.NaN);
  return constantOf(node.node.name, places.shape, { values: picked, whole: list.whole });
}

/** A stretch of the rows of a list: from `start` to `end`, or back. */
export function sliced(
  node: NodeToRead,
  { start, end, step }: { start: number; end: number; step: number },
): GraphConstant {
  const constant = node.weight(0);
  const values = listOf(constant);
  const [rows = 1, ...rest] = constant.shape;
  if (Math.abs(step) !== 1) throw new CannotRead("it takes every few of a list");
  const within = (n: number, least: number, most: number): number =>
    Math.min(Math.max(n < 0 ? n + rows : n, least), most);
  const width = values.length / rows;
  const picked: number[] = [];
  if (step === 1) for (let i = within(start, 0, rows); i < within(end, 0, rows); i++) picked.push(i);
  else for (let i = within(start, -1, rows - 1); i > within(end, -1, rows - 1); i--) picked.push(i);
  const taken = picked.flatMap((row) => values.slice(row * width, (row + 1) * width));
  return constantOf(node.node.name, [picked.length, ...rest], { values: taken, whole: constant.whole });
}

/**
 * A function of two constants, number by number, each repeated along the axes of which it has one or none: a sum of sizes, or weights
 * times a factor. `whole` says that both are whole numbers.
 */
export function combined(node: NodeToRead, f: (a: number, b: number, whole: boolean) => number): GraphConstant {
  const [a, b] = [node.weight(0), node.weight(1)];
  const [sizesA, sizesB] = sameRank(a.shape, b.shape);
  const shape = sizesA.map((n, i) => (n === 1 ? sizesB[i]! : n));
  if (sizesB.some((n, i) => n !== 1 && n !== shape[i])) {
    throw new CannotRead(`it joins constants of ${a.shape.join("×")} and ${b.shape.join("×")}`);
  }
  const longer = countOf(a.shape) >= countOf(b.shape) ? a : b;
  // What grows by repetition is a few numbers, or made to do harm.
  if (countOf(shape) > Math.max(mostRepeated, countOf(longer.shape))) {
    throw new CannotRead(`it makes ${countOf(shape)} numbers of two constants`);
  }
  const whole = Boolean(a.whole && b.whole);
  return {
    kind: "constant",
    name: longer.name,
    shape,
    whole,
    read: () => {
      const [x, y] = [repeated(a.read(), sizesA, shape), repeated(b.read(), sizesB, shape)];
      const values = new (longer.read() instanceof Float32Array ? Float32Array : Float64Array)(x.length);
      for (let i = 0; i < values.length; i++) values[i] = f(x[i]!, y[i]!, whole);
      return values;
    },
  };
}

const mostRepeated = 4096;

const countOf = (sizes: readonly number[]): number => sizes.reduce((product, n) => product * n, 1);

/** Two shapes, ones put before the shorter. */
function sameRank(a: readonly number[], b: readonly number[]): [readonly number[], readonly number[]] {
  const rank = Math.max(a.length, b.length);
  const filled = (sizes: readonly number[]): number[] => [...Array<number>(rank - sizes.length).fill(1), ...sizes];
  return [filled(a), filled(b)];
}

/** Values repeated along the axes of which they have one. */
function repeated(
  values: Float32Array | Float64Array,
  sizes: readonly number[],
  shape: readonly number[],
): Float32Array | Float64Array {
  if (sizes.every((n, i) => n === shape[i])) return values;
  const out = new Float64Array(countOf(shape));
  for (let to = 0; to < out.length; to++) {
    let [rest, from, step] = [to, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (sizes[axis] !== 1) from += (rest % shape[axis]!) * step;
      rest = Math.floor(rest / shape[axis]!);
      step *= sizes[axis]!;
    }
    out[to] = values[from]!;
  }
  return out;
}
