/** Nodes that compute with constants alone, which both formats call the same, and the makers of such readers. */
import { combined, mapped, quotient, roundEven } from "./constant-arithmetic.js";
import { range, shapeOf } from "./constants.js";
import type { NodeReader } from "./node.js";

/** A function of two numbers; `whole` says that both are whole numbers by their type. */
export type Pairwise = (a: number, b: number, whole: boolean) => number;

/** A reader of a node that computes with two constants, number by number. */
export const pairwise =
  (f: Pairwise): NodeReader =>
  (node) =>
    combined(node.weight(0), node.weight(1), f);

/** A reader of a node that computes with each number of a constant. */
export const each =
  (f: (value: number) => number): NodeReader =>
  (node) =>
    mapped(node.weight(0), f);

/** The readers, by type. */
export const sharedFolds: Readonly<Record<string, NodeReader>> = {
  Shape: shapeOf,
  Range: range,
  Identity: (node) => node.weight(0),
  Add: pairwise((a, b) => a + b),
  Sub: pairwise((a, b) => a - b),
  Mul: pairwise((a, b) => a * b),
  Div: pairwise(quotient),
  Pow: pairwise((a, b) => a ** b),
  Neg: each((value) => -value),
  Ceil: each(Math.ceil),
  Floor: each(Math.floor),
  Round: each(roundEven),
  Abs: each(Math.abs),
  Sqrt: each(Math.sqrt),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Reciprocal: each((value) => 1 / value),
};
