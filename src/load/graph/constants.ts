/**
 * Computing with constants. Frameworks write shapes as little programs ("the batch and −1, side by side"), and turn weights
 * around, or multiply them by a factor, before they use them; both are done here, at load. Every function takes tensors of any
 * number of axes. A size that the model leaves free is NaN, and stays NaN in whatever is computed from it.
 */
import { placesIn } from "./arrange.js";
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import { constantOf, fileShape, type GraphConstant, settingsOf } from "./value.js";

type Numbers = Float32Array | Float64Array;

/** A constant computed from others when its numbers are asked for; it bears the name of the one that it stems from. */
function computedFrom(
  { name, whole }: GraphConstant,
  shape: readonly number[],
  values: () => Numbers,
  change: { readonly whole?: boolean } = {},
): GraphConstant {
  let kept: Numbers | undefined;
  return {
    kind: "constant",
    name,
    shape,
    whole,
    ...change,
    computed: true,
    read: () => {
      kept ??= values();
      return kept;
    },
  };
}

/** The sizes of a map as the file sees it, or some of them; a free one is NaN. */
export function shapeOf(node: NodeToRead): GraphConstant {
  const [value] = node.inputs;
  if (!value) throw new CannotRead("it measures nothing");
  if (value.kind === "map" && !value.sure) throw new CannotRead("it measures a map whose shape is not known");
  const sizes = value.kind === "constant" ? value.shape : fileShape(value).map((n) => n ?? Number.NaN);
  const end = node.node.settings.has("end") ? node.number("end") : sizes.length;
  const values = sizes.slice(node.number("start", 0), end);
  return constantOf(node.node.name, [values.length], { values, whole: true });
}

/** A constant under another shape. */
export function reshaped(constant: GraphConstant, target: readonly number[]): GraphConstant {
  const left = countOf(constant.shape) / countOf(target.filter((n) => n !== -1));
  const shape = target.map((n) => (n === -1 ? left : n));
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
  return computedFrom(
    constant,
    order.map((i) => shape[i]!),
    () => turn(constant.read(), shape, order),
  );
}

/** Values of a shape with its axes in another order. */
export function turn<A extends Numbers>(values: A, shape: readonly number[], order: readonly number[]): A {
  const strides = stridesOf(shape);
  const out = values.slice() as A;
  eachPlace(
    order.map((i) => shape[i]!),
    order.map((i) => strides[i]!),
    (from, to) => {
      out[to] = values[from]!;
    },
  );
  return out;
}

/** Visits the places of a shape in order, with where each is found by its strides. */
function eachPlace(
  sizes: readonly number[],
  steps: readonly number[],
  visit: (from: number, to: number) => void,
): void {
  const count = countOf(sizes);
  const at = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < count; to++) {
    visit(from, to);
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++at[axis]! < sizes[axis]!) break;
      from -= steps[axis]! * sizes[axis]!;
      at[axis] = 0;
    }
  }
}

/** Constants one behind the other along an axis. */
export function joined(parts: readonly GraphConstant[], axis: number): GraphConstant {
  const [first] = parts;
  if (!first) throw new CannotRead("it joins nothing");
  const at = axisOf(first, axis);
  const isLike = ({ shape }: GraphConstant): boolean =>
    shape.length === first.shape.length && shape.every((n, i) => i === at || n === first.shape[i]);
  if (!parts.every(isLike)) throw new CannotRead("it joins constants of different shapes");
  const sizes = parts.map(({ shape }) => shape[at]!);
  const shape = first.shape.with(
    at,
    sizes.reduce((sum, n) => sum + n, 0),
  );
  const inner = countOf(shape.slice(at + 1));
  const longest = parts.reduce((long, part) => (countOf(part.shape) > countOf(long.shape) ? part : long));
  const values = (): Numbers => {
    const out = new Float64Array(countOf(shape));
    let offset = 0;
    parts.forEach((part, k) => {
      const run = sizes[k]! * inner;
      const numbers = part.read();
      for (let row = 0; row * run < numbers.length; row++) {
        out.set(numbers.subarray(row * run, (row + 1) * run), row * shape[at]! * inner + offset);
      }
      offset += run;
    });
    return sameKind(first.read(), out);
  };
  return computedFrom(longest, shape, values, { whole: parts.every(({ whole }) => whole) });
}

/** Places of an axis, picked by a constant of any shape, which takes the axis's place. */
export function gathered(node: NodeToRead, axis: number): GraphConstant {
  const list = node.weight(0);
  const places = node.weight(1);
  const at = axisOf(list, axis);
  const size = list.shape[at]!;
  const picked = settingsOf(places).map((i) => (i < 0 ? i + size : i));
  if (picked.some((i) => !(Number.isInteger(i) && i >= 0 && i < size))) {
    throw new CannotRead(`it picks place ${picked.join()} of an axis of ${size}`);
  }
  const taken = pickedAlong(list, at, picked);
  return { ...taken, shape: [...list.shape.slice(0, at), ...places.shape, ...list.shape.slice(at + 1)] };
}

/** Some places of an axis. */
function pickedAlong(constant: GraphConstant, at: number, places: readonly number[]): GraphConstant {
  const { shape } = constant;
  const inner = countOf(shape.slice(at + 1));
  const size = shape[at]!;
  const values = (): Numbers => {
    const numbers = constant.read();
    const rows = countOf(shape.slice(0, at));
    const made = new Float64Array(rows * places.length * inner);
    for (let row = 0; row < rows; row++) {
      places.forEach((place, k) => {
        const from = (row * size + place) * inner;
        made.set(numbers.subarray(from, from + inner), (row * places.length + k) * inner);
      });
    }
    return sameKind(numbers, made);
  };
  return computedFrom(constant, shape.with(at, places.length), values);
}

/** Stretches along some axes, from `start` to before `end` by steps. */
export function sliced(
  constant: GraphConstant,
  cuts: readonly { axis: number; start: number; end: number; step: number }[],
): GraphConstant {
  return cuts.reduce((rest, { axis, ...cut }) => {
    const at = axisOf(rest, axis);
    return pickedAlong(rest, at, placesIn(rest.shape[at]!, cut));
  }, constant);
}

/** A function of each number. */
export function mapped(
  constant: GraphConstant,
  f: (value: number) => number,
  change: { readonly whole?: boolean } = {},
): GraphConstant {
  return computedFrom(constant, constant.shape, () => constant.read().map(f), change);
}

/**
 * A function of two constants, number by number, each repeated along the axes of which it has one or none: a sum of sizes, or
 * weights times a factor. `whole` says that both are whole numbers.
 */
export function combined(
  a: GraphConstant,
  b: GraphConstant,
  f: (a: number, b: number, whole: boolean) => number,
): GraphConstant {
  const shape = broadcast(a.shape, b.shape);
  const longer = countOf(a.shape) >= countOf(b.shape) ? a : b;
  checkGrowth(shape, longer.shape);
  const whole = Boolean(a.whole && b.whole);
  const values = (): Numbers => {
    const [x, y] = [repeated(a, shape), repeated(b, shape)];
    const made = new Float64Array(x.length);
    for (let i = 0; i < made.length; i++) made[i] = f(x[i]!, y[i]!, whole);
    return sameKind(longer.read(), made);
  };
  return computedFrom(longer, shape, values, { whole });
}

/** A constant repeated along axes of which it has one or none, as `Expand` does. */
export function expanded(constant: GraphConstant, target: readonly number[]): GraphConstant {
  const shape = broadcast(constant.shape, target);
  checkGrowth(shape, constant.shape);
  return computedFrom(constant, shape, () => sameKind(constant.read(), Float64Array.from(repeated(constant, shape))));
}

/** One number for all numbers along some axes: a sum, a product, the largest. */
export function reduced(
  constant: GraphConstant,
  { axes, keep }: { axes: readonly number[] | undefined; keep: boolean },
  f: (a: number, b: number) => number,
): GraphConstant {
  const gone = axes?.map((axis) => axisOf(constant, axis)) ?? constant.shape.map((_, i) => i);
  const sizes = constant.shape.map((n, i) => (gone.includes(i) ? 1 : n));
  const strides = stridesOf(sizes).map((stride, i) => (gone.includes(i) ? 0 : stride));
  const values = (): Numbers => {
    const numbers = constant.read();
    const out = new Float64Array(countOf(sizes));
    const met = new Uint8Array(out.length);
    eachPlace(constant.shape, strides, (to, from) => {
      out[to] = met[to] ? f(out[to]!, numbers[from]!) : numbers[from]!;
      met[to] = 1;
    });
    return out;
  };
  const shape = keep ? sizes : sizes.filter((_, i) => !gone.includes(i));
  return computedFrom(constant, shape, values);
}

/** Numbers from `start` to before `limit`, `delta` apart. */
export function range(node: NodeToRead): GraphConstant {
  const [start, limit, delta] = [0, 1, 2].map((i) => settingsOf(node.weight(i))[0] ?? Number.NaN);
  const count = Math.max(0, Math.ceil((limit! - start!) / delta!));
  if (!(count <= mostRepeated)) throw new CannotRead("it makes a long list");
  const values = Array.from({ length: count }, (_, i) => start! + i * delta!);
  return constantOf(node.node.name, [count], { values, whole: Boolean(node.weight(0).whole) });
}

/** One number in a shape. */
export function filled(name: string, shape: readonly number[], fill: number, whole: boolean): GraphConstant {
  const count = countOf(shape);
  if (!(count <= mostRepeated)) throw new CannotRead("it makes a long list");
  return constantOf(name, shape, { values: Array.from({ length: count }, () => fill), whole });
}

/** A quotient; of whole numbers it is cut off to a whole number. */
export function quotient(a: number, b: number, whole: boolean): number {
  return whole ? Math.trunc(a / b) : a / b;
}

/** What is left of a division, with the sign of the divisor. */
export function modulo(a: number, b: number): number {
  return a - b * Math.floor(a / b);
}

/** To the nearest whole number, halves to the even one. */
export function roundEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

// -- shapes ----------------------------------------------------------------------------------------------------------

const mostRepeated = 4096;

const countOf = (sizes: readonly number[]): number => sizes.reduce((product, n) => product * n, 1);

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, i) => countOf(shape.slice(i + 1)));
}

function axisOf({ shape }: GraphConstant, axis: number): number {
  const at = axis < 0 ? axis + shape.length : axis;
  if (at >= 0 && at < shape.length) return at;
  throw new CannotRead(`it names axis ${axis} of a constant of ${shape.length} axes`);
}

/** The shape of two constants together, or an error. */
function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const [x, y] = [a, b].map((sizes) => [...Array<number>(rank - sizes.length).fill(1), ...sizes]);
  return x!.map((n, i) => {
    const m = y![i]!;
    if (n === m || m === 1) return n;
    if (n === 1) return m;
    throw new CannotRead(`it joins constants of ${a.join("×")} and ${b.join("×")}`);
  });
}

/** What grows by repetition is a few numbers, or made to do harm. */
function checkGrowth(shape: readonly number[], from: readonly number[]): void {
  if (countOf(shape) > Math.max(mostRepeated, countOf(from))) {
    throw new CannotRead(`it makes ${countOf(shape)} numbers of ${countOf(from)}`);
  }
}

/** Values repeated along the axes of which they have one. */
function repeated(constant: GraphConstant, shape: readonly number[]): Numbers {
  const values = constant.read();
  const sizes = [...Array<number>(shape.length - constant.shape.length).fill(1), ...constant.shape];
  if (sizes.every((n, i) => n === shape[i])) return values;
  const strides = stridesOf(sizes).map((stride, i) => (sizes[i] === 1 ? 0 : stride));
  const out = new Float64Array(countOf(shape));
  eachPlace(shape, strides, (from, to) => {
    out[to] = values[from]!;
  });
  return out;
}

/** Computed numbers in the precision of those they stem from. */
function sameKind(like: Numbers, values: Float64Array): Numbers {
  return like instanceof Float32Array ? Float32Array.from(values) : values;
}
