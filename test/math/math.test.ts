/** Transforms against their definitions, and every linear map against its adjoint: ⟨A x, y⟩ = ⟨x, Aᵀ y⟩. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { colorMatrix, mixColors } from "../../src/math/color.js";
import { createFft } from "../../src/math/fft.js";
import { createRealFourier } from "../../src/math/real-fourier.js";
import { warp, warpAdjoint, warpTaps } from "../../src/math/warp.js";

const normals = (length: number, seed: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length }, () => random.normal());
};
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

describe.each([1, 2, 3, 4, 7, 8, 12, 16, 35, 64, 97])("the transform of %i values", (n) => {
  const values = Float64Array.from(normals(2 * n, n));

  it("is the sum that defines it", () => {
    const got = values.slice();
    createFft(n).forward(got);
    for (let k = 0; k < n; k++) {
      let [re, im] = [0, 0];
      for (let j = 0; j < n; j++) {
        const angle = (-2 * Math.PI * j * k) / n;
        re += values[2 * j]! * Math.cos(angle) - values[2 * j + 1]! * Math.sin(angle);
        im += values[2 * j]! * Math.sin(angle) + values[2 * j + 1]! * Math.cos(angle);
      }
      expect(got[2 * k]).toBeCloseTo(re, 9);
      expect(got[2 * k + 1]).toBeCloseTo(im, 9);
    }
  });

  it("is undone by its inverse", () => {
    const got = values.slice();
    const fft = createFft(n);
    fft.forward(got);
    fft.backward(got);
    got.forEach((value, i) => expect(value / n).toBeCloseTo(values[i]!, 10));
  });
});

describe.each([
  [4, 4],
  [5, 6],
  [6, 5],
  [7, 7],
  [1, 3],
])("the half spectrum of a picture of %i by %i", (height, width) => {
  const fourier = createRealFourier(height, width);
  const spectrum = Float64Array.from(normals(2 * height * fourier.columns, 11));

  it("gives the picture of the formula", () => {
    const picture = fourier.toPicture(spectrum);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let q = 0; q < height; q++) {
          for (let k = 0; k < fourier.columns; k++) {
            const c = k === 0 || 2 * k === width ? 1 : 2;
            const angle = 2 * Math.PI * ((q * y) / height + (k * x) / width);
            const at = 2 * (q * fourier.columns + k);
            sum += c * (spectrum[at]! * Math.cos(angle) - spectrum[at + 1]! * Math.sin(angle));
          }
        }
        expect(picture[y * width + x]).toBeCloseTo(sum / (height * width), 10);
      }
    }
  });

  it("has its adjoint", () => {
    const picture = Float64Array.from(normals(height * width, 12));
    const there = dot(fourier.toPicture(spectrum), picture);
    expect(dot(spectrum, fourier.adjoint(picture))).toBeCloseTo(there, 10);
  });
});

it("one frequency is one wave", () => {
  const fourier = createRealFourier(8, 8);
  const spectrum = new Float64Array(2 * 8 * fourier.columns);
  spectrum[2 * 1] = 32; // row 0, column 1: one turn across the width; 2 · 32 / 64 = 1
  const picture = fourier.toPicture(spectrum);
  picture.forEach((value, i) => expect(value).toBeCloseTo(Math.cos((2 * Math.PI * (i % 8)) / 8), 12));
  expect(fourier.frequencies[1]).toBe(1 / 8);
});

describe("decorrelated colour", () => {
  it("turns its first axis into a light warm grey, and no column is longer than 1", () => {
    const data = Float64Array.of(1, 0, 0);
    mixColors(data);
    const length = Math.hypot(0.26, 0.27, 0.27);
    [0.26, 0.27, 0.27].forEach((value, i) => expect(data[i]).toBeCloseTo(value / length, 6));
    for (let j = 0; j < 3; j++) expect(Math.hypot(...colorMatrix.map((row) => row[j]!))).toBeLessThanOrEqual(1 + 1e-12);
  });

  it("has its adjoint", () => {
    const x = Float64Array.from(normals(12, 1));
    const y = Float64Array.from(normals(12, 2));
    const [ax, aty] = [x.slice(), y.slice()];
    mixColors(ax);
    mixColors(aty, true);
    expect(dot(ax, y)).toBeCloseTo(dot(x, aty), 5);
  });
});

describe("a warp", () => {
  const shape = { count: 2, height: 5, width: 6, channels: 3 };
  const image = Float64Array.from(normals(180, 5));

  it("by whole pixels is a shift, with the fill where nothing was", () => {
    const taps = warpTaps(shape, shape, (y, x) => [y + 1, x]);
    const got = warp(taps, image, shape, 30, 0.5);
    expect(got.subarray(0, 72)).toEqual(image.subarray(18, 90));
    expect([...got.subarray(72, 90)]).toEqual(Array.from({ length: 18 }, () => 0.5));
  });

  it("by half a pixel is the mean of two", () => {
    const taps = warpTaps({ height: 1, width: 2 }, { height: 1, width: 1 }, () => [0, 0.5]);
    const got = warp(taps, Float64Array.of(2, 4), { count: 1, height: 1, width: 2, channels: 1 }, 1);
    expect([...got]).toEqual([3]);
  });

  it("has its adjoint", () => {
    const taps = warpTaps(shape, { height: 4, width: 7 }, (y, x) => [0.9 * y - 0.3 * x + 0.4, 0.3 * y + 0.9 * x - 0.7]);
    const y = Float64Array.from(normals(2 * 28 * 3, 6));
    const there = dot(warp(taps, image, shape, 28), y);
    expect(dot(image, warpAdjoint(taps, y, shape, 28))).toBeCloseTo(there, 4);
  });
});
