/**
 * A network written as a tfjs Layers model: the topology that TensorFlow.js reads, and its weights in one row. Every operation
 * becomes the layer it came from, or several where no one layer does it; uses of one layer become one layer again.
 */
import type { Network } from "../../network/network.js";
import { layersOf } from "./layers.js";
import { metadataOf, type SavedMetadata } from "./metadata.js";
import { placed } from "./uses.js";

/** What `tf.loadLayersModel` reads from memory, and what `model.json` and its shard hold. */
export interface LayersArtifacts {
  readonly format: "layers-model";
  readonly generatedBy: string;
  readonly modelTopology: object;
  /** What Layers models do not say of themselves. */
  readonly userDefinedMetadata?: SavedMetadata;
  readonly weightSpecs: readonly WeightSpec[];
  /** The weights one after the other, little-endian. */
  readonly weightData: ArrayBuffer;
}

/** A weight in the row. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32";
}

/**
 * Topology and weights of a network as a tfjs Layers model.
 *
 * @throws LensError `unsupported`, naming the layer, where TensorFlow.js has none that does the same.
 */
export function layersArtifacts(net: Network): LayersArtifacts {
  const written = layersOf(net);
  const { layers, at } = placed(written);
  const tensor = (name: string): readonly unknown[] => [...at.get(name)!, 0, {}];
  const read = new Set(written.flatMap(({ inputs }) => inputs));
  const ends = (names: readonly string[]): unknown[] => names.map((name) => tensor(name).slice(0, 3));
  const weights = layers.flatMap(({ name, weights = {} }) =>
    Object.entries(weights).map(([weight, [data, shape]]) => ({ name: `${name}/${weight}`, shape, data })),
  );
  const metadata = metadataOf(net);
  return {
    format: "layers-model",
    generatedBy: "convlens",
    modelTopology: {
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
      model_config: {
        class_name: "Model",
        config: {
          name: net.name,
          layers: layers.map(({ class_name, name, config, uses }) => ({
            class_name,
            name,
            // Keras 2 refuses an InputLayer that says whether it is trainable.
            config: { name, ...(class_name !== "InputLayer" && { trainable: true }), ...config },
            inbound_nodes: uses.filter((inputs) => inputs.length > 0).map((inputs) => inputs.map(tensor)),
          })),
          input_layers: ends(written.filter(({ class_name }) => class_name === "InputLayer").map(({ name }) => name)),
          output_layers: ends(written.map(({ name }) => name).filter((name) => !read.has(name))),
        },
      },
    },
    ...(metadata && { userDefinedMetadata: metadata }),
    weightSpecs: weights.map(({ name, shape }) => ({ name, shape, dtype: "float32" })),
    weightData: joined(weights.map(({ data }) => data)),
  };
}

function joined(values: readonly Float32Array[]): ArrayBuffer {
  const all = new Float32Array(values.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of values) {
    all.set(each, at);
    at += each.length;
  }
  return all.buffer;
}
