/** The ONNX nodes that are known, by type: what computes, and what only rearranges constants. */

import { arithmetic, ofMaps } from "../graph/arithmetic.js";
import { pad } from "../graph/arrange.js";
import { CannotRead } from "../graph/cannot-read.js";
import { combined, gathered, joined, shapeOf, sliced } from "../graph/fold.js";
import type { GraphNode, NodeReader } from "../graph/node.js";
import type { Dialect } from "../graph/read.js";
import { addGlobalPool, addLrn, addPool, addReduce } from "../graph/simple.js";
import { constantOf, listOf } from "../graph/value.js";
import { activations } from "./activations.js";
import { arranging, arrangingConstants } from "./arrange.js";
import { castConstant } from "./cast.js";
import { channelsFirst } from "./channels-first.js";
import { dequantizeConstant, roundedMap } from "./quantised.js";
import { slidingOf } from "./sliding.js";
import { batchNorm, conv, gemm, matMul } from "./weighted.js";

/** `MaxPool`, `AveragePool`. */
function pool(mode: "max" | "average"): NodeReader {
  return (node) => {
    const map = channelsFirst(node, 0);
    const length = node.list("kernel_shape")?.length;
    if (length !== 2) throw new CannotRead(`it pools over ${length ?? "no"} axes, not 2`);
    const size = node.whole("kernel_shape", 2, { least: 1 }) as [number, number];
    const { strides, dilation, padding } = slidingOf(node, map, size);
    if (dilation.some((n) => n !== 1)) throw new CannotRead("its windows have gaps");
    const counted = mode === "average" && node.flag("count_include_pad", false) && padding !== "valid";
    if (!counted) return addPool(node, map, { mode, size, strides, padding });
    if (padding === "same" || node.flag("ceil_mode", false)) {
      throw new CannotRead("it counts zeros into its means whose number depends on the image size");
    }
    const { top, bottom, left, right } = padding;
    const sides = { N: [0, 0], C: [0, 0], H: [top, bottom], W: [left, right] } as const;
    const zeros = pad(
      node,
      map,
      [...map.axes].map((axis) => sides[axis as keyof typeof sides]),
    );
    return addPool(node, zeros, { mode, size, strides, padding: "valid" });
  };
}

/** `ReduceMean`, `ReduceMax`; from version 18 on the axes are an input. */
function reduce(mode: "max" | "average"): NodeReader {
  return (node) => {
    const axes = node.version >= 18 ? node.listFrom(1, "axes") : node.list("axes");
    return addReduce(node, node.map(0), { axes, keep: node.flag("keepdims", true), mode });
  };
}

const readers: Readonly<Record<string, NodeReader>> = {
  ...activations,
  ...arranging,
  Conv: conv,
  Gemm: gemm,
  MatMul: matMul,
  BatchNormalization: batchNorm,
  MaxPool: pool("max"),
  AveragePool: pool("average"),
  GlobalMaxPool: (node) => addGlobalPool(node, channelsFirst(node, 0), "max"),
  GlobalAveragePool: (node) => addGlobalPool(node, channelsFirst(node, 0), "average"),
  ReduceMean: reduce("average"),
  ReduceMax: reduce("max"),
  Add: (node) => arithmetic(node, "add"),
  Sub: (node) => arithmetic(node, "subtract"),
  Mul: (node) => arithmetic(node, "multiply"),
  Div: (node) => arithmetic(node, "divide"),
  Sum: (node) =>
    ofMaps(
      node,
      node.inputs.map((_, i) => node.map(i)),
      "add",
    ),
  LRN: (node) => {
    const size = node.number("size");
    if (!Number.isInteger(size) || size < 1 || size % 2 === 0)
      throw new CannotRead(`it sums over ${size} channels, not an odd number`);
    return addLrn(node, channelsFirst(node, 0), {
      radius: (size - 1) / 2,
      // The standard divides by the number of channels.
      alpha: node.number("alpha", 1e-4) / size,
      beta: node.number("beta", 0.75),
      bias: node.number("bias", 1),
    });
  },
  Shape: shapeOf,
  QuantizeLinear: roundedMap,
  DequantizeLinear: roundedMap,
};

const folds: Readonly<Record<string, NodeReader>> = {
  ...arrangingConstants,
  Constant: (node) => {
    const { settings, name } = node.node;
    const value = settings.get("value");
    if (typeof value === "object" && "read" in value) return value;
    const list = ["value_float", "value_int", "value_floats", "value_ints"].map((key) => node.list(key)).find((l) => l);
    if (!list) throw new CannotRead("it holds no numbers");
    const scalar = settings.has("value_float") || settings.has("value_int");
    const whole = settings.has("value_int") || settings.has("value_ints");
    return constantOf(name, scalar ? [] : [list.length], { values: list, whole });
  },
  ConstantOfShape: (node) => {
    const shape = listOf(node.weight(0));
    const count = shape.reduce((product, n) => product * n, 1);
    const value = node.node.settings.get("value");
    const given = typeof value === "object" && "read" in value ? value : undefined;
    const fill = given ? listOf(given)[0]! : 0;
    if (!(count <= 4096)) throw new CannotRead("it makes a long list");
    const values = Array.from({ length: count }, () => fill);
    return constantOf(node.node.name, shape, { values, whole: given?.whole });
  },
  Shape: shapeOf,
  Identity: (node) => node.weight(0),
  Cast: castConstant,
  Gather: gathered,
  Slice: (node) => {
    const of = (i: number, name: string): number | undefined => node.listFrom(i, name)?.[0];
    if (of(3, "axes")) throw new CannotRead("it takes a part of the columns of a list");
    return sliced(node, { start: of(1, "starts") ?? 0, end: of(2, "ends") ?? 0, step: of(4, "steps") ?? 1 });
  },
  Concat: (node) => joined(node, node.inputs.length),
  Add: (node) => combined(node, (a, b) => a + b),
  Sub: (node) => combined(node, (a, b) => a - b),
  Mul: (node) => combined(node, (a, b) => a * b),
  Div: (node) => combined(node, (a, b, whole) => (whole ? Math.trunc(a / b) : a / b)),
  Floor: (node) => {
    const constant = node.weight(0);
    return constantOf(node.node.name, constant.shape, { values: listOf(constant).map(Math.floor) });
  },
  DequantizeLinear: dequantizeConstant,
};

function note({ type, name }: GraphNode): string | undefined {
  if (type === "QuantizeLinear") return `"${name}" rounds activations to 8 bits; the rounding is left out`;
  return undefined;
}

/** ONNX. */
export const onnxDialect: Dialect = { readers, folds, note };
