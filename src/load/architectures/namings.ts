/** What files of other origin call the layers of an architecture: the same network, other words. */
import type { BuiltName } from "./architectures.js";

/** What a file calls a layer of a recipe. */
export type Naming = (layer: string) => string;

const own: Naming = (layer) => layer;

/** lucent, which took its names from the nodes of TensorFlow's graph. */
const lucent: Naming = (layer) => (layer === "softmax2" ? "softmax2_pre_activation_matmul" : `${layer}_pre_relu_conv`);

const captumParts: Readonly<Record<string, string>> = {
  "1x1": "conv_1x1",
  "3x3_bottleneck": "conv_3x3_reduce",
  "3x3": "conv_3x3",
  "5x5_bottleneck": "conv_5x5_reduce",
  "5x5": "conv_5x5",
  pool_reduce: "pool_proj",
};
const captumLayers: Readonly<Record<string, string>> = {
  conv2d0: "conv1",
  conv2d1: "conv2",
  conv2d2: "conv3",
  softmax2: "fc",
};

/** captum.optim, whose modules have modules. */
const captum: Naming = (layer) => {
  const [, module, part] = /^(mixed\d[a-e])_(.+)$/.exec(layer) ?? [];
  return module && captumParts[part!] ? `${module}.${captumParts[part!]}` : (captumLayers[layer] ?? layer);
};

/** Caffe, which has slashes in its names. */
const caffe: Naming = (layer) => layer.replace(/^(conv\d|inception_\d[a-e]|pool\d|loss\d)_/, "$1/");

const namings: Partial<Record<BuiltName, readonly Naming[]>> = { googlenet: [own, lucent, captum, caffe] };

/** What files call the layers of an architecture, its recipes' own words first. */
export function namingsOf(architecture: BuiltName): readonly Naming[] {
  return namings[architecture] ?? [own];
}
