/** Networks written back: the same network when read again, and the same predictions in TensorFlow.js, edited or not. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { edit } from "../../src/circuit/edit.js";
import { compile } from "../../src/engine/plan.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { toLayersModel } from "../../src/load/save/layers-model.js";
import { fingerprint } from "../../src/network/fingerprint.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { Op } from "../../src/network/ops.js";
import { preprocessing } from "../../src/network/preprocessing.js";
import { open } from "../../src/node/open.js";
import { saveModel, saveWeights } from "../../src/node/save-model.js";
import { drawsOf } from "../conformance/values.js";
import { hasShared, resnet50, shared } from "./shared.js";

const folder = mkdtempSync(join(tmpdir(), "convlens-save-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await import("@tensorflow/tfjs-backend-cpu");
  await import("@tensorflow/tfjs-backend-wasm");
  await tf.setBackend("wasm");
  await tf.ready();
});

const networks: [name: string, path: string, size: number][] = [["ResNet-50", resnet50, 224]];
if (hasShared) {
  networks.push(
    ["TinyVGG", shared("models", "tinyvgg"), 64],
    ["ResNet-20", shared("models", "resnet20-cifar10"), 32],
    ["SqueezeNet", shared("models", "squeezenet1.0"), 224],
  );
}

/** Largest difference of predictions, as a share of the largest. */
async function apart(net: Network, size: number): Promise<number> {
  const random = drawsOf(size);
  const image = Float32Array.from({ length: size * size * 3 }, () => 30 * random.normal());
  const engine = await wasmEngine({ precision: "exact", threads: 1 });
  const executable = await engine.load(compile(net, [{ layer: net.layers.at(-1)!.name }]));
  const [ours] = await executable.forward({ count: 1, height: size, width: size, channels: 3, data: image });
  engine.dispose();
  const before = tf.memory().numTensors;
  const model = await toLayersModel<LayersModel>(net);
  const theirs = tf.tidy(() => (model.predict(tf.tensor(image, [1, size, size, 3])) as tf.Tensor).dataSync().slice());
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
  const scale = Math.max(...theirs.map(Math.abs));
  expect(scale).toBeGreaterThan(0);
  return Math.max(...ours!.data.map((value, i) => Math.abs(value - theirs[i]!))) / scale;
}

describe.each(networks)("%s", (name, path, size) => {
  it("is the same network when it is written and read again", async () => {
    const net = await open(path);
    const place = join(folder, name);
    await saveModel(net, place);
    expect(fingerprint(await open(place))).toBe(fingerprint(net));
  });

  it("edited, gives in TensorFlow.js the predictions it gives here, to 1e-4", async () => {
    const net = await open(path);
    const convs = net.layers.filter(({ kind }) => kind === "conv").map((layer) => layer.name);
    const [a, b] = [convs[1]!, convs[2]!];
    const edited = edit(net, [
      { to: `${a}:1`, weights: "positive" },
      { to: `${a}:2`, weights: "zero", bias: 0.5 },
      { to: `${b}:0`, weights: { scale: -2 } },
    ]);
    expect(fingerprint(edited)).not.toBe(fingerprint(net));
    expect(await apart(edited, size)).toBeLessThan(1e-4);
  });
});

/** A network by hand from some operations behind an image of 6 × 6 × 2. */
function byHand(...ops: Record<string, unknown>[]): Network {
  const image = { kind: "input", name: "image", layer: "image", inputs: [], output: [6, 6, 2] };
  const all = [image, ...ops].map((op, i, list) => ({
    ...op,
    layer: op.name,
    inputs: i > 0 ? [list[i - 1]!.name] : [],
  })) as unknown as Op[];
  return createNetwork("hand", all, { shape: [6, 6, 2], preprocessing: preprocessing("unit", 2), stated: true });
}

const random = drawsOf(3);
const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
const conv = {
  kind: "conv",
  name: "conv",
  output: [6, 6, 8],
  kernel: numbers(144),
  kernelShape: [3, 3, 2, 8],
  bias: null,
  strides: [1, 1],
  dilation: [1, 1],
  padding: { top: 2, bottom: 0, left: 1, right: 1 },
  groups: 1,
  activation: { name: "leakyRelu", alpha: 0.2 },
};

const pool = {
  kind: "pool",
  name: "pool",
  output: [3, 3, 8],
  mode: "max",
  size: [3, 3],
  strides: [2, 2],
  padding: { top: 1, bottom: 1, left: 1, right: 1 },
};

describe("operations that need several layers, or constants,", () => {
  it.each<[string, Record<string, unknown>[]]>([
    ["zeros of their own and a slope", [conv]],
    ["a ceiling", [{ ...conv, activation: { name: "relu", max: 2 } }]],
    ["a threshold", [{ ...conv, activation: { name: "thresholdedRelu", threshold: 0.5 } }]],
    [
      "slopes per channel",
      [
        { ...conv, activation: { name: "linear" } },
        { kind: "activation", name: "prelu", output: [6, 6, 8], activation: { name: "prelu", slopes: numbers(8) } },
      ],
    ],
    ["a slope of a hard sigmoid", [{ ...conv, activation: { name: "hardSigmoid", alpha: 1 / 6 } }]],
    ["slopes per channel inside of a convolution", [{ ...conv, activation: { name: "prelu", slopes: numbers(8) } }]],
    ["a pool with margins behind a rectifier", [{ ...conv, activation: { name: "relu" } }, pool]],
    [
      "a mean over windows in single steps, whose margins are those of a word",
      [conv, { ...pool, mode: "average", strides: [1, 1], output: [6, 6, 8] }],
    ],
    [
      "depthwise, pooled, enlarged, flattened and dense",
      [
        {
          ...conv,
          kind: "depthwise",
          name: "depth",
          output: [6, 6, 4],
          kernel: numbers(36),
          kernelShape: [3, 3, 2, 2],
          bias: numbers(4),
          padding: "same",
          activation: { name: "relu" },
        },
        {
          kind: "pool",
          name: "pool",
          output: [3, 3, 4],
          mode: "average",
          size: [2, 2],
          strides: [2, 2],
          padding: "same",
        },
        { kind: "upsample", name: "up", output: [6, 6, 4], size: [2, 2], interpolation: "nearest" },
        { kind: "reshape", name: "flat", output: [144] },
        {
          kind: "dense",
          name: "dense",
          output: [3],
          kernel: numbers(432),
          kernelShape: [144, 3],
          bias: numbers(3),
          activation: { name: "softmax" },
        },
      ],
    ],
  ])("%s", async (_, ops) => {
    const net = byHand(...ops);
    const model = await toLayersModel<LayersModel>(net);
    const image = numbers(72);
    const theirs = tf.tidy(() => (model.predict(tf.tensor(image, [1, 6, 6, 2])) as tf.Tensor).dataSync().slice());
    model.dispose();
    const engine = await wasmEngine({ precision: "exact", threads: 1 });
    const executable = await engine.load(compile(net, [{ layer: net.layers.at(-1)!.name }]));
    const [ours] = await executable.forward({ count: 1, height: 6, width: 6, channels: 2, data: image });
    engine.dispose();
    expect(ours!.data.length).toBe(theirs.length);
    ours!.data.forEach((value, i) => expect(value).toBeCloseTo(theirs[i]!, 4));
  });

  it("that TensorFlow.js does not have are refused by name, and nothing is written", async () => {
    const below = byHand({ ...conv, activation: { name: "leakyRelu", alpha: 0.1 } }, pool);
    await expect(toLayersModel(below)).rejects.toThrow(
      /^"pool" cannot be written .* zeros around a map that is below 0/,
    );
    const net = byHand({ ...conv, kernel: numbers(72), kernelShape: [3, 3, 1, 8], groups: 2 });
    const place = join(folder, "refused");
    await expect(saveModel(net, place)).rejects.toThrow(
      '"conv" cannot be written as a tfjs layer: TensorFlow.js has no convolution in groups',
    );
    expect(() => readFileSync(place)).toThrow("ENOENT");
    await expect(toLayersModel(byHand({ ...conv, activation: { name: "elu", alpha: 0.5 } }))).rejects.toThrow(
      '"conv" cannot be written as a tfjs layer: TensorFlow.js has no activation elu of 0.5',
    );
  });
});

it("weights as npz have their names, their shapes and their numbers", async () => {
  const net = byHand(conv);
  const path = join(folder, "weights.npz");
  await saveWeights(net, path);
  const files = unzipSync(readFileSync(path));
  expect(Object.keys(files)).toEqual(["conv/kernel.npy"]);
  const bytes = files["conv/kernel.npy"]!;
  const header = new TextDecoder("latin1").decode(bytes.subarray(0, 128));
  expect(header.slice(1, 6)).toBe("NUMPY");
  expect(header).toContain("'shape': (3, 3, 2, 8)");
  const start = 10 + bytes[8]! + 256 * bytes[9]!;
  expect(start % 64).toBe(0);
  expect([...new Float32Array(bytes.slice(start).buffer)]).toEqual([...conv.kernel]);
});
