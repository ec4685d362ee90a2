import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createImage, type Image } from "../../src/core/image.js";
import { resample, triangleTaps } from "../../src/math/resample.js";

const row = (...values: number[]): Image => createImage(1, values.length, 1, Float32Array.from(values));
const images = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 3))
  .chain(([h, w, c]) =>
    fc
      .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: h * w * c, maxLength: h * w * c })
      .map((values) => createImage(h, w, c, Float32Array.from(values))),
  );
const sizes = fc.integer({ min: 1, max: 12 });

describe("resampling", () => {
  it("halves by weights 1, 3, 3, 1 eighths, and at the border by what is there", () => {
    const { first, weights } = triangleTaps(6, 3);
    expect(first).toEqual([0, 1, 3]);
    expect([...weights[1]!]).toEqual([0.125, 0.375, 0.375, 0.125]);
    expect([...weights[0]!].map((w) => w.toFixed(4))).toEqual(["0.4286", "0.4286", "0.1429"]);
  });

  it("doubles bilinearly", () => {
    expect([...resample(row(0, 1), 1, 4).data]).toEqual([0, 0.25, 0.75, 1]);
  });

  it("turns a fine checkerboard into grey instead of a moiré", () => {
    const board = createImage(
      64,
      64,
      1,
      Float32Array.from({ length: 4096 }, (_, p) => (p + Math.floor(p / 64)) & 1),
    );
    const small = resample(board, 13, 13);
    for (const value of small.data) expect(Math.abs(value - 0.5)).toBeLessThan(0.02);
  });

  it("leaves a picture of that size as it is, and a flat one flat", () => {
    const image = row(0.2, 0.4);
    expect(resample(image, 1, 2)).toBe(image);
    fc.assert(
      fc.property(fc.float({ min: 0, max: 1, noNaN: true }), sizes, sizes, (value, h, w) => {
        for (const v of resample(createImage(3, 5, 1, new Float32Array(15).fill(value)), h, w).data)
          expect(v).toBeCloseTo(value, 5);
      }),
    );
  });

  it("never leaves the range of the picture, and turns with it", () => {
    fc.assert(
      fc.property(images, sizes, sizes, (image, h, w) => {
        const out = resample(image, h, w);
        const [low, high] = [Math.min(...image.data), Math.max(...image.data)];
        for (const v of out.data) expect(v >= low - 1e-6 && v <= high + 1e-6).toBe(true);
        const turned = transpose(resample(transpose(image), w, h));
        out.data.forEach((v, i) => expect(turned.data[i]).toBeCloseTo(v, 5));
      }),
    );
  });
});

function transpose({ height, width, channels: c, data }: Image): Image {
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let i = 0; i < c; i++) out[(x * height + y) * c + i] = data[(y * width + x) * c + i]!;
  return createImage(width, height, c, out);
}
