/** Picture files that announce more than they hold, break off, or unpack without end. */
import { deflateSync as zlibSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodePicture } from "../../src/node/decode-picture.js";

const decoders = ["sharp", "builtin"] as const;

const crcs = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});
const crc = (bytes: Uint8Array): number => ~bytes.reduce((c, byte) => crcs[(c ^ byte) & 255]! ^ (c >>> 8), -1) >>> 0;

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** A PNG of one bit a pixel, with any data. */
function png(width: number, height: number, ...chunks: readonly Uint8Array[]): Uint8Array {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header[8] = 1;
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10);
  return Uint8Array.from(
    [signature, chunk("IHDR", header), ...chunks, chunk("IEND", new Uint8Array(0))].flatMap((part) => [...part]),
  );
}

const photograph = (): Promise<Buffer> => {
  const data = Buffer.from(Uint8Array.from({ length: 96 * 64 * 3 }, (_, i) => (i * i) % 251));
  return sharp(data, { raw: { width: 96, height: 64, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
};

describe.each(decoders)("a picture read by %s", (decoder) => {
  const read = (bytes: Uint8Array, limits = {}) => decodePicture(bytes, { decoder, limits });

  it("is refused by its size before anything is unpacked, with the limit to raise", async () => {
    const bomb = png(16_384, 16_384, chunk("IDAT", zlibSync(new Uint8Array(2049 * 16_384), { level: 9 })));
    const before = process.memoryUsage().rss;
    await expect(read(bomb)).rejects.toThrow(
      /16384 × 16384 = 268435456 pixels; at most \d+ are believed.*pixels: 268435456/,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it("is read when the caller raises the limit, refused when they lower it", async () => {
    const white = png(2400, 2400, chunk("IDAT", zlibSync(new Uint8Array(301 * 2400), { level: 9 })));
    await expect(read(white)).rejects.toThrow(/pixels/);
    expect((await read(white, { pixels: 6e6 })).height).toBe(2400);
    await expect(read(await photograph(), { pixels: 6143 })).rejects.toThrow(/64 × 96 = 6144 pixels; at most 6143/);
  });

  it.each([0.1, 0.5, 0.9])("is refused when the end marker comes after a share of %s of a JPEG", async (share) => {
    const whole = await photograph();
    const half = Buffer.concat([whole.subarray(0, Math.floor(share * whole.length)), Buffer.of(0xff, 0xd9)]);
    await expect(read(half)).rejects.toThrow(/the JPEG file is damaged or ends too early/);
  });

  it("is whole in spite of bytes between two parts of the file", async () => {
    const whole = await photograph();
    const more = Buffer.concat([
      whole.subarray(0, whole.length - 2),
      Buffer.alloc(20),
      whole.subarray(whole.length - 2),
    ]);
    expect((await read(more)).height).toBe(64);
  });
});

describe("the decoders in JavaScript", () => {
  const read = (bytes: Uint8Array) => decodePicture(bytes, { decoder: "builtin" });

  it("stop where pixels unpack to more than the picture has", async () => {
    const bomb = png(8, 8, chunk("IDAT", zlibSync(new Uint8Array(2 ** 28), { level: 9 })));
    const before = process.memoryUsage().rss;
    await expect(read(bomb)).rejects.toThrow(/unpack to more than a picture of its size has/);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it("leave aside what does not make pixels, whatever it unpacks to", async () => {
    const profile = Uint8Array.from([97, 0, 0, ...zlibSync(new Uint8Array(2 ** 27), { level: 9 })]);
    const pixels = chunk("IDAT", zlibSync(new Uint8Array(16)));
    const before = process.memoryUsage().rss;
    expect((await read(png(8, 8, chunk("iCCP", profile), pixels))).data).toEqual(new Float32Array(64));
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it("refuse a JPEG of more scans than pictures have", async () => {
    const whole = await photograph();
    const scan = Buffer.of(0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0);
    const many = Buffer.concat([whole.subarray(0, whole.length - 2), ...Array(200).fill(scan), Buffer.of(0xff, 0xd9)]);
    await expect(read(many)).rejects.toThrow(/more than 100 scans/);
  });
});
