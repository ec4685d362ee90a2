/** A network of two convolutions with planted families and motifs, as a file: what `convlens motifs` has to find and draw. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { group } from "../../src/equivariance/groups/namespace.js";
import { type Planted, plant } from "../equivariance/planted.js";

/** What is planted: families of four turns in 16 units of each layer, some of which are decoys. */
export const planted: Planted = plant({
  group: group.rotations(4),
  kernels: [5, 3],
  channels: 16,
  noise: 0.1,
  seed: 7,
});

/** Writes it into a folder; gives the path of its `model.json`. */
export function writePlanted(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const weights = planted.blocks.flatMap(({ to, shape, kernel }) => [
    { name: `${to}/kernel`, shape, values: Float32Array.from(kernel) },
    { name: `${to}/bias`, shape: [shape[3]], values: new Float32Array(shape[3]) },
  ]);
  const layers = planted.blocks.map(({ to, shape }, i) => ({
    class_name: "Conv2D",
    config: {
      name: to,
      filters: shape[3],
      kernel_size: shape.slice(0, 2),
      padding: "same",
      activation: "relu",
      ...(i === 0 ? { batch_input_shape: [null, 32, 32, 3] } : {}),
    },
  }));
  const model = {
    format: "layers-model",
    modelTopology: { class_name: "Sequential", config: { name: "planted", layers } },
    weightsManifest: [
      { paths: ["weights.bin"], weights: weights.map(({ name, shape }) => ({ name, shape, dtype: "float32" })) },
    ],
  };
  writeFileSync(join(folder, "model.json"), JSON.stringify(model));
  writeFileSync(join(folder, "weights.bin"), Buffer.concat(weights.map(({ values }) => Buffer.from(values.buffer))));
  return join(folder, "model.json");
}
