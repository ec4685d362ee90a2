/** Operations written by hand, for networks small enough to work out on paper. */
import type { Shape } from "../../src/core/shape.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import { type ConvOp, linear, type Op } from "../../src/network/ops.js";
import { preprocessing } from "../../src/network/preprocessing.js";
import { outputShape } from "../../src/network/shapes.js";

/** An operation without its layer and shape. */
export type Draft = Op extends infer O
  ? O extends Op
    ? Omit<O, "layer" | "output"> & { output?: Shape }
    : never
  : never;

/** A network of operations on an image of a shape; shapes are worked out, layers named after operations. */
export function network(image: readonly number[], drafts: readonly Draft[]): Network {
  const shapes = new Map<string, Shape>([["image", image]]);
  const ops: Op[] = [{ kind: "input", name: "image", layer: "image", inputs: [], output: image }];
  for (const draft of drafts) {
    const op = { ...draft, layer: draft.name, output: draft.output ?? [] } as Op;
    const output = outputShape(
      op,
      op.inputs.map((name) => shapes.get(name)!),
    );
    shapes.set(op.name, output);
    ops.push({ ...op, output });
  }
  return createNetwork("by hand", ops, { shape: image, preprocessing: preprocessing("unit", image[2]!), stated: true });
}

/** A convolution with weights counted up from 1. */
export function conv(name: string, input: string, shape: ConvOp["kernelShape"], more: Partial<ConvOp> = {}): Draft {
  return {
    kind: "conv",
    name,
    inputs: [input],
    kernel: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i + 1),
    kernelShape: shape,
    bias: null,
    strides: [1, 1],
    dilation: [1, 1],
    padding: "valid",
    groups: 1,
    activation: linear,
    ...more,
  };
}
