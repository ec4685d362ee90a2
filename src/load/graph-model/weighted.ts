/**
 * TensorFlow nodes with weights. Optimisers fuse what follows a convolution into it, and name it after the last of what
 * was fused: `_FusedConv2D` with `fused_ops` such as `["BiasAdd", "Relu"]` and the constants of each behind the kernel.
 */
import type { Activation, Padding } from "../../network/ops.js";
import { CannotRead } from "../graph/cannot-read.js";
import type { AxisOrder } from "../graph/layout.js";
import type { NodeReader, NodeToRead } from "../graph/node.js";
import { addActivation } from "../graph/simple.js";
import { floatsOf, type GraphMap } from "../graph/value.js";
import { sizeOf } from "../graph/view.js";
import { addConv, addDense, addNorm, type Sliding, transposed } from "../graph/weighted.js";

/** The order of the axes that a node reads. */
export function orderOf(node: NodeToRead): AxisOrder {
  const format = node.word("data_format", "NHWC");
  if (format === "NHWC" || format === "NCHW") return format;
  throw new CannotRead(`it keeps its axes in the order ${format}`);
}

/** How the window of a node slides. */
export function slidingOf(node: NodeToRead): Sliding {
  const order = orderOf(node);
  const pair = (name: string): [number, number] =>
    spatial(node.whole(name, 4, { fallback: [1, 1, 1, 1], least: 1 }), order);
  return { strides: pair("strides"), dilation: pair("dilations"), padding: paddingOf(node, order) };
}

/** Those of four settings, one for each axis, that are for rows and columns. */
export function spatial(all: readonly number[], order: AxisOrder): [number, number] {
  const [n, h, w, c] = ["N", "H", "W", "C"].map((axis) => all[order.indexOf(axis)]!);
  if (n !== 1 || c !== 1)
    throw new CannotRead(`its window ${all.join("×")} is one of other axes than rows and columns`);
  return [h!, w!];
}

function paddingOf(node: NodeToRead, order: AxisOrder): Padding {
  const word = node.word("padding", "VALID");
  if (word === "SAME") return "same";
  if (word === "VALID") return "valid";
  const sides = node.whole("explicit_paddings", 8);
  const of = (axis: string): number[] => sides.slice(2 * order.indexOf(axis), 2 * order.indexOf(axis) + 2);
  if ([...of("N"), ...of("C")].some((n) => n !== 0)) throw new CannotRead("it pads other axes than rows and columns");
  const [[top, bottom], [left, right]] = [of("H"), of("W")];
  return { top: top!, bottom: bottom!, left: left!, right: right! };
}

/** `Conv2D`, `_FusedConv2D`; kernel `[height, width, in / groups, out]`. */
export const conv: NodeReader = (node) => {
  const map = node.map(0);
  const order = orderOf(node);
  const weight = node.weight(1, 4);
  const [h, w, cin, cout] = weight.shape as [number, number, number, number];
  const channels = map.axes.length === 4 ? sizeOf(map.axes[order.indexOf("C")]!) : null;
  const groups = map.sure && channels !== null ? channels / cin : 1;
  const parts = { kernel: node.numbers(1), shape: [h, w, cin, cout] as const, groups, ...slidingOf(node) };
  return fused(node, 2, (bias) => addConv(node, map, order, { layer: node.layer(weight), ...parts, bias }));
};

/** `DepthwiseConv2dNative` and its fused form; kernel `[height, width, in, multiplier]`. */
export const depthwise: NodeReader = (node) => {
  const weight = node.weight(1, 4);
  const [h, w, cin, multiplier] = weight.shape as [number, number, number, number];
  const shape = [h, w, 1, cin * multiplier] as const;
  const parts = { kernel: node.numbers(1), shape, groups: cin, ...slidingOf(node) };
  const order = orderOf(node);
  return fused(node, 2, (bias) => addConv(node, node.map(0), order, { layer: node.layer(weight), ...parts, bias }));
};

/** `MatMul`, `_FusedMatMul`, `BatchMatMulV2` by a matrix; kernel `[in, out]`. */
export const matMul: NodeReader = (node) => {
  const weight = node.weight(1, 2);
  if (node.flag("adj_x", false)) throw new CannotRead("it turns its input around");
  const turned = node.flag("transpose_b", false) || node.flag("adj_y", false);
  const [rows, columns] = weight.shape as [number, number];
  const kernel = turned ? transposed(node.numbers(1), [rows, columns]) : node.numbers(1);
  const shape: [number, number] = turned ? [columns, rows] : [rows, columns];
  const map = node.map(0);
  const given = node.flag("transpose_a", false) ? { ...map, axes: map.axes.toReversed() } : map;
  const parts = { layer: node.layer(weight), kernel, shape };
  return fused(node, 2, (bias) => addDense(node, given, given.axes.length - 1, { ...parts, bias }));
};

/** `FusedBatchNorm` of any version, with stored statistics. */
export const batchNorm: NodeReader = (node) => {
  if (node.flag("is_training", true)) {
    throw new CannotRead(
      "it is in training mode and normalises by the batch it is given; freeze the model for inference",
    );
  }
  return addNorm(node, node.map(0), orderOf(node).indexOf("C"), {
    layer: node.layer(node.weight(1)),
    gamma: node.numbers(1),
    beta: node.numbers(2),
    mean: node.numbers(3),
    variance: node.numbers(4),
    epsilon: node.number("epsilon", 1e-4),
  });
};

/** Adds a weighted operation and what was fused with it; constants are taken from input `first` on. */
function fused(node: NodeToRead, first: number, add: (bias: Float32Array | null) => GraphMap): GraphMap {
  const list = node.node.settings.get("fused_ops");
  const names = Array.isArray(list) ? (list as readonly unknown[]).map(String) : [];
  let next = first;
  const bias = names[0] === "BiasAdd" ? node.numbers(next++) : null;
  let map = add(bias);
  for (const name of names.slice(bias ? 1 : 0)) {
    if (name === "FusedBatchNorm") {
      const [gamma, beta, mean, variance] = [0, 1, 2, 3].map((i) => node.numbers(next + i));
      next += 4;
      const parts = { gamma: gamma!, beta: beta!, mean: mean!, variance: variance! };
      map = addNorm(node, map, orderOf(node).indexOf("C"), {
        layer: node.layer(),
        ...parts,
        epsilon: node.number("epsilon", 1e-4),
      });
    } else {
      const slopes = name === "Prelu" ? node.weight(next++) : undefined;
      const activation = fusedActivation(node, name, slopes && floatsOf(slopes));
      map = addActivation(node, { ...map, readers: 1 }, activation, node.layer(slopes));
    }
  }
  return { ...map, readers: node.readers };
}

function fusedActivation(node: NodeToRead, name: string, slopes: Float32Array | undefined): Activation {
  switch (name) {
    case "Relu":
      return { name: "relu" };
    case "Relu6":
      return { name: "relu", max: 6 };
    case "Elu":
      return { name: "elu" };
    case "Sigmoid":
      return { name: "sigmoid" };
    case "Tanh":
      return { name: "tanh" };
    case "LeakyRelu":
      return { name: "leakyRelu", alpha: node.number("leakyrelu_alpha", 0.2) };
    case "Prelu":
      return { name: "prelu", slopes: slopes! };
    default:
      throw new CannotRead(`it is fused with ${name}, which is not known`);
  }
}
