import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, readSpec } from "../../src/load/decode.js";
import { openAny } from "../../src/load/open.js";
import { storedWeights } from "../../src/load/stored-weights.js";
import { specs, topology } from "./fixture.js";
import { saved, tf, tfl } from "./tfjs.js";

const bytes = (list: ArrayBufferView): Uint8Array =>
  new Uint8Array(list.buffer as ArrayBuffer, list.byteOffset, list.byteLength);

function streamOf(parts: readonly ArrayBuffer[]): ReadableStream<ArrayBuffer> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}

describe("decode", () => {
  it("does not copy floats whose bytes are aligned", () => {
    const stored = Float32Array.of(1, 2, 3);
    const got = decode(readSpec({ name: "w", shape: [2], dtype: "float32" }), bytes(stored.subarray(1)));
    expect(got.buffer).toBe(stored.buffer);
    expect([...got]).toEqual([2, 3]);
  });

  it("copies floats whose bytes are not aligned", () => {
    const shifted = new Uint8Array(9);
    shifted.set(bytes(Float32Array.of(7, -8)), 1);
    expect([...decode(readSpec({ name: "w", shape: [2], dtype: "float32" }), shifted.subarray(1))]).toEqual([7, -8]);
  });

  it("multiplies quantised weights by their scale and adds their minimum", () => {
    const spec = (dtype: string) =>
      readSpec({ name: "w", shape: [3], dtype: "float32", quantization: { dtype, scale: 0.5, min: -1 } });
    expect([...decode(spec("uint8"), Uint8Array.of(0, 2, 255))]).toEqual([-1, 0, 126.5]);
    expect([...decode(spec("uint16"), bytes(Uint16Array.of(0, 2, 65535)))]).toEqual([-1, 0, 32766.5]);
  });

  it("reads integers and booleans as floats", () => {
    expect([...decode(readSpec({ name: "w", shape: [2], dtype: "int32" }), bytes(Int32Array.of(-5, 7)))]).toEqual([
      -5, 7,
    ]);
    expect([...decode(readSpec({ name: "w", shape: [2], dtype: "bool" }), Uint8Array.of(0, 1))]).toEqual([0, 1]);
  });

  it("reads half floats: one, the smallest, the largest, minus two, and what is not finite", () => {
    const halves = bytes(Uint16Array.of(0x3c00, 0x0001, 0x7bff, 0xc000, 0x8000, 0x7c00, 0x7e00));
    const spec = readSpec({ name: "w", shape: [7], dtype: "float32", quantization: { dtype: "float16" } });
    expect([...decode(spec, halves)]).toEqual([1, 2 ** -24, 65504, -2, -0, Number.POSITIVE_INFINITY, Number.NaN]);
  });

  it("agrees with tfjs on every type that tfjs writes or reads", () => {
    const array = fc.uint8Array({ minLength: 4, maxLength: 40 });
    const type = fc.constantFrom("uint8", "uint16", "float16");
    fc.assert(
      fc.property(array, type, fc.float({ min: 0.125, max: 2, noNaN: true }), (raw, dtype, scale) => {
        const size = dtype === "uint8" ? 1 : 2;
        const data = raw.slice(0, raw.length - (raw.length % size));
        const entry = {
          name: "w",
          shape: [data.length / size],
          dtype: "float32" as const,
          quantization: { dtype: dtype as "uint8", scale, min: -3 },
        };
        const wanted = tf.io.decodeWeights(data.buffer as ArrayBuffer, [entry]).w!.dataSync();
        expect([...decode(readSpec(entry), data)]).toEqual([...wanted]);
      }),
    );
  });

  it.each([
    [
      { name: "w", shape: [1], dtype: "string" },
      'weight "w" is stored as "string"; it can be float32, float16, int32, uint16, uint8, bool',
    ],
    [{ name: "w", shape: [-1], dtype: "float32" }, "a weight has a name, a shape and a dtype"],
    [{ shape: [1], dtype: "float32" }, "a weight has a name, a shape and a dtype"],
  ])("refuses %j", (spec, message) => {
    expect(() => readSpec(spec)).toThrow(message);
  });
});

describe("weights in shards", () => {
  it("come out whole wherever the shards are cut", () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 39 }), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, (at) => {
        const all = bytes(Float32Array.from({ length: 10 }, (_, i) => i / 3));
        const edges = [0, ...at.toSorted((a, b) => a - b), 40];
        const shards = edges.slice(1).map((end, i) => ({ name: `${i}`, bytes: all.slice(edges[i], end) }));
        const split = [
          readSpec({ name: "l/a", shape: [2, 3], dtype: "float32" }),
          readSpec({ name: "l/b", shape: [4], dtype: "float32" }),
        ];
        const source = storedWeights([{ specs: split, shards }]);
        const floats = new Float32Array(all.buffer as ArrayBuffer);
        expect(source.find(["l"], ["a"], 0)!.values()).toEqual(floats.slice(0, 6));
        expect(source.find(["l"], ["b"], 1)!.values()).toEqual(floats.slice(6));
      }),
    );
  });

  it("name the shard that is probably cut short", () => {
    const shard = (name: string, length: number) => ({ name, bytes: new Uint8Array(length) });
    const spec = readSpec({ name: "w", shape: [25], dtype: "float32" });
    const short = [shard("1", 40), shard("2", 28), shard("3", 20)];
    expect(() => storedWeights([{ specs: [spec], shards: short }])).toThrow(
      'the weights need 100 bytes but the 3 files from "1" have 88: cut short, probably "2"; get the model again',
    );
  });

  it("refuse more bytes than the weights need", () => {
    const spec = readSpec({ name: "w", shape: [1], dtype: "float32" });
    expect(() => storedWeights([{ specs: [spec], shards: [{ name: "s", bytes: new Uint8Array(5) }] }])).toThrow(
      'the weights need 4 bytes but "s" has 5: too long',
    );
  });
});

describe("a tf.io.IOHandler", () => {
  const data = Float32Array.of(0.5, -2, 3).buffer;
  const kernelOf = async (artifacts: object) => {
    const net = await openAny(
      { load: async () => ({ modelTopology: topology(), weightSpecs: specs, ...artifacts }) },
      {},
    );
    const [op] = net.ops.filter((one) => one.kind === "conv");
    return [...op!.kernel, ...op!.bias!];
  };

  it("may give its weights as one buffer, several, or a stream", async () => {
    const parts = [data.slice(0, 5), data.slice(5)];
    expect(await kernelOf({ weightData: data })).toEqual([0.5, -2, 3]);
    expect(await kernelOf({ weightData: parts })).toEqual([0.5, -2, 3]);
    expect(await kernelOf({ getWeightStream: () => streamOf(parts) })).toEqual([0.5, -2, 3]);
  });

  it("is refused without weights and without specs", async () => {
    await expect(kernelOf({})).rejects.toThrow("comes without weightData");
    await expect(kernelOf({ weightData: data, weightSpecs: undefined })).rejects.toThrow("comes without weightSpecs");
  });

  it("may be one of tfjs: a model saved to memory opens with the same numbers", async () => {
    const model = tfl.sequential({
      layers: [tfl.layers.conv2d({ name: "conv", inputShape: [3, 3, 2], filters: 1, kernelSize: 1 })],
    });
    const net = await openAny(tf.io.fromMemory((await saved(model)) as tf.io.ModelArtifacts), {});
    const [op] = net.ops.filter((one) => one.kind === "conv");
    expect(op!.kernel).toEqual(model.getWeights()[0]!.dataSync());
  });
});
