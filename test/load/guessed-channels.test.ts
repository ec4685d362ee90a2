/** Behind a layer that cannot be computed: guessed channel counts are corrected by what is sure, and number nobody's units. */
import { describe, expect, it } from "vitest";
import { downstream, grow } from "../../src/circuit/grow.js";
import { formatUnit } from "../../src/core/unit.js";
import { openAny } from "../../src/load/open.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { inputs, outputs } from "../../src/weights/inputs.js";
import { slice } from "../../src/weights/slice.js";
import { hasShared, shared } from "./shared.js";

interface LayerJson {
  readonly class_name: string;
  readonly name: string;
  readonly config?: object;
  readonly inbound?: readonly string[];
  /** Shapes of its kernel and bias. */
  readonly kernel?: readonly number[];
}

/** A functional model of Keras with weights counted up. */
function opened(layers: readonly LayerJson[]): Promise<Network> {
  const image = { batch_input_shape: [null, 8, 8, 3] };
  const all = [{ class_name: "InputLayer", name: "image", config: image }, ...layers];
  const specs = layers.flatMap(({ name, kernel }) =>
    kernel
      ? [
          { name: `${name}/kernel`, shape: [...kernel], dtype: "float32" as const },
          { name: `${name}/bias`, shape: [kernel.at(-1)!], dtype: "float32" as const },
        ]
      : [],
  );
  const count = specs.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
  const modelTopology = {
    class_name: "Model",
    config: {
      name: "guessed",
      layers: all.map((layer: LayerJson) => ({
        class_name: layer.class_name,
        name: layer.name,
        config: { name: layer.name, ...layer.config },
        inbound_nodes: layer.inbound ? [layer.inbound.map((input) => [input, 0, 0, {}])] : [],
      })),
      input_layers: [["image", 0, 0]],
      output_layers: [[layers.at(-1)!.name, 0, 0]],
    },
  };
  const weightData = Float32Array.from({ length: count }, (_, i) => i + 1).buffer;
  return openAny({ load: () => ({ modelTopology, weightSpecs: specs, weightData }) }, { preprocessing: "unit" });
}

const conv = (name: string, input: string, kernel: readonly number[]): LayerJson => ({
  class_name: "Conv2D",
  name,
  config: { filters: kernel[3], kernel_size: kernel.slice(0, 2), padding: "same" },
  inbound: [input],
  kernel,
});
const custom = (name: string, input: string): LayerJson => ({ class_name: "MyLayer", name, inbound: [input] });
const filtered = (name: string, input: string, filters: number): LayerJson => ({
  ...custom(name, input),
  config: { filters },
});
const joined = (name: string, ...inbound: string[]): LayerJson => ({ class_name: "Concatenate", name, inbound });
const plain = (class_name: string, name: string, input: string, config: object = {}): LayerJson => ({
  class_name,
  name,
  config,
  inbound: [input],
});

const channelsOf = (net: Network): Record<string, number> =>
  Object.fromEntries(net.layers.map(({ name, output }) => [name, output.at(-1)!]));
const read = (net: Network, unit: string): string[] =>
  inputs(net, unit)
    .map((input) => formatUnit(input.unit))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
const units = (layer: string, count: number): string[] => Array.from({ length: count }, (_, c) => `${layer}:${c}`);

describe("a guessed channel count", () => {
  it.each(["MaxPooling2D", "LocalResponseNormalization", "BatchNormalization-free", "ReLU"])(
    "is corrected through %s by the weights behind it",
    async (className) => {
      const middle =
        className === "BatchNormalization-free" ? [] : [plain(className, "middle", "w", { pool_size: 1, strides: 1 })];
      const last = middle.length > 0 ? "middle" : "w";
      const net = await opened([
        conv("a", "image", [1, 1, 3, 4]),
        custom("w", "a"),
        ...middle,
        conv("c", last, [1, 1, 8, 2]),
      ]);
      expect(channelsOf(net)).toMatchObject({ w: 8, [last]: 8 });
      expect(read(net, "c:0")).toEqual(units("w", 8));
    },
  );

  it("is what a concatenation has beyond the parts that are sure", async () => {
    const net = await opened([
      conv("a", "image", [1, 1, 3, 4]),
      custom("w", "a"),
      joined("cat", "w", "a"),
      plain("ReLU", "act", "cat"),
      conv("c", "act", [3, 3, 20, 2]),
    ]);
    expect(channelsOf(net)).toMatchObject({ w: 16, cat: 20, act: 20 });
    expect(read(net, "c:0")).toEqual([...units("a", 4), ...units("w", 16)]);
    // Channel 16 of the concatenation is the first of "a".
    const kernel = net.ops.find((op) => op.name === "c");
    const stored = kernel?.kind === "conv" ? kernel.kernel : null;
    expect([...slice(net, "c:1", "a:0").data]).toEqual(
      Array.from({ length: 9 }, (_, tap) => stored![(tap * 20 + 16) * 2 + 1]),
    );
    expect(
      outputs(net, "a:0")
        .map(({ unit }) => formatUnit(unit))
        .sort(),
    ).toEqual(["c:0", "c:1"]);
  });

  it("is corrected also where the concatenation came first", async () => {
    const net = await opened([
      conv("a", "image", [1, 1, 3, 4]),
      custom("w", "a"),
      joined("cat", "w", "a"),
      conv("d", "w", [1, 1, 16, 2]),
      plain("ReLU", "act", "cat"),
      conv("c", "act", [1, 1, 20, 2]),
    ]);
    expect(channelsOf(net)).toMatchObject({ w: 16, cat: 20, act: 20 });
    expect(read(net, "c:0")).toEqual([...units("a", 4), ...units("w", 16)]);
  });

  it("of several parts of a concatenation numbers no unit: the units are the concatenation's own", async () => {
    const net = await opened([
      conv("a", "image", [1, 1, 3, 4]),
      custom("v", "a"),
      custom("w", "a"),
      joined("cat", "v", "w", "a"),
      conv("c", "cat", [1, 1, 30, 2]),
    ]);
    expect(read(net, "c:0")).toEqual(units("cat", 30));
    expect(net.layer("cat")).toMatchObject({ kind: "Concatenate", output: [8, 8, 30] });
    const op = net.ops.find(({ name }) => name === "cat");
    expect(op?.kind === "opaque" && op.reason).toContain('how many channels "v" and "w" puts out');
    expect(() => inputs(net, "cat:3")).toThrow("has no weights to read");
    expect(grow(net, "c:0", { depth: 3 }).nodes.map(({ kind }) => kind)).toContain("opaque");
  });

  it("is the number of filters that a layer says it has", async () => {
    const net = await opened([conv("a", "image", [1, 1, 3, 4]), filtered("w", "a", 9), plain("ReLU", "act", "w")]);
    expect(channelsOf(net)).toMatchObject({ w: 9, act: 9 });
  });

  it("of several parts is known where their filters are as many as the weights behind want", async () => {
    const parts = [conv("a", "image", [1, 1, 3, 4]), filtered("v", "a", 10), filtered("w", "a", 16)];
    const net = await opened([...parts, joined("cat", "v", "w", "a"), conv("c", "cat", [1, 1, 30, 2])]);
    expect(read(net, "c:0")).toEqual([...units("a", 4), ...units("v", 10), ...units("w", 16)]);
    const other = await opened([...parts, joined("cat", "v", "w", "a"), conv("c", "cat", [1, 1, 40, 2])]);
    expect(read(other, "c:0")).toEqual(units("cat", 40));
  });

  it("gives way to the weights behind it where these say otherwise", async () => {
    const net = await opened([conv("a", "image", [1, 1, 3, 4]), filtered("w", "a", 9), conv("c", "w", [1, 1, 8, 2])]);
    expect(channelsOf(net)).toMatchObject({ w: 8 });
    expect(read(net, "c:0")).toEqual(units("w", 8));
  });

  it("of a part that no weights behind read numbers no unit", async () => {
    const net = await opened([
      conv("a", "image", [1, 1, 3, 4]),
      custom("w", "a"),
      joined("cat", "w", "a"),
      plain("ReLU", "act", "cat"),
    ]);
    expect(net.ops.find(({ name }) => name === "cat")!.kind).toBe("opaque");
    expect(outputs(net, "a:0")).toEqual([]);
  });

  it("of a map that is flattened numbers no unit", async () => {
    const net = await opened([
      conv("a", "image", [1, 1, 3, 4]),
      custom("w", "a"),
      plain("Flatten", "flat", "w"),
      { class_name: "Dense", name: "d", config: { units: 2 }, inbound: ["flat"], kernel: [512, 2] },
    ]);
    expect(read(net, "d:0")).toEqual(units("flat", 512));
  });

  it("does not hide kernels whose channels are known, though the sizes of maps are guesses", async () => {
    const net = await opened([
      custom("scaled", "image"),
      conv("a", "scaled", [1, 1, 3, 4]),
      plain("Flatten", "flat", "a"),
      { class_name: "Dense", name: "d", config: { units: 2 }, inbound: ["flat"], kernel: [256, 2] },
    ]);
    expect(read(net, "d:0")).toEqual(units("a", 4));
    expect(inputs(net, "d:0")[0]!.kernel).toMatchObject({ height: 8, width: 8 });
  });

  it("leaves what other layers read alone where the numbers contradict each other", async () => {
    const net = await opened([
      conv("a", "image", [1, 1, 3, 4]),
      custom("w", "a"),
      conv("c", "w", [1, 1, 8, 2]),
      conv("d", "w", [1, 1, 9, 2]),
      conv("e", "a", [1, 1, 4, 2]),
    ]);
    expect(read(net, "c:0")).toEqual(units("w", 8));
    expect(() => inputs(net, "d:0")).toThrow('the 9 inputs of "d" cannot be traced to units');
    expect(
      outputs(net, "a:0")
        .map(({ unit }) => formatUnit(unit))
        .sort(),
    ).toEqual(["e:0", "e:1"]);
    expect(downstream(net, "a:0", { depth: 2 }).nodes).toHaveLength(3);
  });
});

describe.skipIf(!hasShared)("the U-Nets of ../shared/cases/reliability", () => {
  it.each(["unet8", "unet32"])("%s names no unit that a layer does not have, in any verb", async (name) => {
    const net = await open(shared("cases", "reliability", `${name}.onnx`), { preprocessing: "unit" });
    const counts = channelsOf(net);
    for (const { name: layer, output } of net.layers) {
      for (let channel = 0; channel < output.at(-1)!; channel++) {
        const found = [
          ...(layer === "x" ? [] : safe(() => inputs(net, { layer, channel }))),
          ...outputs(net, { layer, channel }),
        ];
        for (const { unit } of found) expect(unit.channel).toBeLessThan(counts[unit.layer]!);
      }
      grow(net, { layer: "c3", channel: 0 }, { depth: 4 });
    }
    expect(inputs(net, "c3:0")).toHaveLength(net.layer("c3").kernel![2]!);
  });
});

/** Inputs, or none where the unit has no weights. */
function safe<T>(find: () => T[]): T[] {
  try {
    return find();
  } catch (error) {
    expect(String(error)).toContain("has no weights to read");
    return [];
  }
}
if (!hasShared) console.log("the U-Nets were not tried: ../shared is not there");
