/** Every committed network, written as a tfjs Layers model and read again: the same outputs, or a refusal that names the layer. */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compile } from "../../src/engine/plan.js";
import { toLayersModel } from "../../src/load/save/layers-model.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { saveModel } from "../../src/node/save-model.js";
import { drawsOf } from "../conformance/values.js";
import { golden } from "./golden.js";

const folder = mkdtempSync(join(tmpdir(), "convlens-save-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await import("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
});

const inFolder = (name: string, ending: RegExp): string[] =>
  readdirSync(golden(name))
    .filter((file) => ending.test(file))
    .map((file) => `${name}/${file}`);
const models = [
  ...inFolder("keras", /(?<!weights)(?<!listed)(?<!big-endian)\.(?:h5|keras)$/),
  ...inFolder("onnx", /\.onnx$/),
  ...inFolder("graph-model", /^[^.]+$/),
  ...inFolder("same", /\.(?:h5|keras|onnx)$|^(?:layers|graph)$/),
];

/** What TensorFlow.js has no layer for, and what is said of it. */
const groups = '"grouped" cannot be written as a tfjs layer: TensorFlow.js has no convolution in groups';
const margins = "cannot be written as a tfjs layer: TensorFlow.js has no mean over windows with margins of their own";
const elu = '"elu" cannot be written as a tfjs layer: TensorFlow.js has no activation elu of 0.69';
const refused: Readonly<Record<string, string>> = {
  ...each(
    ["keras/activations-2", "keras/activations-3"],
    '"layer_elu" cannot be written as a tfjs layer: TensorFlow.js has no activation elu of 0.5',
  ),
  ...each(["keras/branches-2", "keras/branches-3", "keras/enlarged-2", "keras/enlarged-3"], `"smooth" ${margins}`),
  ...each(["keras/operators-3"], '"elu" cannot be written as a tfjs layer: TensorFlow.js has no activation elu of 0.5'),
  ...each(["keras/plain-2", "keras/plain-3"], groups),
  ...each(["keras/prepared-2", "keras/retrieval-2"], selected("tf.__operators__.getitem"), [".h5"]),
  ...each(["keras/prepared-3", "keras/retrieval-3"], selected("get_item")),
  "onnx/branches-10.onnx": elu,
  "onnx/branches-13.onnx": elu,
  "onnx/enlarged.onnx": `"first" ${margins}`,
  "onnx/mobile-11.onnx": groups,
  "onnx/mobile-14.onnx": groups,
  "onnx/new.onnx": '"lrn" cannot be written as a tfjs layer: TensorFlow.js has no layer for its lrn',
  ...Object.fromEntries([9, 11, 13, 16].map((opset) => [`onnx/plain-${opset}.onnx`, `"pool2" ${margins}`])),
  "graph-model/raw": '"normal" cannot be written as a tfjs layer: TensorFlow.js has no layer for its lrn',
};

/** The same said of a fixture in both formats of Keras. */
function each(names: readonly string[], message: string, endings = [".h5", ".keras"]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => endings.map((ending) => [name + ending, message])));
}

function selected(layer: string): string {
  return `"${layer}" cannot be written as a tfjs layer: TensorFlow.js has no layer for its select`;
}

const picture = ({ input }: Network): { height: number; width: number; channels: number; data: Float32Array } => {
  const [height, width, channels] = input.shape.map((n) => n ?? 16) as [number, number, number];
  const random = drawsOf(height + width);
  return { height, width, channels, data: Float32Array.from({ length: height * width * channels }, random.normal) };
};

async function outputOf(net: Network): Promise<Float32Array> {
  const executable = await cpuEngine().load(compile(net, [{ layer: net.layers.at(-1)!.name }]));
  const [output] = await executable.forward({ count: 1, ...picture(net) });
  return output!.data;
}

function apart(a: Float32Array, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  const top = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(top).toBeGreaterThan(0);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) / top;
}

describe("saved and opened again", () => {
  it.each(models.filter((model) => !Object.hasOwn(refused, model)))(
    "%s puts out the same to 1e-6, and in TensorFlow.js to 1e-4",
    async (model) => {
      const net = await open(golden(model));
      const place = join(folder, model);
      await saveModel(net, place);
      const output = await outputOf(net);
      expect(apart(output, await outputOf(await open(place)))).toBeLessThan(1e-6);
      const { height, width, channels, data } = picture(net);
      const theirs = await toLayersModel<LayersModel>(net);
      const predicted = tf.tidy(() => [theirs.predict(tf.tensor(data, [1, height, width, channels]))].flat().at(-1)!);
      expect(apart(output, predicted.dataSync())).toBeLessThan(1e-4);
      predicted.dispose();
      theirs.dispose();
    },
  );

  it.each(Object.entries(refused))("%s is refused: %s", async (model, message) => {
    await expect(saveModel(await open(golden(model)), join(folder, model))).rejects.toThrow(message);
  });
});
