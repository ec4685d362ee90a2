/** Networks written to disk: as a tfjs Layers model, or their weights alone as arrays for Python. */

import { zipSync } from "fflate";
import { checkArgument, textSchema } from "../core/check.js";
import { layersArtifacts } from "../load/save/artifacts.js";
import { namedWeights } from "../load/save/named-weights.js";
import { checkNetwork, type Network } from "../network/network.js";
import { save, saveAll } from "./save.js";

/**
 * Writes a network into a folder as a tfjs Layers model: `model.json` and one file of weights. `open(folder)` reads it back, and
 * so does `tf.loadLayersModel`. The preprocessing, if somebody chose it, and the loader's notes go along.
 *
 * @throws LensError `unsupported`, naming the layer, where TensorFlow.js has none that does the same; `file`.
 * @public
 */
export async function saveModel(net: Network, folder: string): Promise<void> {
  checkNetwork(net);
  checkArgument("folder", textSchema, folder);
  const { weightData, weightSpecs, ...description } = layersArtifacts(net);
  const shard = "weights.bin";
  const manifest = [{ paths: [shard], weights: weightSpecs }];
  await saveAll(folder, {
    [shard]: new Uint8Array(weightData),
    "model.json": JSON.stringify({ ...description, weightsManifest: manifest }),
  });
}

/**
 * Writes a network's weights as an `.npz`: an array per weight, named as Keras does, `layer/kernel`, `layer/bias` … `open` reads it
 * back with the name of the architecture. Layers that cannot be computed are left out: their weights were never read.
 *
 * @throws LensError `file`.
 * @public
 */
export async function saveWeights(net: Network, path: string): Promise<void> {
  checkNetwork(net);
  checkArgument("path", textSchema, path);
  const files: Record<string, Uint8Array> = {};
  for (const [name, [values, shape]] of Object.entries(namedWeights(net))) files[`${name}.npy`] = npyOf(values, shape);
  await save(path, zipSync(files, { level: 0 }));
}

/** A float32 array with the header of NumPy's format 1.0, padded to 64 bytes. */
function npyOf({ buffer, byteOffset, byteLength }: Float32Array, shape: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const size = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${size}, }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const header = Uint8Array.from([0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8]);
  const file = new Uint8Array(header.length + padded.length + bytes.length);
  file.set(header);
  file.set(Buffer.from(padded), header.length);
  file.set(bytes, header.length + padded.length);
  return file;
}
