/**
 * Quantised ONNX models hold weights as small integers, `(q − zero point) · scale`. At load they become floats. Quantised maps
 * stand for the numbers that they mean: the rounding of activations between layers is left out, and so is the cut at the end
 * of the range that they were made for; a range that begins at zero is a rectifier, and stays one.
 */
import { LensError } from "../../core/errors.js";
import { alias } from "../graph/alias.js";
import { CannotRead } from "../graph/cannot-read.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import { addActivation } from "../graph/simple.js";
import { turn } from "../graph/strides.js";
import { constantOf, floatsOf, type GraphConstant } from "../graph/value.js";
import { addConv } from "../graph/weighted.js";
import { slidingOf } from "./sliding.js";

/** `DequantizeLinear` of a constant. */
export const dequantizeConstant: NodeReader = (node) => {
  const stored = node.weight(0);
  const scale = node.numbers(1);
  const zero = node.constant(2) ? node.numbers(2) : new Float32Array(scale.length);
  const rank = stored.shape.length;
  const axis = node.number("axis", 1);
  const at = axis < 0 ? axis + rank : axis;
  const along = stored.shape[at];
  if (scale.length !== zero.length || (scale.length !== 1 && scale.length !== along)) {
    throw new LensError(
      "bad-model",
      `"${node.node.name}" has ${scale.length} scales and ${zero.length} zero points for weights of ${stored.shape.join("×")}`,
    );
  }
  const inner = stored.shape.slice(at + 1).reduce((product, n) => product * n, 1);
  return {
    ...stored,
    read: () =>
      floatsOf(stored).map((q, i) => {
        const c = scale.length === 1 ? 0 : Math.floor(i / inner) % along!;
        return (q - zero[c]!) * scale[c]!;
      }),
  };
};

/** `QuantizeLinear` of a map: the rounding is left out; what lies below a range from zero on is cut off, as by a rectifier. */
export const quantizeMap: NodeReader = (node) => {
  const map = node.map(0);
  if (node.inputs.slice(1).some((value) => value?.kind === "map")) throw new CannotRead("its scale is computed");
  const isRectified = beginsAtZero(node, 2) && node.builder.draftOf(map).kind !== "input";
  return isRectified ? addActivation(node, map, { name: "relu" }) : alias(node, map);
};

/** `DequantizeLinear` of a map: the values are those of before. */
export const dequantizeMap: NodeReader = (node) => {
  if (node.inputs.slice(1).some((value) => value?.kind === "map")) throw new CannotRead("its scale is computed");
  return alias(node, node.map(0));
};

/** Whether quantised values begin at zero: the zero point is the least number of its type, by default 0 of 0 … 255. */
function beginsAtZero(node: NodeToRead, zeroPoint: number): boolean {
  const zero = node.constant(zeroPoint);
  if (!zero) return true;
  const { least } = zero;
  return least !== undefined && floatsOf(zero).every((value) => value === least);
}

/** `DynamicQuantizeLinear`: the values themselves, of scale 1 and zero point 0; the rounding is left out. */
export const dynamicQuantize: NodeReader = (node) => {
  const map = { ...alias(node, node.map(0)), readers: node.readersOf(0) };
  const [, scale = "", zeroPoint = ""] = node.node.outputs;
  return [map, constantOf(scale, [], { values: [1] }), constantOf(zeroPoint, [], { values: [0], whole: true })];
};

/** `ConvInteger` of values that `DynamicQuantizeLinear` has made: the weights less their zero point. */
export const convInteger: NodeReader = (node) => {
  if (node.maker(0)?.node.type !== "DynamicQuantizeLinear") {
    throw new CannotRead("its input is quantised in another way than by DynamicQuantizeLinear");
  }
  const weight = node.weight(1, 4);
  const zero = node.constant(3) ? node.numbers(3) : Float32Array.of(0);
  return addConv(node, node.map(0), "NCHW", { ...convOf(node, scaledBy(weight, zero, null)), bias: null });
};

/** `QLinearConv`: a convolution of the values that integers stand for; the rounding is left out. */
export const qLinearConv: NodeReader = (node) => {
  const maker = node.maker(0)?.node.type ?? "";
  if (!quantisers.has(maker))
    throw new CannotRead("its input is made of integers that no node before it has quantised");
  const [inputScale] = node.numbers(1);
  const weight = node.weight(3, 4);
  const scale = node.numbers(4);
  const values = scaledBy(weight, node.numbers(5), scale);
  const bias = node.constant(8)
    ? node.numbers(8).map((b, o) => b * inputScale! * scale[scale.length === 1 ? 0 : o]!)
    : null;
  const isRectified = beginsAtZero(node, 7);
  return addConv(node, node.map(0), "NCHW", {
    ...convOf(node, values, 3),
    bias,
    ...(isRectified && { activation: { name: "relu" } }),
  });
};

/** Nodes that put out quantised values, which stand here for the numbers that they mean. */
const quantisers = new Set(["QuantizeLinear", "QLinearConv", "MaxPool", "Relu", "Reshape", "Transpose", "Concat"]);

/** `(q − zero point) · scale` of weights `[out, …]`, with one number for all or one for each output. */
function scaledBy(weight: GraphConstant, zero: Float32Array, scale: Float32Array | null): Float32Array {
  const [outputs] = weight.shape as [number];
  const stored = floatsOf(weight);
  const each = stored.length / outputs;
  if ([zero, scale].some((list) => list && list.length !== 1 && list.length !== outputs)) {
    throw new CannotRead("its scales and zero points are neither for all weights nor for each output");
  }
  const of = (list: Float32Array, i: number): number => list[list.length === 1 ? 0 : Math.floor(i / each)]!;
  return stored.map((q, i) => (q - of(zero, i)) * (scale ? of(scale, i) : 1));
}

/** The parts of a convolution whose weights are at hand. */
function convOf(node: NodeToRead, values: Float32Array, at = 1) {
  const weight = node.weight(at, 4);
  const [outputs, inputs, height, width] = weight.shape as [number, number, number, number];
  return {
    layer: node.layer(weight),
    kernel: turn(values, weight.shape, [2, 3, 1, 0]),
    shape: [height, width, inputs, outputs] as const,
    groups: node.number("group", 1),
    ...slidingOf(node, node.map(0), [height, width]),
  };
}
