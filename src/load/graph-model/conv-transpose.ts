/** `Conv2DBackpropInput`, TensorFlow's transposed convolution; kernel `[height, width, out, in]`. */
import type { Padding } from "../../network/ops.js";
import { CannotRead } from "../graph/cannot-read.js";
import type { NodeReader } from "../graph/node.js";
import { addConvTranspose, type ConvTransposeParts } from "../graph/transposed.js";
import { fileShape, type GraphMap, listOf } from "../graph/value.js";
import { exchanged } from "../layers/conv-transpose.js";
import { orderOf, slidingOf } from "./weighted.js";

/** The reader of the node: a size, the kernel, the map. */
export const convTranspose: NodeReader = (node) => {
  const map = node.map(2);
  const order = orderOf(node);
  const weight = node.weight(1, 4);
  const { kernel, kernelShape } = exchanged({ values: node.numbers(1), shape: weight.shape });
  const { strides, dilation, padding } = slidingOf(node);
  const [height, width] = kernelShape;
  const wanted = node.inputs[0]?.kind === "constant" ? listOf(node.inputs[0]) : [];
  const margins = ["H", "W"].map((letter, i) => {
    const at = order.indexOf(letter);
    const reach = ([height, width][i]! - 1) * dilation[i]! + 1;
    return marginOf(padding, {
      axis: i as 0 | 1,
      reach,
      stride: strides[i]!,
      wanted: wanted[at],
      size: sizeAt(map, at),
    });
  });
  const [rows, columns] = margins as [Margin, Margin];
  return addConvTranspose(node, map, order, {
    layer: node.layer(weight),
    kernel,
    shape: kernelShape,
    bias: null,
    groups: 1,
    strides,
    dilation,
    padding: { top: rows.start, bottom: rows.end, left: columns.start, right: columns.end },
    outputPadding: [rows.more, columns.more],
  } satisfies ConvTransposeParts);
};

const sizeAt = (map: GraphMap, at: number): number | null => fileShape(map)[at] ?? null;

interface Margin {
  readonly start: number;
  readonly end: number;
  readonly more: number;
}

/**
 * What is cut off along an axis, and added, so that the output has the size asked for. A size that depends on a free image
 * size is taken to be what Keras asks for: the input's times the stride.
 */
function marginOf(
  padding: Padding,
  {
    axis,
    reach,
    stride,
    wanted,
    size,
  }: { axis: 0 | 1; reach: number; stride: number; wanted: number | undefined; size: number | null },
): Margin {
  const isKnown = wanted !== undefined && Number.isFinite(wanted) && size !== null;
  // Rows put out beyond (size − 1) · stride + reach; below zero: fewer.
  const usual = padding === "same" ? stride - reach : Math.max(reach, stride) - reach;
  if (typeof padding === "object") {
    const [start, end] = axis === 0 ? [padding.top, padding.bottom] : [padding.left, padding.right];
    if (!isKnown) throw new CannotRead("its output size depends on the image size, which the model leaves free");
    return { start, end, more: wanted - (size - 1) * stride - reach + start + end };
  }
  const beyond = isKnown ? wanted - (size - 1) * stride - reach : usual;
  const cut = padding === "same" ? Math.max(0, -beyond) : 0;
  const start = Math.floor(cut / 2);
  return { start, end: cut - start, more: beyond + cut };
}
