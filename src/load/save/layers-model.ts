/** A network as a `tf.LayersModel`, for whatever TensorFlow.js does with one: predictions, training, saving elsewhere. */
import { LensError } from "../../core/errors.js";
import type { Network } from "../../network/network.js";
import { layersArtifacts } from "./artifacts.js";

/**
 * Builds a `tf.LayersModel` of a network. TensorFlow.js is loaded by this call; its model is the caller's, to be disposed by them.
 *
 * @throws LensError `unsupported`, naming the layer, where TensorFlow.js has none that does the same; `engine`, when
 * `@tensorflow/tfjs-layers` is not installed.
 * @public
 */
export async function toLayersModel(net: Network): Promise<import("@tensorflow/tfjs-layers").LayersModel> {
  const artifacts = layersArtifacts(net);
  const tf = await import("@tensorflow/tfjs-layers").catch((cause) => {
    throw new LensError(
      "engine",
      "a tf.LayersModel needs the package @tensorflow/tfjs-layers, which cannot be loaded; run: npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers",
      { cause },
    );
  });
  return tf.loadLayersModel({ load: async () => artifacts as never });
}
