/** Ascent on a small network whose weights are known: the optimizer by hand, and what a run promises. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Engine } from "../../src/engine/engine.js";
import { tfjsEngine } from "../../src/engine/tfjs/tfjs.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { lab } from "../../src/lab/lab.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { neuron } from "../../src/optvis/objective/units.js";
import { adam } from "../../src/optvis/optimizer/adam.js";
import { visualize } from "../../src/optvis/visualize.js";
import { writeTiny } from "../built/tiny.js";

const folder = mkdtempSync(join(tmpdir(), "convlens-optvis-"));
const short = { steps: 8, size: 24, seed: 5 } as const;
let net: Network;
beforeAll(async () => {
  net = await open(writeTiny(folder));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("adam", () => {
  it("steps by the learning rate at first, whatever the gradient's size", () => {
    const parameters = Float64Array.of(1, 1, 1);
    adam({ learningRate: 0.1 }).start(3)(parameters, Float64Array.of(1e-3, -50, 0));
    expect(parameters[0]).toBeCloseTo(1.1, 4);
    expect(parameters[1]).toBeCloseTo(0.9, 4);
    expect(parameters[2]).toBe(1);
  });

  it("follows the formula: gradients 1 and −1 move by +lr, then by what is left of it", () => {
    const parameters = Float64Array.of(0);
    const step = adam({ learningRate: 1 }).start(1);
    step(parameters, Float64Array.of(1));
    expect(parameters[0]).toBeCloseTo(1, 6);
    step(parameters, Float64Array.of(-1));
    // m = 0.9 · 0.1 − 0.1 = −0.01, v = 0.999 · 0.001 + 0.001 = 0.001999; both corrected by their decay.
    const m = -0.01 / (1 - 0.9 ** 2);
    const v = 0.001999 / (1 - 0.999 ** 2);
    expect(parameters[0]).toBeCloseTo(1 + m / Math.sqrt(v), 5);
  });

  it("with a peak rises to it through 30 % of the steps and falls back; a constant gradient shows the rate", () => {
    const parameters = Float64Array.of(0);
    const step = adam({ learningRate: 0.1, peak: 0.8 }).start(1, 10);
    const rates = Array.from({ length: 12 }, () => {
      const before = parameters[0]!;
      step(parameters, Float64Array.of(3));
      return parameters[0]! - before;
    });
    [0.1, 0.3333, 0.5667, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.1].forEach((rate, i) =>
      expect(rates[i]).toBeCloseTo(rate, 3),
    );
  });

  it("with a weight decay draws parameters back by its share of the rate, also where there is no gradient", () => {
    const parameters = Float64Array.of(2);
    const step = adam({ learningRate: 0.1, weightDecay: 0.5 }).start(1);
    step(parameters, Float64Array.of(0));
    expect(parameters[0]).toBeCloseTo(2 * (1 - 0.05), 12);
    step(parameters, Float64Array.of(7));
    // 1.9 · 0.95, and a step along m / √v of (0, 7): 0.1 · 7 / (1 − 0.9²) over 7 · √(0.001 / (1 − 0.999²)), times the rate.
    const along = 0.1 / (1 - 0.9 ** 2) / Math.sqrt(0.001 / (1 - 0.999 ** 2));
    expect(parameters[0]).toBeCloseTo(1.9 * 0.95 + 0.1 * along, 6);
  });

  it("refuses a peak that is no rate, and a weight decay that would turn parameters over", () => {
    expect(() => adam({ learningRate: 0.5, weightDecay: 2 })).toThrow(
      "weightDecay is a number from 0 and below 2; got 2",
    );
    expect(() => adam({ peak: 0 })).toThrow("peak is a number above 0; got 0");
  });
});

describe.each<[string, () => Promise<Engine>]>([
  ["cpu", async () => cpuEngine()],
  ["wasm", () => wasmEngine({ threads: 1 })],
  ["tfjs-wasm", () => tfjsEngine({ backend: "wasm" })],
])("a picture made on %s", (_, make) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await make();
  });
  afterAll(() => engine.dispose());

  it("excites its unit more than where it began, and stays within 0…1", async () => {
    const picture = await visualize(net, "second:0", { ...short, engine, steps: 32 });
    expect(picture.history).toHaveLength(32);
    expect(picture.value).toBeGreaterThan(picture.history[0]!);
    expect(picture.status).toBe("alive");
    expect(picture.image).toMatchObject({ height: 24, width: 24, channels: 3 });
    expect(picture.image.data.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it("has the same pixels for the same seed, and others for another", async () => {
    const one = await visualize(net, "second:1", { ...short, engine });
    const two = await visualize(net, "second:1", { ...short, engine });
    const other = await visualize(net, "second:1", { ...short, engine, seed: 6 });
    expect(two.image.data).toEqual(one.image.data);
    expect(other.image.data).not.toEqual(one.image.data);
  });

  it("is given up with the signal's reason between two steps", async () => {
    const controller = new AbortController();
    let last = 0;
    const run = visualize(net, "second:1", {
      ...short,
      engine,
      signal: controller.signal,
      onProgress: ({ done }) => {
        last = done;
        if (done === 3) controller.abort(new Error("enough"));
      },
    });
    await expect(run).rejects.toThrow("enough");
    expect(last).toBe(3);
  });
});

it("pictures and labs leave no tensor behind: after success, refusal and abort", async () => {
  const engine = await tfjsEngine({ backend: "wasm" });
  const before = tf.memory().numTensors;
  await visualize(net, "second:0", { ...short, engine });
  expect(tf.memory().numTensors).toBe(before);
  await expect(visualize(net, "second:9", { ...short, engine })).rejects.toThrow(/second/);
  expect(tf.memory().numTensors).toBe(before);
  const signal = AbortSignal.abort(new Error("never mind"));
  await expect(visualize(net, neuron("second:0"), { ...short, engine, signal })).rejects.toThrow("never mind");
  expect(tf.memory().numTensors).toBe(before);
  await lab(net, "second:0", { ...short, engine, count: 2 });
  expect(tf.memory().numTensors).toBe(before);
  await expect(lab(net, "second:0", { ...short, engine, signal })).rejects.toThrow("never mind");
  expect(tf.memory().numTensors).toBe(before);
  engine.dispose();
});
