/**
 * A `tf.LayersModel` in memory. Only its shape is asked for, never its class, so that this library does not load tfjs and
 * works beside any copy of it. The numbers are copied out of the model's own tensors; no tensor is made.
 */
import { LensError } from "../core/errors.js";
import { isObject, type JsonObject } from "./json.js";
import type { StoredWeight, WeightSource } from "./weights.js";

/**
 * What is needed of a tensor.
 *
 * @public
 */
export interface TensorLike {
  readonly shape: readonly number[];
  /** Its values, channel fastest. */
  data(): Promise<ArrayLike<number>>;
}

/**
 * What is needed of a layer of a tfjs model.
 *
 * @public
 */
export interface LayerLike {
  readonly name: string;
  /** Its variables, in the framework's order. */
  readonly weights: readonly { readonly name: string; read(): TensorLike }[];
}

/**
 * What is needed of a `tf.LayersModel`.
 *
 * @public
 */
export interface LayersModelLike {
  /** Its layers, in order. */
  readonly layers: readonly LayerLike[];
  /** Its topology; called as `toJSON(null, false)`. */
  toJSON(unused?: null, returnString?: boolean): unknown;
  /** What was saved with it beside its topology. */
  getUserDefinedMetadata?(): object | undefined;
}

/** Whether a value can be read as a `tf.LayersModel`. */
export function isLayersModel(value: object): value is LayersModelLike {
  return "toJSON" in value && typeof value.toJSON === "function" && "layers" in value && Array.isArray(value.layers);
}

/** Topology of a model in memory. */
export function topologyOf(model: LayersModelLike): JsonObject {
  const topology = model.toJSON(null, false);
  if (!isObject(topology)) throw new LensError("bad-model", "the model's toJSON does not describe a Layers model");
  return topology;
}

/**
 * Copies the weights of a model in memory, to be found by layer and order.
 *
 * @throws LensError `bad-model` when they cannot be read, as after `dispose`.
 */
export async function memoryWeights(model: LayersModelLike): Promise<WeightSource> {
  const byLayer = new Map<string, readonly StoredWeight[]>();
  const visit = async (layers: readonly LayerLike[], path: readonly string[]): Promise<void> => {
    for (const layer of layers) {
      const here = [...path, layer.name];
      if ("layers" in layer && Array.isArray(layer.layers)) await visit(layer.layers as LayerLike[], here);
      else byLayer.set(JSON.stringify(here), await copyWeights(layer, here.join("/")));
    }
  };
  await visit(model.layers, []);
  const weightsAt = (path: readonly string[]): readonly StoredWeight[] => byLayer.get(JSON.stringify(path)) ?? [];
  return {
    find: (path, _, index) => weightsAt(path)[index],
    count: (path) => weightsAt(path).reduce((sum, weight) => sum + weight.values().length, 0),
  };
}

async function copyWeights(layer: LayerLike, name: string): Promise<StoredWeight[]> {
  try {
    return await Promise.all(
      layer.weights.map(async (weight) => {
        const tensor = weight.read();
        const values = new Float32Array(await tensor.data());
        return { name: weight.name, shape: [...tensor.shape], values: () => values };
      }),
    );
  } catch (cause) {
    throw new LensError("bad-model", `the weights of layer "${name}" cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}
