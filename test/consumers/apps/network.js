// A network of one 3 × 3 convolution from RGB to two units, with weights known in advance.
import { createNetwork, preprocessing } from "convlens";

export function network() {
  const image = { kind: "input", name: "image", layer: "image", inputs: [], output: [16, 16, 3] };
  const conv = {
    kind: "conv",
    name: "conv",
    layer: "conv",
    inputs: ["image"],
    output: [16, 16, 2],
    kernel: Float32Array.from({ length: 54 }, (_, i) => ((i % 11) - 5) / 10),
    kernelShape: [3, 3, 3, 2],
    bias: null,
    strides: [1, 1],
    dilation: [1, 1],
    padding: "same",
    groups: 1,
    activation: { name: "relu" },
  };
  return createNetwork("tiny", [image, conv], {
    shape: [16, 16, 3],
    preprocessing: preprocessing("unit"),
    stated: true,
  });
}
