/** ONNX nodes with weights. Kernels are `[out, in / groups, height, width]` there. */

import { CannotRead } from "../graph/cannot-read.js";
import { turn } from "../graph/fold.js";
import type { NodeReader } from "../graph/node.js";
import { addConv, addDense, addNorm, transposed } from "../graph/weighted.js";
import { channelsFirst } from "./channels-first.js";
import { slidingOf } from "./sliding.js";

/** `Conv` of two axes. */
export const conv: NodeReader = (node) => {
  const input = channelsFirst(node, 0);
  const weight = node.weight(1, 4);
  const [outputs, inputs, height, width] = weight.shape as [number, number, number, number];
  return addConv(node, node.builder.asMap(input), {
    layer: node.layer(weight, node.constant(2)),
    kernel: turn(node.numbers(1), weight.shape, [2, 3, 1, 0]),
    shape: [height, width, inputs, outputs],
    bias: node.constant(2) ? node.numbers(2) : null,
    groups: node.number("group", 1),
    ...slidingOf(node, input, [height, width]),
  });
};

/** `Gemm`: `alpha · A · B + beta · C`, where A is the map. */
export const gemm: NodeReader = (node) => {
  const weight = node.weight(1, 2);
  if (node.flag("transA", false)) throw new CannotRead("it turns its input around");
  const turned = node.flag("transB", false);
  const [rows, columns] = weight.shape as [number, number];
  const stored = node.numbers(1);
  const alpha = node.number("alpha", 1);
  const beta = node.number("beta", 1);
  const shape: [number, number] = turned ? [columns, rows] : [rows, columns];
  const ordered = turned ? transposed(stored, [rows, columns]) : stored;
  const given = node.constant(2) ? node.numbers(2) : null;
  const bias = given && (given.length === 1 ? new Float32Array(shape[1]).fill(given[0]!) : given);
  return addDense(node, node.map(0), {
    layer: node.layer(weight, node.constant(2)),
    kernel: alpha === 1 ? ordered : ordered.map((w) => w * alpha),
    shape,
    bias: bias && beta !== 1 ? bias.map((b) => b * beta) : bias,
  });
};

/** `MatMul` by a constant; its bias follows as an `Add`. */
export const matMul: NodeReader = (node) => {
  const weight = node.weight(1, 2);
  const layer = node.layer(weight);
  return addDense(node, node.map(0), {
    layer,
    kernel: node.numbers(1),
    shape: weight.shape as [number, number],
    bias: null,
  });
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
  return addNorm(node, channelsFirst(node, 0), {
    layer: node.layer(node.weight(1)),
    gamma: node.numbers(1),
    beta: node.numbers(2),
    mean: node.numbers(3),
    variance: node.numbers(4),
    epsilon: node.number("epsilon", 1e-5),
  });
};
