import { gzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { Image } from "../../src/core/image.js";
import { cifarPictures } from "../../src/dataset/cifar.js";
import type { DatasetItem } from "../../src/dataset/dataset.js";
import { mnistPictures } from "../../src/dataset/mnist.js";
import { npyPictures } from "../../src/dataset/npy.js";

const imageOf = async (item: DatasetItem): Promise<Image> =>
  typeof item.image === "function" ? item.image() : item.image;

/** A `.npy` file as NumPy writes it: the header padded so that the values begin at a multiple of 64. */
function npy(descr: string, shape: readonly number[], values: ArrayBufferView, version = 1): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const lead = version === 1 ? 10 : 12;
  const header = text.padEnd(Math.ceil((lead + text.length + 1) / 64) * 64 - lead - 1).concat("\n");
  const size = version === 1 ? [header.length & 255, header.length >> 8] : [header.length, 0, 0, 0];
  return Uint8Array.from([
    ...[0x93, ...new TextEncoder().encode("NUMPY"), version, 0, ...size],
    ...new TextEncoder().encode(header),
    ...new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  ]);
}

describe("arrays of NumPy", () => {
  const bytes = Uint8Array.from({ length: 2 * 2 * 3 * 3 }, (_, i) => i);

  it("of bytes are pictures of 0…1, channels last, named by their number", async () => {
    const items = await npyPictures(npy("|u1", [2, 2, 3, 3], bytes));
    expect(items.map(({ id, label }) => ({ id, label }))).toEqual([
      { id: "0", label: undefined },
      { id: "1", label: undefined },
    ]);
    const image = await imageOf(items[1]!);
    expect(image).toMatchObject({ height: 2, width: 3, channels: 3 });
    expect(image.data[0]).toBeCloseTo(18 / 255, 6);
  });

  it("with channels first are turned", async () => {
    const [item] = await npyPictures(npy("|u1", [2, 3, 2, 3], bytes, 2), { channels: "first" });
    const image = await imageOf(item!);
    expect(image).toMatchObject({ height: 2, width: 3, channels: 3 });
    expect([...image.data.subarray(0, 6)].map((v) => Math.round(v * 255))).toEqual([0, 6, 12, 1, 7, 13]);
  });

  it("of floats are taken as they are, or by the value that means full", async () => {
    const file = npy("<f4", [1, 1, 2], Float32Array.of(0.5, 1));
    expect([...(await imageOf((await npyPictures(file))[0]!)).data]).toEqual([0.5, 1]);
    expect([...(await imageOf((await npyPictures(file, { full: 2 }))[0]!)).data]).toEqual([0.25, 0.5]);
  });

  it("in an npz come with their labels", async () => {
    const file = zipSync({
      "x_test.npy": npy("|u1", [2, 2, 3, 3], bytes),
      "y_test.npy": npy("<i8", [2], BigInt64Array.of(7n, 3n)),
    });
    const items = await npyPictures(file, { labels: "y_test" });
    expect(items.map(({ label }) => label)).toEqual(["7", "3"]);
    await expect(npyPictures(file, { array: "x_train" })).rejects.toThrow(
      'the file has no array "x_train"; it has x_test, y_test',
    );
  });

  it("that cannot be read are refused with what can", async () => {
    await expect(npyPictures(Uint8Array.of(1, 2, 3))).rejects.toThrow(/no \.npy or \.npz/);
    await expect(npyPictures(npy(">f4", [1, 1, 1], Float32Array.of(1)))).rejects.toThrow(/in C order of one of/);
    await expect(npyPictures(npy("|u1", [4, 4], bytes))).rejects.toThrow(
      /3 or 4 axes, the first counting them; got 4×4/,
    );
    await expect(npyPictures(npy("|u1", [9, 2, 3, 3], bytes))).rejects.toThrow(/ends too early/);
    await expect(npyPictures(npy("|u1", [2, 2, 3, 3], bytes), { labels: ["one"] })).rejects.toThrow(/got 1 labels/);
  });
});

describe("CIFAR's files", () => {
  it("hold a label, then a plane each of red, green and blue", async () => {
    const file = new Uint8Array(2 * 3073);
    file[3073] = 8;
    file.fill(51, 3074 + 1024, 3074 + 2048);
    const items = cifarPictures(file);
    expect(items.map(({ label }) => label)).toEqual(["0", "8"]);
    const image = await imageOf(items[1]!);
    expect(image).toMatchObject({ height: 32, width: 32, channels: 3 });
    expect([...image.data.subarray(0, 3)].map((v) => Math.round(v * 255))).toEqual([0, 51, 0]);
    expect(cifarPictures(file, { names: ["a", "b", "c", "d", "e", "f", "g", "h", "ship"] })[1]!.label).toBe("ship");
  });

  it("of CIFAR-100 are told apart by their length", () => {
    expect(() => cifarPictures(new Uint8Array(3074))).toThrow(/got 3074 bytes: give \{ labelBytes: 2 \}/);
    expect(cifarPictures(new Uint8Array(3074), { labelBytes: 2 })).toHaveLength(1);
    expect(() => cifarPictures(new Uint8Array(0))).toThrow(/got 0 bytes$/);
  });
});

describe("MNIST's files", () => {
  const pictures = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 0);
  const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 4);

  it("hold bytes row by row, gzipped or not", async () => {
    for (const file of [pictures, gzipSync(pictures)]) {
      const items = await mnistPictures(file, labels);
      expect(items.map(({ id, label }) => `${id} is ${label}`)).toEqual(["0 is 5", "1 is 4"]);
      expect([...(await imageOf(items[0]!)).data]).toEqual([0, 1]);
    }
  });

  it("are refused when exchanged, cut, or not of one length", async () => {
    await expect(mnistPictures(labels)).rejects.toThrow(
      /3 axes was expected \(pictures\); its first bytes are 0 0 8 1/,
    );
    await expect(mnistPictures(pictures.slice(0, 18))).rejects.toThrow(/2×1×2 bytes were announced/);
    await expect(mnistPictures(pictures, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 5))).rejects.toThrow(
      /labels' file has 1/,
    );
  });
});
