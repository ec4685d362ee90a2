/** Layers with weights that mix channels: convolutions and the dense layer. */
import { linear } from "../../network/ops.js";
import { fieldOf, flagOf, type LayerConfig, numberOf, pairOf, wordOf } from "../config.js";
import { activated } from "./activation.js";
import { base, inputChannels, type LayerReader, type LayerToRead } from "./reader.js";

/** `Conv2D`; kernel `[height, width, in / groups, out]`. */
export const conv: LayerReader = (layer) => {
  const { config, take } = layer;
  const groups = numberOf(config, "groups", 1);
  const channels = inputChannels(layer);
  const [height, width] = pairOf(config, "kernel_size");
  const kernel = take(["kernel"], [height, width, channels && channels / groups, numberOf(config, "filters")]);
  return activated(layer, {
    ...base(layer),
    kind: "conv",
    kernel: kernel.values,
    kernelShape: four(kernel.shape),
    bias: biasOf(layer, kernel.shape[3]!),
    ...steps(config),
    groups,
    activation: linear,
  });
};

/** `DepthwiseConv2D`; kernel `[height, width, in, multiplier]`. */
export const depthwise: LayerReader = (layer) => {
  const { config, take } = layer;
  const [height, width] = pairOf(config, "kernel_size");
  const multiplier = numberOf(config, "depth_multiplier", 1);
  const kernel = take(["depthwise_kernel", "kernel"], [height, width, inputChannels(layer), multiplier]);
  return activated(layer, {
    ...base(layer),
    kind: "depthwise",
    kernel: kernel.values,
    kernelShape: four(kernel.shape),
    bias: biasOf(layer, kernel.shape[2]! * multiplier),
    ...steps(config),
    activation: linear,
  });
};

/** `SeparableConv2D`: each channel on its own (`"name/depthwise"`), then a 1 × 1 convolution (`"name"`). */
export const separable: LayerReader = (layer) => {
  const { name, inputs, config, take } = layer;
  const [height, width] = pairOf(config, "kernel_size");
  // tfjs leaves the multiplier of this class out of what it saves.
  const multiplier = fieldOf(config, "depth_multiplier") === undefined ? null : numberOf(config, "depth_multiplier");
  const inner = take(["depthwise_kernel"], [height, width, inputChannels(layer), multiplier]);
  const mixed = inner.shape[2]! * inner.shape[3]!;
  const outer = take(["pointwise_kernel"], [1, 1, mixed, numberOf(config, "filters")]);
  const apart = `${name}/depthwise`;
  return [
    {
      kind: "depthwise",
      name: apart,
      layer: name,
      inputs: [inputs[0]!.name],
      kernel: inner.values,
      kernelShape: four(inner.shape),
      bias: null,
      ...steps(config),
      activation: linear,
    },
    ...activated(layer, {
      kind: "conv",
      name,
      inputs: [apart],
      kernel: outer.values,
      kernelShape: four(outer.shape),
      bias: biasOf(layer, outer.shape[3]!),
      strides: [1, 1],
      dilation: [1, 1],
      padding: "valid",
      groups: 1,
      activation: linear,
    }),
  ];
};

/** `Dense`; kernel `[in, out]`. */
export const dense: LayerReader = (layer) => {
  const kernel = layer.take(["kernel"], [inputChannels(layer), numberOf(layer.config, "units")]);
  return activated(layer, {
    ...base(layer),
    kind: "dense",
    kernel: kernel.values,
    kernelShape: [kernel.shape[0]!, kernel.shape[1]!],
    bias: biasOf(layer, kernel.shape[1]!),
    activation: linear,
  });
};

function biasOf({ config, take }: LayerToRead, outputs: number): Float32Array | null {
  return flagOf(config, "use_bias", true) ? take(["bias"], [outputs]).values : null;
}

interface Steps {
  strides: [number, number];
  dilation: [number, number];
  padding: "same" | "valid";
}

function steps(config: LayerConfig): Steps {
  return {
    strides: pairOf(config, "strides", 1),
    dilation: pairOf(config, "dilation_rate", 1),
    padding: wordOf(config, "padding", ["valid", "same"], "valid"),
  };
}

function four(shape: readonly number[]): [number, number, number, number] {
  return [shape[0]!, shape[1]!, shape[2]!, shape[3]!];
}
