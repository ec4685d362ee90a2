import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createImage, type Image } from "../../src/core/image.js";
import type { Engine } from "../../src/engine/engine.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { createNetwork, type Network, outputOp } from "../../src/network/network.js";
import type { Op } from "../../src/network/ops.js";
import { canTrace } from "../../src/network/sources.js";
import { isWeighted } from "../../src/network/weighted-op.js";
import { open } from "../../src/node/open.js";
import { drawsOf } from "../conformance/values.js";
import { hasShared, resnet50, shared } from "../load/shared.js";
import { conv, type Draft, network } from "../network/ops.js";
import { differences } from "./one-layer-apart.js";

let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine({ threads: 1 });
});
const golden = (path: string): string => new URL(`../golden/${path}`, import.meta.url).pathname;

/** Real networks and the fixtures of the loaders: name, path, and side of the image. */
const cases: (readonly [name: string, path: string, side: number])[] = [
  ["ResNet-50", resnet50, 32],
  ["Keras: branches", golden("keras/branches-3.keras"), 0],
  ["Keras: nested", golden("keras/nested-3.keras"), 0],
  ["Keras: plain", golden("keras/plain-3.keras"), 0],
  ["Keras: enlarged", golden("keras/enlarged-3.keras"), 0],
  ["GraphModel: mobile", golden("graph-model/mobile/model.json"), 0],
  ["GraphModel: plain", golden("graph-model/plain/model.json"), 0],
  ["GraphModel: residual", golden("graph-model/residual/model.json"), 0],
];
if (hasShared) {
  cases.push(
    ["GoogLeNet", shared("models", "googlenet-bvlc", "bvlc_googlenet.onnx"), 48],
    ["VGG-19", shared("models", "vgg19-block1to3"), 32],
    ["SqueezeNet", shared("models", "squeezenet1.0"), 64],
    ["ResNet-20", shared("models", "resnet20-cifar10"), 32],
    ["TinyVGG", shared("models", "tinyvgg"), 64],
  );
}
const largest: Record<string, { readonly units: number; readonly weights: string; readonly parts: string }> = {};
afterAll(() => {
  engine.dispose();
  if (Object.keys(largest).length > 0) console.table(largest);
});

describe("slice, inputs, expand and attribution one layer apart", () => {
  it.each(cases)(
    "agree in %s to 1e-6 of the largest weight",
    async (name, path, side) => {
      const net = await open(path, { preprocessing: "unit" });
      const layers = layersOf(net);
      expect(layers.length).toBeGreaterThan(0);
      const step = Math.max(1, Math.floor(layers.length / 6));
      let [count, weights, parts] = [0, 0, 0];
      const draws = drawsOf(3);
      for (const layer of layers.filter((_, i) => i % step === 0)) {
        const units = outputOp(net, layer).output.at(-1)!;
        for (const channel of new Set([0, Math.floor(units / 3)])) {
          const found = await differences(net, { layer, channel }, { image: imageFor(net, side, draws), engine });
          [count, weights, parts] = [count + 1, Math.max(weights, found.weights), Math.max(parts, found.parts)];
        }
      }
      largest[name] = { units: count, weights: weights.toExponential(1), parts: parts.toExponential(1) };
      expect(weights).toBeLessThan(1e-6);
      expect(parts).toBeLessThan(1e-5);
    },
    120_000,
  );

  it("agree in 150 random networks, through windows, groups, separable layers, flattening and batch norm", async () => {
    const one = fc.integer({ min: 1, max: 3 });
    const reader = fc.constantFrom("conv", "groups", "depthwise", "separable", "dense", "flattened" as const);
    const shape = fc.record({
      reader,
      size: fc.tuple(one, one),
      strides: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      padding: fc.constantFrom("same", "valid" as const),
      between: fc.subarray(["norm", "relu", "lrn", "pool", "pad", "dropout", "concat"] as const),
      norm: fc.boolean(),
      activation: fc.constantFrom("relu", "tanh", "linear" as const),
      channel: fc.nat(),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(shape, async (drawn) => {
        const { net, layer, units } = randomNetwork(drawn);
        const image = imageFor(net, 12, drawsOf(drawn.seed + 1));
        const found = await differences(net, { layer, channel: drawn.channel % units }, { image, engine });
        expect(found.weights).toBeLessThan(1e-6);
        expect(found.parts).toBeLessThan(1e-5);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});

/** Layers whose own weights read what has a name. */
function layersOf(net: Network): string[] {
  const ops = net.ops.filter((op) => isWeighted(op) && op.kind !== "convTranspose" && outputOp(net, op.layer) === op);
  return [...new Set(ops.filter((op) => canTrace(net, op)).map(({ layer }) => layer))];
}

function imageFor(net: Network, side: number, draws: ReturnType<typeof drawsOf>): Image {
  const [height, width, channels] = net.input.shape;
  const [rows, columns] = side > 0 ? [side, side] : [height ?? 16, width ?? 16];
  const values = Float32Array.from({ length: rows * columns * channels! }, () => 0.5 + 0.2 * draws.normal());
  return createImage(rows, columns, channels as 1 | 3, values);
}

interface Drawn {
  readonly reader: "conv" | "groups" | "depthwise" | "separable" | "dense" | "flattened";
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: "same" | "valid";
  readonly between: readonly ("norm" | "relu" | "lrn" | "pool" | "pad" | "dropout" | "concat")[];
  readonly norm: boolean;
  readonly activation: "relu" | "tanh" | "linear";
  readonly seed: number;
}

/** A convolution, what stands between layers, and a layer that reads it, with or without a batch norm behind. */
function randomNetwork(drawn: Drawn): { net: Network; layer: string; units: number } {
  const draws = drawsOf(drawn.seed);
  const random = (length: number): Float32Array => Float32Array.from({ length }, () => draws.normal());
  const normOf = (name: string, input: string, channels: number): Draft => ({
    kind: "norm",
    name,
    inputs: [input],
    gamma: random(channels),
    beta: random(channels),
    mean: random(channels),
    variance: random(channels).map((v) => v * v + 0.1),
    epsilon: 0.001,
  });
  const drafts: Draft[] = [conv("a", "image", [3, 3, 3, 4], { kernel: random(108), bias: random(4), padding: "same" })];
  let [last, channels] = ["a", 4];
  for (const kind of drawn.between) {
    const inputs = [last];
    const name = `b ${kind}`;
    if (kind === "norm") drafts.push(normOf(name, last, channels));
    else if (kind === "relu") drafts.push({ kind: "activation", name, inputs, activation: { name: "relu" } });
    else if (kind === "lrn") drafts.push({ kind, name, inputs, radius: 1, alpha: 0.1, beta: 0.5, bias: 1 });
    else if (kind === "pool")
      drafts.push({ kind, name, inputs, mode: "max", size: [2, 2], strides: [2, 2], padding: "same" });
    else if (kind === "pad") drafts.push({ kind, name, inputs, padding: { top: 1, bottom: 0, left: 2, right: 1 } });
    else if (kind === "dropout") drafts.push({ kind: "identity", name, inputs });
    else {
      drafts.push({ kind: "concat", name, inputs: [last, last] });
      channels *= 2;
    }
    last = name;
  }
  const plain = network([12, 12, 3], drafts);
  const { output } = plain.ops.at(-1)!;
  const { size, strides, dilation, padding } = drawn;
  const [height, width] = size;
  const sliding = { strides, dilation, padding } as const;
  const activation = { name: drawn.norm ? ("linear" as const) : drawn.activation };
  const outputs = drawn.reader === "depthwise" ? 2 * channels : 6;
  const kernel = (input: string, reads: number, puts: number, more: object = {}): Draft =>
    conv("r", input, [height, width, reads, puts], {
      kernel: random(height * width * reads * puts),
      bias: random(outputs),
      ...sliding,
      activation,
      ...more,
    });
  const readers: Record<Drawn["reader"], () => Draft[]> = {
    conv: () => [kernel(last, channels, outputs)],
    groups: () => [kernel(last, channels / 2, outputs, { groups: 2 })],
    depthwise: () => [{ ...kernel(last, channels, 2), kind: "depthwise" } as Draft],
    separable: () => [
      {
        ...kernel(last, channels, 2, { bias: null, activation: { name: "linear" } }),
        kind: "depthwise",
        name: "r/d",
      } as Draft,
      conv("r", "r/d", [1, 1, 2 * channels, outputs], {
        kernel: random(2 * channels * outputs),
        bias: random(outputs),
        activation,
      }),
    ],
    dense: () => [denseOf(last, channels)],
    flattened: () => {
      const features = output.reduce<number>((product, n) => product * n!, 1);
      return [{ kind: "reshape", name: "flat", inputs: [last], output: [features] }, denseOf("flat", features)];
    },
  };
  const denseOf = (input: string, reads: number): Draft => ({
    kind: "dense",
    name: "r",
    inputs: [input],
    kernel: random(reads * outputs),
    kernelShape: [reads, outputs],
    bias: random(outputs),
    activation,
  });
  const behind: Draft[] = drawn.norm ? [normOf("n", "r", outputs)] : [];
  const whole = network([12, 12, 3], [...drafts, ...readers[drawn.reader](), ...behind]);
  // Both operations of a separable convolution are one layer.
  const ops = whole.ops.map((op): Op => (op.name === "r/d" ? { ...op, layer: "r" } : op));
  return { net: createNetwork("random", ops, whole.input), layer: "r", units: outputs };
}
