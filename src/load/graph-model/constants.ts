/** TensorFlow nodes that read constants alone, and compute with them. */

import type { Shape } from "../../core/shape.js";
import type { Cut } from "../graph/arrange.js";
import { CannotRead } from "../graph/cannot-read.js";
import { expanded, mapped, modulo, reduced } from "../graph/constant-arithmetic.js";
import { filled, gathered, joined, reshaped, sliced, turned } from "../graph/constants.js";
import { each, pairwise, sharedFolds } from "../graph/folds.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import { type GraphConstant, settingsOf } from "../graph/value.js";

/** Types of numbers that are not whole, by name or by number. */
export const isFloat: RegExp = /^(?:DT_(?:FLOAT|DOUBLE|HALF|BFLOAT16)|1|2|19|14)$/;

const overAxes =
  (f: (a: number, b: number) => number): NodeReader =>
  (node) =>
    reduced(node.weight(0), { axes: settingsOf(node.weight(1)), keep: node.flag("keep_dims", false) }, f);

const pack: NodeReader = (node) => {
  const parts = node.inputs.map((_, i) => node.weight(i));
  const rank = parts[0]?.shape.length ?? 0;
  const axis = node.number("axis", 0);
  const at = axis < 0 ? axis + rank + 1 : axis;
  return joined(
    parts.map((part) => reshaped(part, part.shape.toSpliced(at, 0, 1))),
    at,
  );
};

const constantsOf = (node: NodeToRead, from: number, to: number): GraphConstant[] =>
  Array.from({ length: to - from }, (_, i) => node.weight(from + i));

/** What `StridedSlice` cuts of a tensor, and the axes of size one that it puts in. */
export function stridedCuts(node: NodeToRead, shape: Shape): { cuts: Cut[]; added: number[] } {
  const mask = (name: string, i: number): boolean => ((node.number(name, 0) >> i) & 1) === 1;
  const [starts, ends, steps] = [1, 2, 3].map((i) => settingsOf(node.weight(i)));
  const cuts: Cut[] = [];
  const added: number[] = [];
  let axis = 0;
  let out = 0;
  starts!.forEach((first, i) => {
    if (mask("ellipsis_mask", i)) {
      const others = starts!.filter((_, k) => k > i && !mask("new_axis_mask", k)).length;
      out += shape.length - others - axis;
      axis = shape.length - others;
      return;
    }
    if (mask("new_axis_mask", i)) {
      added.push(out++);
      return;
    }
    const step = steps![i] ?? 1;
    const drop = mask("shrink_axis_mask", i);
    const [least, most] = step > 0 ? [0, Number.MAX_SAFE_INTEGER] : [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    if (drop && step !== 1) throw new CannotRead(`it takes one place of an axis by steps of ${step}`);
    const start = mask("begin_mask", i) && !drop ? least : first;
    const end = drop ? (start === -1 ? Number.MAX_SAFE_INTEGER : start + 1) : mask("end_mask", i) ? most : ends![i]!;
    cuts.push({ axis: axis++, start, end, step: drop ? 1 : step, drop });
    if (!drop) out++;
  });
  return { cuts, added };
}

/** Nodes that compute with constants, by type. */
export const folds: Readonly<Record<string, NodeReader>> = {
  ...sharedFolds,
  Cast: (node) => {
    const constant = node.weight(0);
    if (isFloat.test(node.word("DstT", ""))) return { ...constant, whole: false };
    return mapped(constant, Math.trunc, { whole: true });
  },
  Pack: pack,
  ConcatV2: (node) => {
    const last = node.inputs.length - 1;
    return joined(constantsOf(node, 0, last), settingsOf(node.weight(last))[0]!);
  },
  Concat: (node) => joined(constantsOf(node, 1, node.inputs.length), settingsOf(node.weight(0))[0]!),
  StridedSlice: (node) => {
    const constant = node.weight(0);
    const { cuts, added } = stridedCuts(node, constant.shape);
    if (added.length > 0) throw new CannotRead("it puts axes into a constant");
    const cut = sliced(constant, cuts);
    const dropped = cuts.filter(({ drop }) => drop).map(({ axis }) => axis);
    return reshaped(
      cut,
      cut.shape.filter((_, i) => !dropped.includes(i)),
    );
  },
  Slice: (node) => {
    const sizes = settingsOf(node.weight(2));
    const starts = settingsOf(node.weight(1));
    return sliced(
      node.weight(0),
      starts.map((start, axis) => {
        const end = sizes[axis] === -1 ? Number.MAX_SAFE_INTEGER : start + sizes[axis]!;
        return { axis, start, end, step: 1 };
      }),
    );
  },
  GatherV2: (node) => gathered(node, settingsOf(node.weight(2))[0]!),
  Gather: (node) => gathered(node, 0),
  Prod: overAxes((a, b) => a * b),
  Sum: overAxes((a, b) => a + b),
  Max: overAxes(Math.max),
  Min: overAxes(Math.min),
  Fill: (node) => {
    const value = node.weight(1);
    return filled(node.node.name, settingsOf(node.weight(0)), settingsOf(value)[0]!, Boolean(value.whole));
  },
  BroadcastTo: (node) => expanded(node.weight(0), settingsOf(node.weight(1))),
  Reshape: (node) => reshaped(node.weight(0), settingsOf(node.weight(1))),
  Transpose: (node) => turned(node.weight(0), settingsOf(node.weight(1))),
  Squeeze: (node) => {
    const { shape } = node.weight(0);
    const gone = node.list("squeeze_dims")?.map((axis) => (axis < 0 ? axis + shape.length : axis));
    return reshaped(
      node.weight(0),
      shape.filter((n, i) => (gone?.length ? !gone.includes(i) : n !== 1)),
    );
  },
  ExpandDims: (node) => {
    const constant = node.weight(0);
    const [axis] = settingsOf(node.weight(1));
    const at = axis! < 0 ? axis! + constant.shape.length + 1 : axis!;
    return reshaped(constant, constant.shape.toSpliced(at, 0, 1));
  },
  AddV2: pairwise((a, b) => a + b),
  RealDiv: pairwise((a, b) => a / b),
  FloorDiv: pairwise((a, b) => Math.floor(a / b)),
  FloorMod: pairwise(modulo),
  Maximum: pairwise((a, b) => Math.max(a, b)),
  Minimum: pairwise((a, b) => Math.min(a, b)),
  Rsqrt: each((value) => 1 / Math.sqrt(value)),
};
