/** Transposed convolutions of graphs. */
import { channelsOf } from "../../core/shape.js";
import type { Pads } from "../../network/ops/window.js";
import { type Activation, type ConvTransposeOp, linear } from "../../network/ops.js";
import { CannotRead } from "./cannot-read.js";
import { type AxisOrder, turnableImageOf } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { turn } from "./strides.js";
import { exchanged, turnedOrder, turnedPadding } from "./turned.js";
import type { GraphMap } from "./value.js";

/** A transposed convolution to be added. */
export interface ConvTransposeParts
  extends Pick<ConvTransposeOp, "kernel" | "bias" | "strides" | "dilation" | "padding" | "outputPadding" | "groups"> {
  readonly layer: string;
  /** `[height, width, in / groups, out]`. */
  readonly shape: readonly [number, number, number, number];
  readonly activation?: Activation;
}

/** Adds a transposed convolution; `order` is that of the axes that the node reads. */
export function addConvTranspose(
  node: NodeToRead,
  input: GraphMap,
  order: AxisOrder,
  parts: ConvTransposeParts,
): GraphMap {
  const { builder, readers } = node;
  const { map, turned } = turnableImageOf(node, input, order);
  const { layer, shape, activation = linear, ...rest } = turned ? turnedParts(parts) : parts;
  const channels = channelsOf(map.shape);
  if (map.sure && channels !== shape[2] * rest.groups) {
    throw new CannotRead(`it reads ${channels} channels with weights for ${shape[2] * rest.groups}`);
  }
  if (!rest.outputPadding.every((n) => Number.isInteger(n))) throw new CannotRead("its output size is no whole number");
  const place = builder.place(layer, [map]);
  const draft = { kind: "convTranspose", ...place, inputs: [map.op], ...rest, kernelShape: shape, activation } as const;
  return builder.add(draft, [map], { axes: turned ? turnedOrder(order) : order, readers });
}

function turnedParts(parts: ConvTransposeParts): ConvTransposeParts {
  const [h, w, read, out] = parts.shape;
  return {
    ...parts,
    kernel: turn(parts.kernel, parts.shape, [1, 0, 2, 3]),
    shape: [w, h, read, out],
    strides: exchanged(parts.strides),
    dilation: exchanged(parts.dilation),
    padding: turnedPadding(parts.padding) as Pads,
    outputPadding: exchanged(parts.outputPadding),
  };
}
