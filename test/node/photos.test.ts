import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createImage, type Image } from "../../src/core/image.js";
import { examples } from "../../src/dataset/examples.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { decodePicture } from "../../src/node/decode-picture.js";
import { jpegOrientation, upright } from "../../src/node/exif.js";
import { photos } from "../../src/node/photos.js";
import { hasShared, shared } from "../load/shared.js";
import { conv, network } from "../network/ops.js";

let folder = "";
const decoders = ["sharp", "builtin"] as const;

/** A photograph of 24 × 16, red on the left and blue on the right, brighter to the bottom. */
function scene(): Buffer {
  return Buffer.from(
    Uint8Array.from({ length: 24 * 16 * 3 }, (_, i) => {
      const [p, c] = [Math.floor(i / 3), i % 3];
      const light = 100 + 8 * Math.floor(p / 24);
      return c === 1 ? 30 : (c === 0) === p % 24 < 12 ? light : 20;
    }),
  );
}
const raw = { raw: { width: 24, height: 16, channels: 3 } } as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "convlens-photos-"));
  const jpeg = await sharp(scene(), raw).jpeg({ quality: 95 }).toBuffer();
  await mkdir(join(folder, "inner"));
  const deep = Uint16Array.from({ length: 8 * 8 * 3 }, (_, i) => i * 300);
  await Promise.all([
    writeFile(join(folder, "truncated.jpg"), jpeg.subarray(0, Math.floor(0.8 * jpeg.length))),
    writeFile(join(folder, "text.png"), "This is not a picture."),
    writeFile(join(folder, "really-jpeg.png"), jpeg),
    writeFile(join(folder, "notes.txt"), "left aside"),
    writeFile(join(folder, ".hidden.jpg"), "left aside too"),
    sharp({ create: { width: 1, height: 1, channels: 3, background: "#ff8000" } })
      .png()
      .toFile(join(folder, "dot.png")),
    sharp(deep, { raw: { width: 8, height: 8, channels: 3 } })
      .toColourspace("rgb16")
      .png()
      .toFile(join(folder, "deep.png")),
    sharp(scene(), raw).toColourspace("cmyk").jpeg({ quality: 95 }).toFile(join(folder, "cmyk.jpg")),
    sharp(Buffer.alloc(10 * 30 * 3, 0).fill(255, 0, 300), {
      raw: { width: 10, height: 30, channels: 3, pageHeight: 10 },
    })
      .gif({ delay: [100, 100, 100] })
      .toFile(join(folder, "moving.gif")),
    symlink("..", join(folder, "inner", "loop")),
    symlink("round.jpg", join(folder, "round.jpg")),
    symlink("../really-jpeg.png", join(folder, "inner", "linked.png")),
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function readAll(decoder: "sharp" | "builtin"): Promise<Record<string, string | Image>> {
  const found: Record<string, string | Image> = {};
  for await (const { id, image } of photos(folder, { decoder })) {
    found[id] = await (image as () => Promise<Image>)().catch((error: Error) => error.message);
  }
  return found;
}

describe("a folder of photographs", () => {
  it("is listed in order, links in a circle once, other files left aside; the inner folder is the label", async () => {
    const items: [string, string | undefined][] = [];
    for await (const { id, label } of photos(folder)) items.push([id, label]);
    const names = ["cmyk.jpg", "deep.png", "dot.png", "inner/linked.png", "moving.gif", "really-jpeg.png"];
    expect(items.map(([id]) => id)).toEqual([...names, "round.jpg", "text.png", "truncated.jpg"]);
    expect(items[3]![1]).toBe("inner");
    expect(items[0]![1]).toBeUndefined();
    expect(await photos(folder).count()).toBe(9);
  });

  it.each(decoders)("is read by %s: what is damaged says why, everything else is a picture", async (decoder) => {
    const found = await readAll(decoder);
    expect(found["truncated.jpg"]).toMatch(/the JPEG file is damaged or ends too early/);
    expect(found["text.png"]).toBe('the file is no picture: it is text beginning "This is not a pi"');
    expect(found["round.jpg"]).toBe("the link leads back to itself");
    expect(found["dot.png"]).toMatchObject({ height: 1, width: 1, channels: 3 });
    expect([...(found["dot.png"] as Image).data].map((v) => Math.round(255 * v))).toEqual([255, 128, 0]);
    expect((found["deep.png"] as Image).data[100]).toBeCloseTo(30000 / 65535, 2);
    expect(found["really-jpeg.png"]).toMatchObject({ height: 16, width: 24, channels: 3 });
    const cmyk = found["cmyk.jpg"] as Image;
    expect(cmyk).toMatchObject({ height: 16, width: 24, channels: 3 });
    // Red on the left, blue on the right, in whatever shade the profile makes of them.
    const [left, right] = [
      cmyk.data.subarray(8 * 24 * 3, 8 * 24 * 3 + 3),
      cmyk.data.subarray(9 * 24 * 3 - 3, 9 * 24 * 3),
    ];
    expect(left[0]! - left[2]!).toBeGreaterThan(0.15);
    expect(right[2]! - right[0]!).toBeGreaterThan(0.15);
    if (decoder === "builtin") expect(found["moving.gif"]).toMatch(/a GIF file needs the optional package sharp/);
    else {
      expect(found["moving.gif"]).toMatchObject({ height: 10, width: 10 });
      expect((found["moving.gif"] as Image).data[0]).toBe(1);
    }
  });

  it("goes through a network: broken files are counted and named, the rest is seen", async () => {
    const net = network([16, 16, 3], [conv("conv", "image", [3, 3, 3, 2])]);
    const found = await examples(net, "conv", photos(folder), { engine: cpuEngine() });
    expect(found.broken.map(({ id }) => id)).toEqual(["round.jpg", "text.png", "truncated.jpg"]);
    expect(found.seen).toHaveLength(6);
  });

  it("comes in shards that make up the whole", async () => {
    const ids: string[] = [];
    for (const index of [0, 1, 2]) for await (const { id } of photos(folder, { shard: { index, of: 3 } })) ids.push(id);
    expect(new Set(ids).size).toBe(9);
    expect(ids).toHaveLength(9);
    expect(() => photos(folder, { shard: { index: 3, of: 3 } })).toThrow(/index from 0 to of − 1/);
  });

  it("that is none, or a file, is refused by its name", async () => {
    await expect(photos(join(folder, "nowhere")).count()).rejects.toThrow(/nowhere": there is none; give a folder/);
    await expect(photos(join(folder, "notes.txt")).count()).rejects.toThrow(/it is a file; give a folder/);
  });
});

describe("orientation", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("%i written by a camera is undone alike by both decoders", async (orientation) => {
    const file = await sharp(scene(), raw)
      .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
      .withMetadata({ orientation })
      .toBuffer();
    expect(jpegOrientation(file)).toBe(orientation);
    const [one, other] = await Promise.all(decoders.map((decoder) => decodePicture(file, { decoder })));
    expect([one!.height, one!.width]).toEqual(orientation < 5 ? [16, 24] : [24, 16]);
    expect([other!.height, other!.width]).toEqual([one!.height, one!.width]);
    const worst = one!.data.reduce((most, v, i) => Math.max(most, Math.abs(v - other!.data[i]!)), 0);
    expect(worst).toBeLessThan(0.03);
  });

  it("6 turns a picture to the right", () => {
    const stored = createImage(1, 2, 1, Float32Array.of(0.1, 0.9));
    expect(upright(stored, 6)).toEqual(createImage(2, 1, 1, Float32Array.of(0.1, 0.9)));
    const wide = createImage(2, 2, 1, Float32Array.of(1, 2, 3, 4));
    expect([...upright(wide, 6).data]).toEqual([3, 1, 4, 2]);
  });

  it("is 1 where the file says nothing, or something cut short", () => {
    expect(jpegOrientation(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toBe(1);
    const cut = Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, 0, 12, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x49, 0x49, 0x2a, 0, 8, 0);
    expect(jpegOrientation(cut)).toBe(1);
  });
});

describe("the decoders", () => {
  it("agree on PNG files of every kind to a byte", async () => {
    const kinds = [
      sharp(scene(), raw).png(),
      sharp(scene(), raw).png({ palette: true, colours: 16 }),
      sharp(scene(), raw).grayscale().png(),
      sharp(scene(), raw).ensureAlpha(0.5).png(),
      sharp(scene(), raw).threshold(110).grayscale().toColourspace("b-w").png({ palette: true, colours: 2 }),
      sharp(scene(), raw).png({ progressive: true }),
    ];
    for (const kind of kinds) {
      const file = await kind.toBuffer();
      const [one, other] = await Promise.all(decoders.map((decoder) => decodePicture(file, { decoder })));
      const at = ({ channels, data }: Image, p: number, c: number): number =>
        data[p * channels + (channels < 3 ? 0 : c)]!;
      for (let p = 0; p < 24 * 16; p++)
        for (const c of [0, 1, 2]) expect(Math.abs(at(one!, p, c) - at(other!, p, c))).toBeLessThan(1.01 / 255);
    }
  });

  it.skipIf(!hasShared)("agree on photographs to a few steps of 255", async () => {
    const file = await readFile(shared("photos", "caltech101", "Faces", "image_0001.jpg"));
    const [one, other] = await Promise.all(decoders.map((decoder) => decodePicture(file, { decoder })));
    const mean = one!.data.reduce((sum, v, i) => sum + Math.abs(v - other!.data[i]!), 0) / one!.data.length;
    expect(mean).toBeLessThan(1 / 255);
  });

  it("refuse another name", async () => {
    await expect(decodePicture(Uint8Array.of(1), { decoder: "magick" as "sharp" })).rejects.toThrow(
      /decoder is "auto", "sharp"/,
    );
    await expect(decodePicture(new Uint8Array(0))).rejects.toThrow("the file is no picture: it is empty");
  });
});

it.skipIf(process.getuid?.() === 0)("a folder that cannot be read is named, and the rest is shown", async () => {
  const root = await mkdtemp(join(tmpdir(), "convlens-photos-"));
  const closed = join(root, "closed");
  await mkdir(closed);
  await writeFile(join(root, "a.jpg"), "");
  await chmod(closed, 0);
  try {
    const found: string[] = [];
    for await (const { id, image } of photos(root)) {
      found.push(id);
      if (id === "closed/") await expect((image as () => Promise<Image>)()).rejects.toThrow("it may not be read");
    }
    expect(found).toEqual(["a.jpg", "closed/"]);
  } finally {
    await chmod(closed, 0o700);
    await rm(root, { recursive: true });
  }
});
