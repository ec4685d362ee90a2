/**
 * How a file calls the weights of a layer and in which order of axes it has them. Keras writes `conv1/kernel`, `[height, width, in, out]`; PyTorch
 * `conv1.weight`, `[out, in, height, width]`; the constants of a TensorFlow graph are `conv1_w` in the order of Keras, and those of
 * Caffe2, ONNX's first, `conv1_w_0` in that of PyTorch.
 */
import type { Json } from "../json.js";
import type { NamedTensor, NamedTensors } from "../tensors.js";
import type { LayerCall } from "../topology.js";
import type { StoredWeight } from "../weights.js";
import { fromChannelsFirst, torchWeights } from "./torch/weights.js";

/** A weight of a layer in a file. */
interface HeldWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly tensor: NamedTensor;
}

/** The tensors of a file by layer. */
export interface HeldLayers {
  /** All tensors, their names ending as Keras's or PyTorch's do. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  /** The layers that have weights to multiply with, in the file's words. */
  readonly layers: ReadonlyMap<string, readonly HeldWeight[]>;
  /** The layer of a tensor. */
  readonly layerOf: (tensor: string) => string;
  /**
   * Reads the weights of the layer `name`; the result is empty where the file has none for it.
   *
   * @param flattened - channels of the map that the layer reads in one row, where PyTorch has it channel by channel
   */
  readonly read: (name: string, call: LayerCall, flattened?: Json) => Promise<readonly StoredWeight[]>;
  /** Height, width and number of outputs of a layer's kernel, of a dense layer only the last; `undefined` where it has none. */
  readonly kernelOf: (name: string) => readonly number[] | undefined;
}

const upToLast = (name: string, mark: string): string => name.slice(0, Math.max(0, name.lastIndexOf(mark))) || name;

/** Endings that mean the same as PyTorch's or Keras's. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/_w_0$/, ".weight"],
  [/_b_0$/, ".bias"],
  [/_w$/, "/kernel"],
  [/_b$/, "/bias"],
  [/\/weights$/, "/kernel"],
  [/\/biases$/, "/bias"],
];

/** The tensors of a file, its names ending as PyTorch's or Keras's do. */
function respelled(tensors: NamedTensors["tensors"]): ReadonlyMap<string, NamedTensor> {
  const known = [...tensors.keys()].some((name) => /\.weight$|\/(?:kernel|depthwise_kernel|0)$/.test(name));
  if (known) return tensors;
  const rename = (name: string): string => {
    const ending = endings.find(([pattern]) => pattern.test(name));
    return ending ? name.replace(...ending) : name;
  };
  return new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]));
}

/** The layers in a file. */
export function heldLayers(held: NamedTensors): HeldLayers {
  const tensors = respelled(held.tensors);
  return [...tensors.keys()].some((name) => /\.weight$/.test(name)) ? inTorch(tensors) : inKeras(tensors);
}

function inTorch(tensors: ReadonlyMap<string, NamedTensor>): HeldLayers {
  const all = byLayer(tensors, ".");
  const layers = new Map([...all].filter(([, list]) => list.some(({ name }) => name === "weight")));
  return {
    tensors,
    layers,
    layerOf: (tensor) => upToLast(tensor, "."),
    async read(name, call, flattened) {
      const list = await torchWeights(tensors, name, call);
      if (typeof flattened !== "number") return list;
      return list.map((weight) => (weight.name === "kernel" ? fromChannelsFirst(weight, flattened) : weight));
    },
    kernelOf: (name) => {
      const [out, , ...size] = layers.get(name)?.find((weight) => weight.name === "weight")?.shape ?? [];
      return out === undefined ? undefined : [...size, out];
    },
  };
}

function inKeras(tensors: ReadonlyMap<string, NamedTensor>): HeldLayers {
  const layers = byLayer(tensors, "/");
  return {
    tensors,
    layers,
    layerOf: (tensor) => upToLast(tensor, "/"),
    read: async (name) =>
      Promise.all(
        (layers.get(name) ?? []).map(async ({ name: own, shape, tensor }): Promise<StoredWeight> => {
          const values = await tensor.read();
          return { name: own, shape, values: () => values };
        }),
      ),
    kernelOf: (name) => {
      const shape = layers.get(name)?.[0]?.shape;
      return shape && [...shape.slice(0, -2), shape.at(-1)!];
    },
  };
}

/** Tensors by layer, in the file's order, each once: a file of Keras knows them by name and by number. */
function byLayer(tensors: ReadonlyMap<string, NamedTensor>, mark: string): Map<string, readonly HeldWeight[]> {
  const layers = new Map<string, Map<NamedTensor, HeldWeight>>();
  for (const [name, tensor] of tensors) {
    const at = name.lastIndexOf(mark);
    if (at < 0) continue;
    const layer = name.slice(0, at);
    const held = layers.get(layer) ?? new Map<NamedTensor, HeldWeight>();
    held.set(tensor, { name: name.slice(at + 1), shape: tensor.shape, tensor });
    layers.set(layer, held);
  }
  return new Map([...layers].map(([layer, held]) => [layer, [...held.values()]]));
}
