/** Numbers of constants computed: sums, products, the largest along an axis, each repeated where the other has more. */

import { CannotRead } from "./cannot-read.js";
import { axisOf, computedFrom, mostRepeated, sameKind } from "./constants.js";
import type { Reducing } from "./reduce.js";
import { countOf, eachPlace, type Numbers, stridesOf } from "./strides.js";
import type { GraphConstant } from "./value.js";

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
  { axes, keep }: Reducing,
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
