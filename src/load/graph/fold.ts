/**
 * Computing with constants. Frameworks write shapes as little programs ("the batch and −1, side by side"), and turn weights
 * around before they use them; both are done here, at load. Lists are short; of weights only the order is changed.
 */
import { CannotRead, type NodeToRead } from "./node.js";
import { constantOf, fileShape, type GraphConstant, listOf } from "./value.js";

/** The sizes of a map as the file sees it; a free one is NaN. */
export function shapeOf(node: NodeToRead): GraphConstant {
  const [value] = node.inputs;
  if (!value) throw new CannotRead("it measures nothing");
  const sizes = value.kind === "constant" ? value.shape : fileShape(value).map((n) => n ?? Number.NaN);
  return constantOf(node.node.name, [sizes.length], sizes);
}

/** A constant under another shape. */
export function reshaped(constant: GraphConstant, target: readonly number[]): GraphConstant {
  const count = (sizes: readonly number[]): number => sizes.reduce((product, n) => product * n, 1);
  const sizes = target.map((n, i) => (n === 0 ? (constant.shape[i] ?? 0) : n));
  const left = count(constant.shape) / count(sizes.filter((n) => n !== -1));
  const shape = sizes.map((n) => (n === -1 ? left : n));
  if (!shape.every((n) => Number.isInteger(n) && n >= 0) || count(shape) !== count(constant.shape)) {
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
  const values = Array.from({ length: inputs }, (_, i) => listOf(node.weight(i))).flat();
  return constantOf(node.node.name, [values.length], values);
}

/** Some members of a list. */
export function gathered(node: NodeToRead): GraphConstant {
  const values = listOf(node.weight(0));
  const places = node.weight(1);
  const picked = listOf(places).map((i) => values.at(i) ?? Number.NaN);
  return constantOf(node.node.name, places.shape, picked);
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
  return constantOf(node.node.name, [picked.length, ...rest], taken);
}

/** A function of two lists, or of a list and one number. */
export function combined(node: NodeToRead, f: (a: number, b: number) => number): GraphConstant {
  const [a, b] = [node.weight(0), node.weight(1)];
  const [x, y] = [listOf(a), listOf(b)];
  if (x.length !== y.length && x.length !== 1 && y.length !== 1) throw new CannotRead("it joins lists of two lengths");
  const long = x.length >= y.length ? a : b;
  const values = (x.length >= y.length ? x : y).map((_, i) =>
    f(x[x.length === 1 ? 0 : i]!, y[y.length === 1 ? 0 : i]!),
  );
  return constantOf(node.node.name, long.shape, values);
}
