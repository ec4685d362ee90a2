/** A network as a `tf.LayersModel`, for whatever TensorFlow.js does with one: predictions, training, saving elsewhere. */
import { loadPackage, type OptionalPackage, packageError } from "../../core/packages.js";
import type { Network } from "../../network/network.js";
import type { LayersModelLike } from "../memory.js";
import { layersArtifacts } from "./artifacts.js";

const names = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"] as const satisfies readonly OptionalPackage[];

/**
 * Builds a `tf.LayersModel` of a network. TensorFlow.js is loaded by this call; its model is the caller's, to be disposed by them. Its
 * type is the caller's to name, `toLayersModel<tf.LayersModel>(net)`, as this library compiles without TensorFlow.js.
 *
 * @throws LensError `unsupported`, naming the layer, where TensorFlow.js has none that does the same; `engine`, when
 * `@tensorflow/tfjs-layers` is not installed.
 * @public
 */
export async function toLayersModel<Model extends LayersModelLike = LayersModelLike>(net: Network): Promise<Model> {
  const artifacts = layersArtifacts(net);
  const tf = await loadPackage<typeof import("@tensorflow/tfjs-layers")>(names[1]).catch((cause) => {
    throw packageError("engine", `a tf.LayersModel needs the package ${names[1]}`, { names, cause });
  });
  const model = await tf.loadLayersModel({ load: async () => artifacts as never });
  return model as LayersModelLike as Model;
}
