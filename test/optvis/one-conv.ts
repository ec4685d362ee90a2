/** Networks of one convolution of 3 × 3, with weights and biases as wanted, and a target behind or before its activation. */
import { createNetwork, type Network } from "../../src/network/network.js";
import { type Activation, linear } from "../../src/network/ops.js";
import { preprocessing } from "../../src/network/preprocessing.js";

/** `image` → `conv`, one unit per bias; kernels of a fixed pattern of both signs. */
export function oneConv(biases: readonly number[], activation: Activation = linear): Network {
  const units = biases.length;
  return createNetwork(
    "one conv",
    [
      { kind: "input", name: "image", layer: "image", inputs: [], output: [24, 24, 3] },
      {
        kind: "conv",
        name: "conv",
        layer: "conv",
        inputs: ["image"],
        output: [24, 24, units],
        kernel: Float32Array.from({ length: 27 * units }, (_, i) => ((Math.floor(i / units) % 11) - 5) / 10),
        kernelShape: [3, 3, 3, units],
        bias: Float32Array.from(biases),
        strides: [1, 1],
        dilation: [1, 1],
        padding: "same",
        groups: 1,
        activation,
      },
    ],
    { shape: [24, 24, 3], preprocessing: preprocessing("unit", 3), stated: true },
  );
}
