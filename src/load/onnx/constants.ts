/** ONNX nodes that read constants alone, and compute with them. */
import type { Cut } from "../graph/arrange.js";
import { CannotRead } from "../graph/cannot-read.js";
import { combined, expanded, mapped, modulo, reduced } from "../graph/constant-arithmetic.js";
import { filled, gathered, joined, reshaped, sliced, turned } from "../graph/constants.js";
import { each, type Pairwise, pairwise, sharedFolds } from "../graph/folds.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import type { Reducing } from "../graph/reduce.js";
import { constantOf, type GraphConstant, settingsOf } from "../graph/value.js";
import { castConstant } from "./cast.js";
import { dequantizeConstant } from "./quantised.js";

/** Two or more constants together, as `Max` and `Sum` take them. */
const together =
  (f: (a: number, b: number) => number): NodeReader =>
  (node) =>
    node.inputs.map((_, i) => node.weight(i)).reduce((x, y) => combined(x, y, (a, b) => f(a, b)));

/** The axes of a `ReduceMean` and its kin, which later versions read as an input; none named are all, unless a setting says none. */
export function reducingOf(node: NodeToRead): Reducing {
  const named = node.listFrom(1, "axes");
  const none = node.flag("noop_with_empty_axes", false) ? [] : undefined;
  return { axes: named?.length ? named : none, keep: node.flag("keepdims", true) };
}

/** `ReduceProd` and its kin. */
const overAxes =
  (f: (a: number, b: number) => number): NodeReader =>
  (node) =>
    reduced(node.weight(0), reducingOf(node), (a, b) => f(a, b));

/** `ReduceMean`: the sum over how many there are. */
const mean: NodeReader = (node) => {
  const constant = node.weight(0);
  const sum = reduced(constant, reducingOf(node), (a, b) => a + b);
  const count = constant.shape.reduce((n, size) => n * size, 1) / sum.shape.reduce((n, size) => n * size, 1);
  return mapped(sum, (value) => value / count);
};

/** What a `Slice` cuts, from its settings or, in later versions, its inputs. */
export function cutsOf(node: NodeToRead): Cut[] {
  const [starts = [], ends = [], axes, steps] = [
    [1, "starts"] as const,
    [2, "ends"] as const,
    [3, "axes"] as const,
    [4, "steps"] as const,
  ].map(([i, name]) => node.listFrom(i, name));
  return starts.map((start, i) => ({
    axis: axes?.[i] ?? i,
    start,
    end: ends[i] ?? 0,
    step: steps?.[i] ?? 1,
  }));
}

const clip: NodeReader = (node) => {
  const limit = (i: number, name: string, fallback: number): number => node.listFrom(i, name)?.[0] ?? fallback;
  const [least, most] = [limit(1, "min", Number.NEGATIVE_INFINITY), limit(2, "max", Number.POSITIVE_INFINITY)];
  return mapped(node.weight(0), (value) => Math.min(Math.max(value, least), most));
};

const constant: NodeReader = (node) => {
  const { settings, name } = node.node;
  const value = settings.get("value");
  if (typeof value === "object" && "read" in value) return value;
  const list = ["value_float", "value_int", "value_floats", "value_ints"].map((key) => node.list(key)).find((l) => l);
  if (!list) throw new CannotRead("it holds no numbers");
  const scalar = settings.has("value_float") || settings.has("value_int");
  const whole = settings.has("value_int") || settings.has("value_ints");
  return constantOf(name, scalar ? [] : [list.length], { values: list, whole });
};

function squeezed({ shape }: GraphConstant, axes: readonly number[] | undefined): number[] {
  const gone = axes?.map((axis) => (axis < 0 ? axis + shape.length : axis));
  return shape.filter((n, i) => (gone ? !gone.includes(i) : n !== 1));
}

function unsqueezed({ shape }: GraphConstant, axes: readonly number[]): number[] {
  const rank = shape.length + axes.length;
  const sizes = [...shape];
  for (const axis of axes.map((a) => (a < 0 ? a + rank : a)).sort((a, b) => a - b)) sizes.splice(axis, 0, 1);
  return sizes;
}

/** A function that says yes or no, as 1 and 0. */
const truth =
  (f: (a: number, b: number) => boolean): Pairwise =>
  (a, b) =>
    // What is compared with a free size is not known either.
    Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Number(f(a, b));

/** Nodes that compute with constants, by type. */
export const folds: Readonly<Record<string, NodeReader>> = {
  ...sharedFolds,
  Constant: constant,
  ConstantOfShape: (node) => {
    const value = node.node.settings.get("value");
    const given = typeof value === "object" && "read" in value ? value : undefined;
    const fill = given ? settingsOf(given)[0]! : 0;
    return filled(node.node.name, settingsOf(node.weight(0)), fill, Boolean(given?.whole));
  },
  Size: (node) => {
    const count = node.weight(0).shape.reduce((product, n) => product * n, 1);
    return constantOf(node.node.name, [], { values: [count], whole: true });
  },
  Cast: castConstant,
  DequantizeLinear: dequantizeConstant,
  Reshape: (node) => {
    const target = node.listFrom(1, "shape") ?? [];
    const keepsZero = node.flag("allowzero", false);
    const { shape } = node.weight(0);
    return reshaped(
      node.weight(0),
      target.map((n, i) => (n === 0 && !keepsZero ? (shape[i] ?? 0) : n)),
    );
  },
  Flatten: (node) => {
    const { shape } = node.weight(0);
    const axis = node.number("axis", 1);
    const rows = shape.slice(0, axis).reduce((product, n) => product * n, 1);
    return reshaped(node.weight(0), [rows, -1]);
  },
  Transpose: (node) =>
    turned(
      node.weight(0),
      node.list("perm") ??
        node
          .weight(0)
          .shape.map((_, i) => i)
          .reverse(),
    ),
  Squeeze: (node) => reshaped(node.weight(0), squeezed(node.weight(0), node.listFrom(1, "axes"))),
  Unsqueeze: (node) => reshaped(node.weight(0), unsqueezed(node.weight(0), node.listFrom(1, "axes") ?? [])),
  Gather: (node) => gathered(node, node.number("axis", 0)),
  Slice: (node) => sliced(node.weight(0), cutsOf(node)),
  Split: (node) => {
    const whole = node.weight(0);
    const axis = node.number("axis", 0);
    const size = whole.shape.at(axis) ?? 0;
    const count = node.node.outputs.length;
    const sizes = node.listFrom(1, "split") ?? Array<number>(count).fill(Math.ceil(size / count));
    let start = 0;
    return sizes.map((n) => {
      start += n;
      return sliced(whole, [{ axis, start: start - n, end: start, step: 1 }]);
    });
  },
  Concat: (node) =>
    joined(
      node.inputs.map((_, i) => node.weight(i)),
      node.number("axis", 1),
    ),
  Expand: (node) => expanded(node.weight(0), settingsOf(node.weight(1))),
  Where: (node) => {
    const [condition, yes, no] = [0, 1, 2].map((i) => node.weight(i));
    const chosen = combined(condition!, yes!, (c, a) => (c ? a : 0));
    const others = combined(condition!, no!, (c, b) => (c ? 0 : b));
    return { ...combined(chosen, others, (a, b) => a + b), whole: Boolean(yes!.whole && no!.whole) };
  },
  Mod: (node) => combined(node.weight(0), node.weight(1), node.flag("fmod", false) ? (a, b) => a % b : modulo),
  Equal: pairwise(truth((a, b) => a === b)),
  Less: pairwise(truth((a, b) => a < b)),
  Greater: pairwise(truth((a, b) => a > b)),
  And: pairwise(truth((a, b) => a !== 0 && b !== 0)),
  Or: pairwise(truth((a, b) => a !== 0 || b !== 0)),
  Not: each((value) => Number(value === 0)),
  Max: together(Math.max),
  Min: together(Math.min),
  Sum: together((a, b) => a + b),
  Clip: clip,
  ReduceProd: overAxes((a, b) => a * b),
  ReduceSum: overAxes((a, b) => a + b),
  ReduceMax: overAxes(Math.max),
  ReduceMin: overAxes(Math.min),
  ReduceMean: mean,
};
