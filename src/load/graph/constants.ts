/**
 * Constants in other shapes and orders. Frameworks write shapes as little programs ("the batch and −1, side by side"), and
 * transpose weights before they use them; both are done here, at load. Every function takes tensors of any number of axes.
 * A size that the model leaves free is NaN, and stays NaN in whatever is computed from it.
 */
import { placesIn } from "./arrange.js";
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import { countOf, type Numbers, turn } from "./strides.js";
import { constantOf, fileShape, type GraphConstant, settingsOf } from "./value.js";

/** Most numbers that are made of a few by repetition. */
export const mostRepeated = 4096;

/** A constant computed from others when its numbers are asked for; it bears the name of the one that it stems from. */
export function computedFrom(
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

/** Number of an axis from 0; numbers below zero count from the end. */
export function axisOf({ shape }: GraphConstant, axis: number): number {
  const at = axis < 0 ? axis + shape.length : axis;
  if (at >= 0 && at < shape.length) return at;
  throw new CannotRead(`it names axis ${axis} of a constant of ${shape.length} axes`);
}

/** Computed numbers in the precision of those they stem from. */
export function sameKind(like: Numbers, values: Float64Array): Numbers {
  return like instanceof Float32Array ? Float32Array.from(values) : values;
}
