import { describe, expect, it } from "vitest";
import { openAny } from "../../src/load/open.js";
import { expectSameAsTfjs, randomize, tfjsCounts, tfl } from "./tfjs.js";

const { layers } = tfl;
const conv = (args: Partial<Parameters<typeof layers.conv2d>[0]> = {}) =>
  layers.conv2d({ filters: 4, kernelSize: 3, ...args });

const cases: Record<string, () => tfl.layers.Layer[]> = {
  "a valid convolution": () => [conv()],
  "a same convolution": () => [conv({ padding: "same" })],
  "a convolution with stride 2 and same padding": () => [conv({ padding: "same", strides: 2 })],
  "a convolution with unequal strides": () => [conv({ strides: [2, 1] })],
  "a dilated convolution": () => [conv({ dilationRate: 2, padding: "same" })],
  "an oblong kernel": () => [conv({ kernelSize: [1, 4], padding: "same" })],
  "a convolution without bias": () => [conv({ useBias: false })],
  "a depthwise convolution": () => [
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same", activation: "relu" }),
  ],
  "a depthwise convolution with stride": () => [layers.depthwiseConv2d({ kernelSize: 3, strides: 2, useBias: false })],
  "a separable convolution": () => [
    layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2, activation: "relu" }),
  ],
  "a separable convolution with stride": () => [
    layers.separableConv2d({ filters: 5, kernelSize: 3, strides: 2, padding: "same" }),
  ],
  "a dense layer behind flatten": () => [conv(), layers.flatten(), layers.dense({ units: 6, activation: "tanh" })],
  "a dense layer on a map": () => [conv(), layers.dense({ units: 6 })],
  "batch norm": () => [conv(), layers.batchNormalization()],
  "batch norm without scale": () => [conv(), layers.batchNormalization({ scale: false })],
  "batch norm without center": () => [
    conv({ activation: "relu" }),
    layers.batchNormalization({ center: false, epsilon: 0.1 }),
  ],
  "relu with a ceiling": () => [conv(), layers.reLU({ maxValue: 0.2 })],
  "leaky relu": () => [conv(), layers.leakyReLU({ alpha: 0.1 })],
  "leaky relu by default": () => [conv(), layers.leakyReLU()],
  "prelu with a slope per value": () => [conv(), layers.prelu()],
  "prelu with a slope per channel": () => [conv(), layers.prelu({ sharedAxes: [1, 2] })],
  "prelu with one slope": () => [conv(), layers.prelu({ sharedAxes: [1, 2, 3] })],
  "prelu with a slope per row": () => [conv(), layers.prelu({ sharedAxes: [2, 3] })],
  "a transposed convolution": () => [
    conv(),
    layers.conv2dTranspose({ filters: 3, kernelSize: [3, 2], strides: [2, 3], activation: "relu" }),
  ],
  "a transposed convolution with same padding": () => [
    conv(),
    layers.conv2dTranspose({ filters: 3, kernelSize: 4, strides: [2, 3], padding: "same", useBias: false }),
  ],
  "layer normalisation": () => [conv(), layers.layerNormalization({ epsilon: 0.1 })],
  cropping: () => [
    layers.cropping2D({
      cropping: [
        [1, 2],
        [0, 3],
      ],
    }),
    conv(),
  ],
  permutation: () => [conv(), layers.permute({ dims: [2, 3, 1] }), conv({ kernelSize: 1 })],
  "elu as a layer": () => [conv(), layers.elu()],
  "thresholded relu": () => [conv(), layers.thresholdedReLU({ theta: 0.2 })],
  "softmax over channels": () => [conv(), layers.softmax({ axis: -1 })],
  "max pooling": () => [conv(), layers.maxPooling2d({ poolSize: 2 })],
  "max pooling with overlap and same padding": () => [
    conv(),
    layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }),
  ],
  "average pooling": () => [conv(), layers.averagePooling2d({ poolSize: [2, 3] })],
  "average pooling with same padding": () => [
    conv(),
    layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
  ],
  "global average pooling": () => [conv(), layers.globalAveragePooling2d({})],
  "global max pooling": () => [conv(), layers.globalMaxPooling2d({})],
  "zero padding": () => [
    layers.zeroPadding2d({
      padding: [
        [1, 2],
        [0, 3],
      ],
    }),
    conv(),
  ],
  "zero padding by one number": () => [layers.zeroPadding2d({ padding: 2 }), conv()],
  "zero padding by axis": () => [layers.zeroPadding2d({ padding: [1, 2] }), conv()],
  "zero padding by default": () => [layers.zeroPadding2d(), conv()],
  "enlarging by nearest": () => [conv(), layers.upSampling2d({ size: [2, 3] })],
  "enlarging by bilinear": () => [conv(), layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" })],
  dropout: () => [conv(), layers.dropout({ rate: 0.5 })],
  noise: () => [
    conv(),
    layers.gaussianNoise({ stddev: 1 }),
    layers.gaussianDropout({ rate: 0.5 }),
    layers.alphaDropout({ rate: 0.5 }),
  ],
  "reshape with a size left open": () => [conv(), layers.reshape({ targetShape: [3, -1, 4] }), conv({ kernelSize: 1 })],
};

function sequential(list: tfl.layers.Layer[]): tfl.Sequential {
  const model = tfl.sequential();
  model.add(layers.inputLayer({ inputShape: [9, 8, 3] }));
  for (const layer of list) model.add(layer);
  if (!list.some((layer) => layer.getClassName() === "Conv2D" || layer.getClassName().includes("wise"))) {
    model.add(conv({ kernelSize: 1 }));
  }
  return randomize(model);
}

describe("a layer read from a tfjs model", () => {
  for (const [name, list] of Object.entries(cases)) {
    it(`computes what tfjs computes: ${name}`, async () => {
      const model = sequential(list());
      const net = await expectSameAsTfjs(model);
      for (const [layer, count] of tfjsCounts(model))
        expect([layer, net.layer(layer).parameters]).toEqual([layer, count]);
    });
  }

  const activations = [
    "elu",
    "hardSigmoid",
    "linear",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
    "swish",
    "mish",
    "gelu",
    "gelu_new",
  ] as const;
  for (const activation of activations) {
    it(`computes what tfjs computes: activation ${activation}, in a convolution and on its own`, async () => {
      await expectSameAsTfjs(sequential([conv({ activation: activation as "relu" })]));
      await expectSameAsTfjs(sequential([conv(), layers.activation({ activation: activation as "relu" })]));
    });
  }

  it("keeps two operations of a separable convolution under one layer", async () => {
    const net = await openAny(
      sequential([layers.separableConv2d({ name: "sep", filters: 5, kernelSize: 3 }), conv()]),
      {},
    );
    expect(net.ops.slice(1, 3).map(({ name, layer, kind }) => [name, layer, kind])).toEqual([
      ["sep/depthwise", "sep", "depthwise"],
      ["sep", "sep", "conv"],
    ]);
    expect(net.layer("sep").kind).toBe("separable");
  });

  it("keeps a convolution readable whose activation is unknown, and puts the activation behind it", async () => {
    const net = await openAny(
      sequential([conv({ name: "odd", activation: "logSoftmax" as "relu" }), conv({ name: "next" })]),
      {},
    );
    expect(net.layer("odd")).toMatchObject({ kind: "conv", kernel: [3, 3, 3, 4] });
    expect(net.layer("odd/activation").kind).toBe("activation log_softmax");
    expect(net.layer("next").inputs).toEqual(["odd/activation"]);
    expect(net.layer("next").receptiveField).toBeNull();
  });
});

describe("a layer outside the list", () => {
  const withUnknown = () =>
    sequential([
      conv({ name: "a" }),
      layers.timeDistributed({ name: "rows", layer: layers.conv1d({ filters: 7, kernelSize: 2, padding: "same" }) }),
      layers.maxPooling2d({ name: "pool", poolSize: 2 }),
      conv({ name: "b" }),
    ]);

  it("loads, keeps its place and its number of weights", async () => {
    const net = await openAny(withUnknown(), {});
    expect(net.layers.map((layer) => layer.kind)).toEqual(["input", "conv", "TimeDistributed", "pool", "conv"]);
    expect(net.layer("rows").parameters).toBe(2 * 4 * 7 + 7);
  });

  it("is refused by name when something computes through it, and only then", async () => {
    const net = await openAny(withUnknown(), {});
    const { compile } = await import("../../src/engine/plan.js");
    expect(() => compile(net, [{ layer: "a" }])).not.toThrow();
    expect(() => compile(net, [{ layer: "b" }])).toThrow(/layer "rows" \(TimeDistributed\) cannot be computed/);
  });

  it("is taken to put out the channels that the weights behind it read", async () => {
    const net = await openAny(withUnknown(), {});
    expect(net.layer("rows").output.at(-1)).toBe(7);
    expect(net.layer("pool").output.at(-1)).toBe(7);
    expect(net.layer("b").kernel).toEqual([3, 3, 7, 4]);
  });

  it("stands for a sum whose maps go together in no way it knows, of which it names the shapes", async () => {
    const input = tfl.input({ shape: [4, 4, 3] });
    const pooled = layers.globalAveragePooling2d({}).apply(conv({ padding: "same" }).apply(input));
    const [rows, columns] = [
      [4, 1, 1],
      [1, 4, 1],
    ].map((targetShape) => layers.reshape({ targetShape }).apply(pooled) as tfl.SymbolicTensor);
    const scaled = layers.multiply({ name: "scale" }).apply([rows!, columns!]) as tfl.SymbolicTensor;
    const net = await openAny(randomize(tfl.model({ inputs: input, outputs: scaled })), {});
    const op = net.ops.find(({ name }) => name === "scale");
    expect(op).toMatchObject({ kind: "opaque", reason: "it joins maps of different shapes, 4×1×1 and 1×4×1" });
  });
});
