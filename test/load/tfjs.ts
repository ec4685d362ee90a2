/** What tfjs itself computes, to hold ours against, and small models with random weights. */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { expect } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compile } from "../../src/engine/plan.js";
import type { ArtifactsLike } from "../../src/load/handler.js";
import { openAny } from "../../src/load/open.js";
import type { Network } from "../../src/network/network.js";

await tf.setBackend("cpu");

export { tf, tfl };

/** Numbers between −1 and 1. */
export function noise(length: number, seed: number): Float32Array {
  const draw = createRandom(seed);
  return Float32Array.from({ length }, () => draw.uniform() * 2 - 1);
}

/** Gives every weight a random value; variances stay positive. */
export function randomize<M extends tfl.LayersModel>(model: M, seed = 1): M {
  model.weights.forEach((weight, i) => {
    const shape = weight.shape as number[];
    const values = noise(tf.util.sizeFromShape(shape), seed * 1000 + i);
    const scale = shape.length > 1 ? Math.sqrt(2 / Math.max(1, values.length / shape.at(-1)!)) : 0.5;
    const made = values.map((v) => (weight.originalName.endsWith("variance") ? Math.abs(v) + 0.3 : v * scale * 1.5));
    tf.tidy(() => {
      weight.write(tf.tensor(made, shape));
    });
  });
  return model;
}

/** What tfjs computes at a model's output for one image. */
export function predicted(model: tfl.LayersModel, image: Float32Array): Float32Array {
  const [, h, w, c] = model.inputs[0]!.shape as number[];
  return tf.tidy(
    () => (model.predict(tf.tensor(image, [1, h!, w!, c!])) as tf.Tensor).dataSync().slice() as Float32Array,
  );
}

/** What our definition computes at a layer. */
export async function computed(
  net: Network,
  image: Float32Array,
  layer: string = net.layers.at(-1)!.name,
): Promise<Float32Array> {
  const [height, width, channels] = net.input.shape as number[];
  const executable = await cpuEngine().load(compile(net, [{ layer }]));
  const [output] = await executable.forward({
    count: 1,
    height: height!,
    width: width!,
    channels: channels!,
    data: image,
  });
  return output!.data;
}

/** Expects two rows of numbers to agree within `tolerance`, relative to the largest. */
export function expectClose(got: Float32Array, wanted: Float32Array, tolerance = 1e-4): void {
  expect(got.length).toBe(wanted.length);
  const largest = wanted.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  const worst = got.reduce((most, v, i) => Math.max(most, Math.abs(v - wanted[i]!)), 0);
  expect(worst / largest).toBeLessThanOrEqual(tolerance);
}

/** Opens a model in memory, runs one random image through both and compares the model's output. */
export async function expectSameAsTfjs(model: tfl.LayersModel, seed = 1): Promise<Network> {
  const net = await openAny(model, {});
  const image = noise(
    (model.inputs[0]!.shape as number[]).slice(1).reduce((a, b) => a * b),
    seed,
  );
  const last = net.ops.findLast((op) => !net.ops.some((other) => other.inputs.includes(op.name)))!;
  expectClose(await computed(net, image, last.layer), predicted(model, image));
  return net;
}

/** What a model saves, as a handler would hand it back. */
export async function saved(model: tfl.LayersModel): Promise<ArtifactsLike> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (made) => {
      artifacts = made;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  return artifacts as ArtifactsLike;
}

/** Parameters of each layer as tfjs counts them, by the names of our layer table. */
export function tfjsCounts(model: { layers: tfl.layers.Layer[] }, prefix = ""): Map<string, number> {
  const counts = new Map<string, number>();
  for (const layer of model.layers) {
    const inner = (layer as unknown as { layers?: tfl.layers.Layer[] }).layers;
    if (inner)
      for (const [name, count] of tfjsCounts({ layers: inner }, `${prefix}${layer.name}/`)) counts.set(name, count);
    else counts.set(prefix + layer.name, layer.countParams());
  }
  return counts;
}
