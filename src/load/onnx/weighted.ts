/** ONNX nodes with weights. Kernels are `[out, in / groups, height, width]` there. */

import { CannotRead } from "../graph/cannot-read.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import { turn } from "../graph/strides.js";
import { addConv, addDense, addNorm, transposed } from "../graph/weighted.js";
import { slidingOf } from "./sliding.js";

/** `Conv` of two axes. */
export const conv: NodeReader = (node) => {
  const map = node.map(0);
  const weight = node.weight(1, 4);
  const [outputs, inputs, height, width] = weight.shape as [number, number, number, number];
  return addConv(node, map, "NCHW", {
    layer: node.layer(weight, node.constant(2)),
    kernel: turn(node.numbers(1), weight.shape, [2, 3, 1, 0]),
    shape: [height, width, inputs, outputs],
    bias: node.constant(2) ? node.numbers(2) : null,
    groups: node.number("group", 1),
    ...slidingOf(node, map, [height, width]),
  });
};

/** `Gemm`: `alpha · A · B + beta · C`, where A is the map. */
export const gemm: NodeReader = (node) => {
  const map = node.map(0);
  const weight = node.weight(1, 2);
  const turned = node.flag("transB", false);
  const [rows, columns] = weight.shape as [number, number];
  const stored = node.numbers(1);
  const alpha = node.number("alpha", 1);
  const beta = node.number("beta", 1);
  const shape: [number, number] = turned ? [columns, rows] : [rows, columns];
  const ordered = turned ? transposed(stored, [rows, columns]) : stored;
  const bias = biasOf(node, shape[1]);
  if (map.axes.length !== 2) throw new CannotRead(`it multiplies a tensor of ${map.axes.length} axes, not 2`);
  const given = node.flag("transA", false) ? { ...map, axes: map.axes.toReversed() } : map;
  return addDense(node, given, 1, {
    layer: node.layer(weight, node.constant(2)),
    kernel: alpha === 1 ? ordered : ordered.map((w) => w * alpha),
    shape,
    bias: bias && beta !== 1 ? bias.map((b) => b * beta) : bias,
  });
};

/** The bias of a `Gemm`: one number for each column, or one for all. */
function biasOf(node: NodeToRead, columns: number): Float32Array | null {
  const constant = node.constant(2);
  if (!constant) return null;
  const values = node.numbers(2);
  const isOne = values.length === 1;
  if (!isOne && (constant.shape.at(-1) !== columns || values.length !== columns)) {
    throw new CannotRead(`its bias of ${constant.shape.join("×")} is none for each column`);
  }
  return isOne ? new Float32Array(columns).fill(values[0]!) : values;
}

/** `MatMul` of a map by a matrix, or of a matrix by a map, which multiplies the last axis but one; its bias follows as an `Add`. */
export const matMul: NodeReader = (node) => {
  const isFirst = node.inputs[0]?.kind === "map";
  const at = isFirst ? 1 : 0;
  const map = node.map(1 - at);
  const weight = node.weight(at, 2);
  const [rows, columns] = weight.shape as [number, number];
  const layer = node.layer(weight);
  const rank = map.axes.length;
  if (!isFirst && rank < 2) throw new CannotRead("it multiplies a matrix by a list");
  const kernel = isFirst ? node.numbers(at) : transposed(node.numbers(at), [rows, columns]);
  const shape: [number, number] = isFirst ? [rows, columns] : [columns, rows];
  return addDense(node, map, isFirst ? rank - 1 : rank - 2, { layer, kernel, shape, bias: null });
};

/** `BatchNormalization` with stored statistics. */
export const batchNorm: NodeReader = (node) => {
  if (node.version < 9 && !node.flag("spatial", true))
    throw new CannotRead("it normalises every value of the map apart");
  if (node.flag("training_mode", false)) {
    node.builder.notes.push(
      `batch norm "${node.node.name}" was exported in training mode; its stored statistics are used, as in evaluation`,
    );
  }
  return addNorm(node, node.map(0), 1, {
    layer: node.layer(node.weight(1)),
    gamma: node.numbers(1),
    beta: node.numbers(2),
    mean: node.numbers(3),
    variance: node.numbers(4),
    epsilon: node.number("epsilon", 1e-5),
  });
};
