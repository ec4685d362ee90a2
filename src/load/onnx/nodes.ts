/** The ONNX nodes that are known, by type: what computes, and what only rearranges constants. */

import type { Pads } from "../../network/ops/window.js";
import type { Padding } from "../../network/ops.js";
import { addAbsolute, addPower, arithmetic, negated, ofMaps, power } from "../graph/arithmetic.js";
import { CannotRead } from "../graph/cannot-read.js";
import { shapeOf } from "../graph/constants.js";
import { extremum } from "../graph/extremum.js";
import { geluOf } from "../graph/gelu.js";
import type { GraphNode, NodeReader, NodeToRead } from "../graph/node.js";
import type { Dialect } from "../graph/read.js";
import { addLength, addMinimum, addReduce, addSum } from "../graph/reduce.js";
import { addLrn, addPool } from "../graph/simple.js";
import { pad } from "../graph/spatial.js";
import type { GraphMap } from "../graph/value.js";
import { normalizedOf } from "../graph/written-out-norm.js";
import { activations } from "./activations.js";
import { arranging, padsOf } from "./arrange.js";
import { folds, reducingOf } from "./constants.js";
import { convTranspose } from "./conv-transpose.js";
import { localResponse } from "./local-response.js";
import { groupNorm, instanceNorm, layerNorm } from "./normalized.js";
import { convInteger, dequantizeMap, dynamicQuantize, qLinearConv, quantizeMap } from "./quantised.js";
import { slidingOf } from "./sliding.js";
import { batchNorm, conv, gemm, matMul } from "./weighted.js";

/** `MaxPool`, `AveragePool`. */
function pool(mode: "max" | "average"): NodeReader {
  return (node) => {
    const length = node.list("kernel_shape")?.length;
    if (length !== 2) throw new CannotRead(`it pools over ${length ?? "no"} axes, not 2`);
    const size = node.whole("kernel_shape", 2, { least: 1 }) as [number, number];
    const padded = mode === "max" ? paddedByLeast(node) : null;
    const map = padded?.map ?? node.map(0);
    const { strides, dilation, padding } = slidingOf(node, map, size);
    if (dilation.some((n) => n !== 1)) throw new CannotRead("its windows have gaps");
    if (padded) return addPool(node, map, "NCHW", { mode, size, strides, padding: sum(padded.padding, padding) });
    const counted = mode === "average" && node.flag("count_include_pad", false) && padding !== "valid";
    if (!counted) return addPool(node, map, "NCHW", { mode, size, strides, padding });
    if (padding === "same" || node.flag("ceil_mode", false)) {
      throw new CannotRead("it counts zeros into its means whose number depends on the image size");
    }
    const { top, bottom, left, right } = padding;
    const zeros = pad(node, map, "NCHW", [
      [0, 0],
      [0, 0],
      [top, bottom],
      [left, right],
    ]);
    return addPool(node, zeros, "NCHW", { mode, size, strides, padding: "valid" });
  };
}

/** What a `Pad` by the least of all numbers reads, and the padding it is for the maximum behind it. */
function paddedByLeast(node: NodeToRead): { map: GraphMap; padding: Pads } | null {
  const maker = node.maker(0);
  if (maker?.node.type !== "Pad" || maker.inputs[0]?.kind !== "map") return null;
  if (node.flag("ceil_mode", false) || node.word("auto_pad", "NOTSET") !== "NOTSET") return null;
  const { mode, value, sides } = padsOf(maker);
  const [n, c, rows, columns] = sides;
  if (mode !== "constant" || value > -3e38 || sides.length !== 4) return null;
  if ([...n!, ...c!].some((zeros) => zeros !== 0) || sides.flat().some((zeros) => zeros < 0)) return null;
  return {
    map: maker.inputs[0],
    padding: { top: rows![0], bottom: rows![1], left: columns![0], right: columns![1] },
  };
}

function sum(a: Pads, padding: Padding): Padding {
  if (typeof padding === "string") return a;
  return {
    top: a.top + padding.top,
    bottom: a.bottom + padding.bottom,
    left: a.left + padding.left,
    right: a.right + padding.right,
  };
}

/** `ReduceMean`, `ReduceMax`; from version 18 on the axes are an input. */
function reduce(mode: "max" | "average"): NodeReader {
  return (node) => addReduce(node, node.map(0), { ...reducingOf(node), mode });
}

/** `GlobalAveragePool` and `GlobalMaxPool`: over all axes but the batch and the channels, which come first. */
function globalPool(mode: "max" | "average"): NodeReader {
  return (node) => {
    const map = node.map(0);
    const axes = map.axes.map((_, i) => i).slice(2);
    return addReduce(node, map, { axes, keep: true, mode });
  };
}

const readers: Readonly<Record<string, NodeReader>> = {
  ...activations,
  ...arranging,
  Conv: conv,
  ConvTranspose: convTranspose,
  Gemm: gemm,
  MatMul: matMul,
  BatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  InstanceNormalization: instanceNorm,
  GroupNormalization: groupNorm,
  MaxPool: pool("max"),
  AveragePool: pool("average"),
  GlobalMaxPool: globalPool("max"),
  GlobalAveragePool: globalPool("average"),
  ReduceMean: reduce("average"),
  ReduceMax: reduce("max"),
  ReduceSum: (node) => addSum(node, node.map(0), reducingOf(node)),
  ReduceMin: (node) => addMinimum(node, node.map(0), reducingOf(node)),
  ReduceL2: (node) => addLength(node, node.map(0), reducingOf(node)),
  Add: (node) => arithmetic(node, "add"),
  Sub: (node) => arithmetic(node, "subtract"),
  Mul: (node) => geluOf(node) ?? arithmetic(node, "multiply"),
  Div: (node) => localResponse(node) ?? normalizedOf(node) ?? arithmetic(node, "divide"),
  Pow: power,
  Sqrt: (node) => addPower(node, node.map(0), 0.5),
  Reciprocal: (node) => addPower(node, node.map(0), -1),
  Abs: (node) => addAbsolute(node, node.map(0)),
  Neg: negated,
  Max: (node) => extremum(node, "maximum"),
  Min: (node) => extremum(node, "minimum"),
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
    return addLrn(node, node.map(0), 1, {
      radius: (size - 1) / 2,
      // The standard divides by the number of channels.
      alpha: node.number("alpha", 1e-4) / size,
      beta: node.number("beta", 0.75),
      bias: node.number("bias", 1),
    });
  },
  Shape: shapeOf,
  QuantizeLinear: quantizeMap,
  DequantizeLinear: dequantizeMap,
  DynamicQuantizeLinear: dynamicQuantize,
  ConvInteger: convInteger,
  QLinearConv: qLinearConv,
};

function note({ type, name }: GraphNode): string | undefined {
  if (["QuantizeLinear", "DynamicQuantizeLinear", "QLinearConv"].includes(type))
    return `"${name}" rounds activations to 8 bits; the rounding is left out`;
  return undefined;
}

/** ONNX. */
export const onnxDialect: Dialect = { readers, folds, note };
