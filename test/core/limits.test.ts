/** Limits on what a file may hold. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { byteLimit, parseWithin, pixelLimit } from "../../src/core/limits.js";
import { cifarPictures } from "../../src/dataset/cifar.js";
import { mnistPictures } from "../../src/dataset/mnist.js";
import { npyPictures } from "../../src/dataset/npy.js";

describe("limits", () => {
  it("grow with the file, and are what the caller says", () => {
    expect(pixelLimit(10)).toBe(2 ** 22);
    expect(pixelLimit(100_000)).toBe(6_400_000);
    expect(pixelLimit(1e9)).toBe(2 ** 26);
    expect(pixelLimit(10, { pixels: 5 })).toBe(5);
    expect(byteLimit(10)).toBe(2 ** 26);
    expect(byteLimit(1e6)).toBe(1e8);
    expect(byteLimit(1e6, { bytes: 7 })).toBe(7);
  });

  it("count brackets of JSON outside of its strings", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    expect(parseWithin(nested(256))).toBeInstanceOf(Array);
    expect(() => parseWithin(nested(257))).toThrow(/257 lists and objects inside each other; at most 256/);
    expect(() => parseWithin(nested(1_000_000))).toThrow(/inside each other/);
    expect(parseWithin(nested(1000), { depth: 1000 })).toBeInstanceOf(Array);
    const strings = ["[".repeat(300), '\\"[['.repeat(300), "\\\\", '"'];
    expect(parseWithin(JSON.stringify(strings))).toEqual(strings);
    expect(() => parseWithin(`["\\\\", ${nested(300)}]`)).toThrow(/inside each other/);
    expect(() => parseWithin('"abc"', { text: 4 })).toThrow(/5 characters; at most 4/);
  });
});

/** An idx file of some sizes. */
const idx = (...shape: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(
    4 +
      4 * shape.length +
      Math.min(
        100,
        shape.reduce((a, b) => a * b, 1),
      ),
  );
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((size, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, size));
  return bytes;
};

/** A .npy file of bytes, of a shape as Python writes it. */
const npy = (shape: string, bytes = 64): Uint8Array => {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }\n`;
  return Uint8Array.from([
    0x93,
    ...Buffer.from("NUMPY"),
    ...[1, 0, header.length & 255, header.length >> 8],
    ...Buffer.from(header),
    ...new Uint8Array(bytes),
  ]);
};

describe("files of pictures", () => {
  it("with axes of nothing or of more than they hold are refused", async () => {
    await expect(mnistPictures(idx(2 ** 32 - 1, 0, 0))).rejects.toThrow(/4294967295×0×0, in which nothing is/);
    await expect(mnistPictures(idx(0, 4, 4))).rejects.toThrow(/in which nothing is/);
    await expect(mnistPictures(idx(2 ** 32 - 1, 1, 1))).rejects.toThrow(/4294967295 pictures; at most 1048576/);
    await expect(mnistPictures(idx(2, 4, 4), undefined, { limits: { count: 1 } })).rejects.toThrow(
      /2 pictures; at most 1/,
    );
    await expect(npyPictures(npy("(4294967295, 0, 0)"))).rejects.toThrow(/in which nothing is/);
    await expect(npyPictures(npy("(-1, 8, 8)"))).rejects.toThrow(/which no file can hold/);
    await expect(npyPictures(npy("(1e999, 8, 8)"))).rejects.toThrow(/which no file can hold/);
    await expect(npyPictures(npy("(9007199254740993, 8, 8)"))).rejects.toThrow(/which no file can hold/);
    await expect(npyPictures(npy("(2, 4, 4)"), { limits: { count: 1 } })).rejects.toThrow(/2 pictures; at most 1/);
    expect(() => cifarPictures(new Uint8Array(2 * 3073), { limits: { count: 1 } })).toThrow(/2 pictures; at most 1/);
    expect(await mnistPictures(idx(2, 4, 4))).toHaveLength(2);
  });

  it("that unpack to gigabytes are stopped at the limit", async () => {
    const bomb = gzipSync(new Uint8Array(2 ** 28), { level: 9 });
    const before = process.memoryUsage().rss;
    await expect(mnistPictures(bomb)).rejects.toThrow(/unpack to \d+ and more; at most 67108864/);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
    const small = gzipSync(idx(2, 4, 4));
    expect(await mnistPictures(small)).toHaveLength(2);
    await expect(mnistPictures(small.subarray(0, -9))).rejects.toThrow(/ends too early/);
  });
});
