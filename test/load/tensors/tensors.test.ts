/** Files of tensors without a network. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Architecture } from "../../../src/load/architecture.js";
import { readNpz } from "../../../src/load/numpy/npz.js";
import { readSafetensors } from "../../../src/load/safetensors/safetensors.js";
import { type ByteSource, bytesSource, type NamedTensors, readTensor } from "../../../src/load/tensors.js";
import { createNetwork } from "../../../src/network/network.js";
import { linear, type Op } from "../../../src/network/ops.js";
import { preprocessing } from "../../../src/network/preprocessing.js";
import { open } from "../../../src/node/open.js";
import { written } from "../fixture.js";
import { golden } from "../golden.js";

const sines = (length: number): number[] => Array.from({ length }, (_, i) => Math.fround(Math.sin(i)));
const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** A file of the goldens, and how many bytes of it were read. */
async function counted(name: string): Promise<{ source: ByteSource; read: () => number }> {
  const bytes = new Uint8Array(await readFile(golden("tensors", name)));
  let total = 0;
  const source: ByteSource = {
    ...bytesSource(name, bytes),
    read: async (start, end) => {
      total += end - start;
      return bytes.subarray(start, end);
    },
  };
  return { source, read: () => total };
}

async function values(file: NamedTensors, name: string, shape: readonly number[]): Promise<number[]> {
  return [...(await readTensor(file, name, shape)).values];
}

describe.each(["stored.npz", "packed.npz"])("an archive of NumPy, %s,", (name) => {
  it("holds arrays of every type by name", async () => {
    const file = await readNpz((await counted(name)).source);
    expect(await values(file, "single", [2, 3, 4])).toEqual(sines(24));
    expect(await values(file, "double", [7])).toEqual(sines(7));
    expect((await values(file, "half", [5, 2])).map((v) => v.toFixed(2))).toEqual(sines(10).map((v) => v.toFixed(2)));
    expect(await values(file, "bytes", [3, 3])).toEqual(upTo(9));
    expect(await values(file, "longs", [4])).toEqual(upTo(4));
    expect(await values(file, "flags", [6])).toEqual([0, 1, 0, 1, 0, 1]);
    expect(await values(file, "number", [])).toEqual([0.5]);
    expect(await values(file, "layer/kernel:0", [3, 3, 1, 2])).toEqual(sines(18));
  });

  it("holds arrays that lie column by column, which come row by row", async () => {
    const file = await readNpz((await counted(name)).source);
    expect(await values(file, "by_columns", [2, 3, 4])).toEqual(sines(24));
  });
});

describe("a safetensors file", () => {
  it("holds tensors of every type by name", async () => {
    const file = await readSafetensors((await counted("all.safetensors")).source);
    expect([...file.tensors.keys()].sort()).toEqual(["brain", "bytes", "half", "longs", "number", "single"]);
    expect(await values(file, "single", [2, 3, 4])).toEqual(sines(24));
    expect(await values(file, "bytes", [3, 3])).toEqual(upTo(9));
    expect(await values(file, "longs", [4])).toEqual(upTo(4));
    expect((await values(file, "brain", [6])).map((v) => v.toFixed(1))).toEqual(sines(6).map((v) => v.toFixed(1)));
  });

  it("is read tensor by tensor: asking for one reads the header and that one", async () => {
    const { source, read } = await counted("all.safetensors");
    const file = await readSafetensors(source);
    const header = read();
    await file.tensors.get("bytes")!.read();
    expect(read() - header).toBe(9);
    expect(source.size - header).toBeGreaterThan(9);
  });

  it.each([
    ["shorter than its header", new Uint8Array([255, 0, 0, 0, 0, 0, 0, 0, 123]), /its header has 255 bytes/],
    ["whose header is no JSON", encoded("{nonsense"), /its header is not JSON/],
    ["whose header is a list", encoded("[]"), /its header is \[\]/],
    ["of an unknown type", header({ a: { dtype: "F8", shape: [1], data_offsets: [0, 1] } }), /tensor "a".*"F8"/],
    ["whose sizes lie", header({ a: { dtype: "F32", shape: [1e9], data_offsets: [0, 4] } }), /tensor "a".*1000000000/],
    [
      "that reads past its end",
      header({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }),
      /at bytes \[0,4\] of 0/,
    ],
    ["that reads its own header", header({ a: { dtype: "F32", shape: [1], data_offsets: [-4, 0] } }), /bytes \[-4,0\]/],
  ])("is refused %s", async (_, bytes, message) => {
    await expect(readSafetensors(bytesSource("a.safetensors", bytes))).rejects.toThrow(message);
  });
});

function encoded(text: string): Uint8Array {
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(new TextEncoder().encode(text), 8);
  return bytes;
}

function header(entries: object): Uint8Array {
  return encoded(JSON.stringify(entries));
}

describe("a file of tensors", () => {
  const architecture: Architecture = async (tensors, choices) => {
    const { values: kernel } = await readTensor(tensors, "layer/kernel:0", [3, 3, 1, 2]);
    const ops: Op[] = [
      { kind: "input", name: "image", layer: "image", inputs: [], output: [8, 8, 1] },
      {
        kind: "conv",
        name: "layer",
        layer: "layer",
        inputs: ["image"],
        output: [8, 8, 2],
        kernel,
        kernelShape: [3, 3, 1, 2],
        bias: null,
        strides: [1, 1],
        dilation: [1, 1],
        padding: "same",
        groups: 1,
        activation: linear,
      },
    ];
    const image = { shape: [8, 8, 1], preprocessing: preprocessing("unit", 1), stated: false };
    return createNetwork(choices.name ?? "own", ops, image);
  };

  it("becomes a network by an architecture of one's own", async () => {
    const net = await open(golden("tensors", "stored.npz"), { architecture, name: "mine" });
    expect([net.name, net.layer("layer").kernel]).toEqual(["mine", [3, 3, 1, 2]]);
  });

  it("is refused without an architecture, and tells how many tensors it holds", async () => {
    await expect(open(golden("tensors", "stored.npz"))).rejects.toThrow(
      '"stored.npz" holds 9 tensors but not the network they belong to; give { architecture }',
    );
  });

  it("names the nearest tensors where the architecture asks for one it does not hold", async () => {
    await expect(open(golden("tensors", "all.safetensors"), { architecture })).rejects.toThrow(
      /holds no tensor "layer\/kernel:0"; the nearest of its 6 are/,
    );
  });

  it("is refused where it is no archive, or its directory lies", async () => {
    const bytes = new Uint8Array(await readFile(golden("tensors", "packed.npz")));
    const folder = await written({ "short.npz": bytes.subarray(0, bytes.length / 2), "empty.npz": "PK" });
    await expect(open(`${folder}/short.npz`)).rejects.toThrow(/"short.npz" is no zip archive.*no directory/);
    await expect(open(`${folder}/empty.npz`)).rejects.toThrow(/no directory/);
  });
});
