import { describe, expect, it } from "vitest";
import { openAny } from "../../src/load/open.js";
import { randomize, tf, tfl } from "./tfjs.js";

const { layers } = tfl;
const model = (): tfl.Sequential =>
  randomize(
    tfl.sequential({
      layers: [
        layers.conv2d({ name: "conv", inputShape: [5, 5, 3], filters: 4, kernelSize: 3 }),
        layers.batchNormalization({ name: "norm", trainable: false }),
        layers.dense({ name: "dense", units: 2 }),
      ],
    }),
  );

describe("a tf.LayersModel in memory", () => {
  it("leaves no tensor behind, and none less, also when it is refused", async () => {
    const good = model();
    const bad = tfl.sequential({ layers: [layers.dense({ inputShape: [4], units: 2 })] });
    const { numTensors } = tf.memory();
    await openAny(good, {});
    await expect(openAny(bad, {})).rejects.toThrow();
    await expect(openAny(good, { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(good.getWeights().every((weight) => !weight.isDisposed)).toBe(true);
  });

  it("is copied: what the model learns or loses afterwards does not reach the network", async () => {
    const source = model();
    const net = await openAny(source, {});
    const conv = net.ops.find((op) => op.kind === "conv")!;
    const before = conv.kernel.slice();
    randomize(source, 99);
    expect(source.getWeights()[0]!.dataSync()).not.toEqual(before);
    source.dispose();
    expect(conv.kernel).toEqual(before);
  });

  it("says so when its weights are disposed of", async () => {
    const source = model();
    source.dispose();
    await expect(openAny(source, {})).rejects.toThrow(/the weights of layer "conv" cannot be read/);
  });

  it("names layer and weight of a value that is not finite", async () => {
    const source = model();
    const [kernel] = source.getWeights();
    const values = kernel!.dataSync().slice();
    values[7] = Number.NaN;
    tf.tidy(() => {
      source.layers[0]!.weights[0]!.write(tf.tensor(values, kernel!.shape));
    });
    await expect(openAny(source, {})).rejects.toThrow(
      'the kernel of layer "conv" is damaged: value 7 of 108 is NaN; get the model again',
    );
  });

  it("refuses a variance below zero", async () => {
    const source = model();
    tf.tidy(() => {
      source.getLayer("norm").weights[3]!.write(tf.tensor([1, 1, -1, 1]));
    });
    await expect(openAny(source, {})).rejects.toThrow("the variance of channel 2 is -1");
  });

  it("is refused while it has no layers, and as a GraphModel", async () => {
    await expect(openAny(tfl.sequential(), {})).rejects.toThrow(
      "a Layers model is { class_name, config } with a list of layers",
    );
    const graph = { executor: {}, load: () => ({}) } as object;
    await expect(openAny(graph, {})).rejects.toThrow("a tf.GraphModel");
  });
});
