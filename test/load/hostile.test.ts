/** Files that are made to do harm, or were damaged: one clear error, soon, and nothing read outside of the model's folder. */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { files } from "./fixture.js";
import { filesOf, formats, tryOpen, variantOf } from "./fuzz.js";
import { tryOnDisk } from "./fuzz-folder.js";
import { errorOf } from "./hostile.js";

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const layer = (className: string, config: object, reads: readonly string[] = []): object => ({
  class_name: className,
  name: (config as { name: string }).name,
  config,
  inbound_nodes: reads.length > 0 ? [reads.map((name) => [name, 0, 0, {}])] : [],
});
const functional = (name: string, layers: readonly object[], output: string): object => ({
  class_name: "Functional",
  name,
  config: { name, layers, input_layers: [["in", 0, 0]], output_layers: [[output, 0, 0]] },
});
const input = layer("InputLayer", { name: "in", batch_input_shape: [null, 8, 8, 3] });
const layersModel = (topology: object): Uint8Array => json({ modelTopology: topology, weightsManifest: [] });

describe("a Layers model that is made to do harm", () => {
  it("runs in a circle", async () => {
    const circle = [input, layer("Add", { name: "a" }, ["in", "b"]), layer("ReLU", { name: "b" }, ["a"])];
    expect(await errorOf("model.json", layersModel(functional("m", circle, "b")))).toBe(
      'bad-model: layer "a" reads "b", which the model does not have before it',
    );
  });

  it("holds models in models, each used twice, so that it would grow without end", async () => {
    let inner: { name: string } = functional("m0", [input, layer("ReLU", { name: "out" }, ["in"])], "out") as {
      name: string;
    };
    for (let depth = 1; depth <= 30; depth++) {
      const twice = { ...inner, inbound_nodes: [[["in", 0, 0, {}]], [[inner.name, 1, 0, {}]]] };
      const config = {
        name: `m${depth}`,
        layers: [input, twice],
        input_layers: [["in", 0, 0]],
        output_layers: [[inner.name, 2, 0]],
      };
      inner = { class_name: "Functional", name: `m${depth}`, config } as { name: string };
    }
    expect(await errorOf("model.json", layersModel(inner))).toMatch(/uses layers more than 20000 times/);
  });

  it("lists a long chain of layers from its end", async () => {
    const chain = Array.from({ length: 15_000 }, (_, i) =>
      layer("ReLU", { name: `r${i}` }, [i === 0 ? "in" : `r${i - 1}`]),
    );
    const topology = functional("m", [input, ...chain.reverse()], "r14999");
    expect(await errorOf("model.json", layersModel(topology))).toMatch(/has no convolution/);
  });

  it("is nested deeper than the stack", async () => {
    const deep = `${'{"class_name":"Sequential","config":[{"name":"a","class_name":"Sequential","config":'.repeat(9000)}[]${"}]}".repeat(9000)}`;
    const text = `{"modelTopology":${deep},"weightsManifest":[]}`;
    expect(await errorOf("model.json", new TextEncoder().encode(text))).toMatch(/^(?:bad-model|file): /);
  });

  it("reads images of absurd sizes", async () => {
    const list = files({
      json: {
        modelTopology: {
          class_name: "Sequential",
          config: {
            name: "m",
            layers: [
              {
                class_name: "Conv2D",
                config: { name: "conv", batch_input_shape: [null, 1e9, 1e9, 2], filters: 1, kernel_size: 1 },
              },
            ],
          },
        },
      },
    });
    expect(await errorOf("model.json", list["model.json"]!, list)).toMatch(/reads images of 1000000000×1000000000×2/);
  });

  it("doubles its channels until no memory could hold them", async () => {
    const doubling = Array.from({ length: 60 }, (_, i) =>
      layer(
        "Concatenate",
        { name: `c${i}` },
        Array.from({ length: 2 }, () => (i === 0 ? "in" : `c${i - 1}`)),
      ),
    );
    expect(await errorOf("model.json", layersModel(functional("m", [input, ...doubling], "c59")))).toMatch(
      /no size is believed beyond/,
    );
  });
});

describe("a GraphModel that is made to do harm", () => {
  const placeholder = {
    name: "x",
    op: "Placeholder",
    attr: { shape: { shape: { dim: [-1, 8, 8, 3].map((size) => ({ size })) } } },
  };
  const graph = (...node: object[]): Uint8Array =>
    json({ modelTopology: { node: [placeholder, ...node] }, weightsManifest: [] });

  it("runs in a circle", async () => {
    const nodes = [
      { name: "a", op: "AddV2", input: ["x", "b"] },
      { name: "b", op: "Relu", input: ["a"] },
      { name: "c", op: "Relu", input: ["b"] },
    ];
    expect(await errorOf("model.json", graph(...nodes))).toMatch(
      /^bad-model: node "[ab]" .* reads what is computed from its own output/,
    );
  });

  it("reads itself", async () => {
    expect(
      await errorOf(
        "model.json",
        graph({ name: "a", op: "Relu", input: ["a"] }, { name: "b", op: "Relu", input: ["a"] }),
      ),
    ).toMatch(/node "a" .* reads what is computed from its own output/);
  });

  it("is called after what every object has", async () => {
    const error = await errorOf("model.json", graph({ name: "__proto__", op: "constructor", input: ["x"] }));
    expect(error).toMatch(/has no convolution/);
  });
});

/** A message of fields: numbers, texts, bytes. */
function message(...fields: readonly (readonly [number, number | string | Uint8Array])[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [field, value] of fields) {
    if (typeof value === "number") writer.tag(field, WireType.Varint).int64(value);
    else if (typeof value === "string") writer.tag(field, WireType.LengthDelimited).string(value);
    else writer.tag(field, WireType.LengthDelimited).bytes(value);
  }
  return writer.finish();
}

const size = (n: number): Uint8Array => message([1, n]);
const image = (...sizes: readonly number[]): Uint8Array =>
  message([1, "x"], [2, message([1, message([1, 1], [2, message(...sizes.map((n) => [1, size(n)] as const))])])]);
const node = (type: string, inputs: readonly string[], output: string): Uint8Array =>
  message(...inputs.map((name) => [1, name] as const), [2, output], [4, type]);
const onnx = (...parts: readonly (readonly [number, Uint8Array])[]): Uint8Array =>
  message([1, 8], [7, message(...parts, [11, image(1, 3, 8, 8)])], [8, message([2, 13])]);

describe("an ONNX model that is made to do harm", () => {
  it("runs in a circle", async () => {
    const circle = onnx([1, node("Add", ["x", "b"], "a")], [1, node("Relu", ["a"], "b")], [12, message([1, "b"])]);
    expect(await errorOf("m.onnx", circle)).toMatch(/reads what is computed from its own output/);
  });

  it.each(["../secret", "/etc/passwd", "a/../../b", "file:///etc/passwd"])(
    "keeps its weights outside of its folder, at %j",
    async (location) => {
      const place = [message([1, "location"], [2, location])].map((entry) => [13, entry] as const);
      const tensor = message([1, 1], [2, 1], [8, "w"], ...place, [14, 1]);
      expect(await errorOf("m.onnx", onnx([1, node("Relu", ["x"], "a")], [5, tensor]))).toMatch(
        /only files in its own folder are read/,
      );
    },
  );

  it("has weights that reach past the end of their file", async () => {
    const entries = [
      ["location", "w.bin"],
      ["offset", "4"],
      ["length", "1000000000000"],
    ].map(([key, value]) => [13, message([1, key!], [2, value!])] as const);
    const tensor = message([1, 1], [2, 1], [8, "w"], ...entries, [14, 1]);
    const error = await errorOf("m.onnx", onnx([1, node("Relu", ["x"], "a")], [5, tensor]), {
      "w.bin": new Uint8Array(8),
    });
    expect(error).toMatch(/lies at bytes 4 to 1000000000004 of "w.bin", which has 8/);
  });

  it("has a tensor whose sizes lie", async () => {
    const tensor = message([1, 1 << 30], [1, 1 << 30], [2, 1], [8, "w"], [9, new Uint8Array(4)]);
    expect(await errorOf("m.onnx", onnx([1, node("Relu", ["x"], "a")], [5, tensor]))).toMatch(/tensor "w"/);
  });

  it("asks for a list of a thousand million numbers", async () => {
    const shape = message([1, 1], [2, 7], [7, 1_000_000_000], [8, "n"]);
    const error = await errorOf(
      "m.onnx",
      onnx([5, shape], [1, node("ConstantOfShape", ["n"], "z")], [1, node("Add", ["x", "z"], "a")]),
    );
    expect(error).toMatch(/has no convolution/);
  });

  it("doubles its channels until no memory could hold them", async () => {
    const axis = (bytes: Uint8Array): Uint8Array =>
      Uint8Array.from([...bytes, ...message([5, message([1, "axis"], [3, 1], [20, 2])])]);
    const nodes = Array.from({ length: 60 }, (_, i) => {
      const from = i === 0 ? "x" : `c${i - 1}`;
      return [1, axis(node("Concat", [from, from], `c${i}`))] as const;
    });
    expect(await errorOf("m.onnx", onnx(...nodes))).toMatch(/no size is believed beyond/);
  });

  it("reads an image of absurd sizes", async () => {
    const model = message(
      [1, 8],
      [7, message([1, node("Relu", ["x"], "a")], [11, image(1, 3, 2 ** 40, 8)])],
      [8, message([2, 13])],
    );
    expect(await errorOf("m.onnx", model)).toMatch(/reads images of 1099511627776×8×3/);
  });

  it("is a number of nested groups, which no model has", async () => {
    expect(await errorOf("m.onnx", Uint8Array.from([8, 8, ...new Uint8Array(100_000).fill(0x0b)]))).toMatch(
      /^file: "m.onnx" is no ONNX model/,
    );
  });
});

describe("models on disk", () => {
  it("with links, folders, devices and pipes in the place of their files give one clear error, 300 of them", async () => {
    const originals = ["same/layers/model.json", "graph-model/plain/model.json", "onnx/storage.onnx"].map(filesOf);
    const faults: string[] = [];
    const results = new Set<string>();
    for (let seed = 1; seed <= 300; seed++) {
      const { result, fault } = await tryOnDisk(originals[seed % originals.length]!, seed);
      results.add(result);
      if (fault) faults.push(`seed ${seed}: ${fault}`);
    }
    expect(faults).toEqual([]);
    expect(results).toContain("opened");
  });
});

describe("damaged files", () => {
  it.each(Object.keys(formats))("of format %s give a network or one clear error, 300 of them", async (format) => {
    const originals = formats[format]!.map(filesOf);
    const faults: string[] = [];
    for (let seed = 1; seed <= 300; seed++) {
      const { fault } = await tryOpen(variantOf(originals[seed % originals.length]!, seed));
      if (fault) faults.push(`seed ${seed}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });

  it("ask for no more memory than the file could fill: a text of 2 GB in 100 kB", async () => {
    const originals = formats.keras!.map(filesOf);
    const before = process.memoryUsage().rss;
    const { result, fault } = await tryOpen(variantOf(originals[1722 % originals.length]!, 1722));
    expect({ result, fault }).toEqual({ result: "file", fault: null });
    expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
  });

  it("come to an end: a place for texts that says it has no length", async () => {
    const originals = formats.h5!.map(filesOf);
    const { result, fault } = await tryOpen(variantOf(originals[795 % originals.length]!, 795));
    expect({ result, fault }).toEqual({ result: "file", fault: null });
  });

  it("of HDF5 leave its memory as it was at first, once nothing else is open", async () => {
    const module = await (await import("h5wasm")).ready;
    const sum = (): number => module.HEAPU8.reduce((all, byte, i) => (all + byte * (i % 251)) % 2 ** 40, 0);
    const originals = formats.h5!.map(filesOf);
    const damaged = (): Promise<unknown> => tryOpen(variantOf(originals[795 % originals.length]!, 795));
    await damaged();
    const before = sum();
    const [whole] = await Promise.all([tryOpen(originals[0]!), damaged(), tryOpen(originals[1]!)]);
    expect(whole.result).toBe("opened");
    await damaged();
    expect(sum()).toBe(before);
  });

  it("leave nothing open in HDF5, which gives up at 4096 files", async () => {
    const { FS } = (await (await import("h5wasm")).ready) as unknown as { FS: { streams: readonly unknown[] } };
    const open = (): number => FS.streams.filter(Boolean).length;
    const before = open();
    const originals = formats.h5!.map(filesOf);
    for (let seed = 301; seed <= 340; seed++) await tryOpen(variantOf(originals[seed % originals.length]!, seed));
    expect(open()).toBe(before);
  });
});
