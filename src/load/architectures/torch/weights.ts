/**
 * The weights of a PyTorch module by layer, in the order of axes that convolutions have here: `[out, in, h, w]` becomes
 * `[h, w, in, out]`, `[out, in]` becomes `[in, out]`.
 */

import type { NamedTensors } from "../../tensors.js";
import type { LayerCall } from "../../topology.js";
import type { StoredWeight } from "../../weights.js";

/** Names of a batch norm's parts, here and there. */
const normNames = {
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
} as const;

/** The weights of a layer that the file calls `name`; none where the file does not have them. */
export async function torchWeights(
  tensors: NamedTensors["tensors"],
  name: string,
  { config }: LayerCall,
): Promise<StoredWeight[]> {
  const read = async (own: string, as: string): Promise<StoredWeight[]> => {
    const tensor = tensors.get(`${name}.${as}`);
    if (!tensor) return [];
    const values = await tensor.read();
    // A dense layer may be written as a 1 × 1 convolution, here or there.
    const given = own === "kernel" && tensor.shape.length === 2 ? [...tensor.shape, 1, 1] : tensor.shape;
    const { shape, data } = turned(own, config.className === "Dense" ? given.slice(0, 2) : given, values);
    return [{ name: own, shape, values: () => data }];
  };
  switch (config.className) {
    case "BatchNormalization":
      return (await Promise.all(Object.entries(normNames).map(([own, as]) => read(own, as)))).flat();
    case "LayerNormalization":
      return [...(await read("gamma", "weight")), ...(await read("beta", "bias"))];
    case "LayerScale": {
      const tensor = tensors.get(name);
      const values = await tensor?.read();
      return values ? [{ name: "gamma", shape: [values.length], values: () => values }] : [];
    }
    case "Conv2D":
    case "Dense":
      return [...(await read("kernel", "weight")), ...(await read("bias", "bias"))];
    case "DepthwiseConv2D":
      return [...(await read("depthwise_kernel", "weight")), ...(await read("bias", "bias"))];
    default:
      return [];
  }
}

function turned(own: string, shape: readonly number[], values: Float32Array): { shape: number[]; data: Float32Array } {
  if (shape.length === 2) {
    const [out, into] = shape as [number, number];
    const data = new Float32Array(out * into);
    // By blocks of rows, so that both arrays are read and written in runs: a dense layer of VGG has 100 million numbers.
    for (let first = 0; first < out; first += 16) {
      const end = Math.min(out, first + 16);
      for (let i = 0; i < into; i++) for (let o = first; o < end; o++) data[i * out + o] = values[o * into + i]!;
    }
    return { shape: [into, out], data };
  }
  if (shape.length !== 4) return { shape: [...shape], data: values };
  const [out, into, height, width] = shape as [number, number, number, number];
  const data = new Float32Array(values.length);
  const taps = height * width;
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < into; i++) {
      for (let tap = 0; tap < taps; tap++) data[(tap * into + i) * out + o] = values[(o * into + i) * taps + tap]!;
    }
  }
  // Each channel on its own: the outputs are the inputs.
  return { shape: own === "depthwise_kernel" ? [height, width, out, into] : [height, width, into, out], data };
}

/** The kernel of a dense layer behind a map `[channels, size, size]` that PyTorch lays out channel by channel. */
export function fromChannelsFirst(kernel: StoredWeight, channels: number): StoredWeight {
  const [features, out] = kernel.shape as [number, number];
  const pixels = features / channels;
  let values: Float32Array | undefined;
  return {
    ...kernel,
    values: () => {
      values ??= reordered(kernel.values(), { channels, pixels, out });
      return values;
    },
  };
}

function reordered(
  values: Float32Array,
  { channels, pixels, out }: { channels: number; pixels: number; out: number },
): Float32Array {
  const data = new Float32Array(values.length);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < pixels; p++) {
      const from = (c * pixels + p) * out;
      data.set(values.subarray(from, from + out), (p * channels + c) * out);
    }
  }
  return data;
}
