/** Transforms: adjoints, draws that repeat, and hand-worked cases. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { overBackground, randomBackground } from "../../src/optvis/background.js";
import { transform } from "../../src/optvis/namespaces.js";
import type { Pictures } from "../../src/optvis/param/param.js";
import type { Transform } from "../../src/optvis/transform/transform.js";
import { dot, expectAdjoint, expectGradient, noise } from "./adjoint.js";

const pictures = (seed = 1): Pictures => ({ count: 2, height: 14, width: 17, channels: 3, data: noise(1428, seed) });

const all: readonly [string, Transform][] = [
  ["pad", transform.pad(3, 0.5)],
  ["jitter", transform.jitter(4)],
  ["scale", transform.scale([0.8, 1.3])],
  ["rotate", transform.rotate([-17, 8, 30])],
  ["crops", transform.crops({ count: 3, size: 9, side: [0.6, 0.3] })],
  ["flip", transform.flip()],
  ["blur", transform.blur(0.7, 1.4)],
  ["noise", transform.noise(0.1)],
  [
    "compose",
    transform.compose([
      transform.pad(4, 0.5),
      transform.jitter(3),
      transform.scale([1.1]),
      transform.rotate([5]),
      transform.flip(),
    ]),
  ],
];

describe.each(all)("%s", (_, it_) => {
  it("is a linear map with its exact adjoint, and a constant", () => {
    for (const seed of [1, 2, 3]) {
      const apply = (volume: Pictures): ReturnType<Transform["apply"]> => it_.apply(volume, createRandom(seed), 0.4);
      const zero = apply({ ...pictures(), data: new Float64Array(1428) }).output.data;
      const x = pictures(seed);
      const drawn = apply(x);
      const ax = drawn.output.data.map((v, i) => v - zero[i]!);
      const y = noise(ax.length, 9);
      expectAdjoint(ax, y, x.data, drawn.adjoint(y));
    }
  });

  it("draws the same for the same seed, and the same for all pictures of a batch", () => {
    const run = (volume: Pictures, seed: number): Float64Array => it_.apply(volume, createRandom(seed)).output.data;
    const one = pictures();
    expect(run(one, 5)).toEqual(run(one, 5));
    const first = { ...one, count: 1, data: one.data.subarray(0, 714) };
    const alone = run(first, 5);
    expect(run({ ...one, data: Float64Array.of(...first.data, ...first.data) }, 5)).toEqual(
      Float64Array.of(...alone, ...alone),
    );
  });
});

describe("by hand", () => {
  const row = (...data: number[]): Pictures => ({
    count: 1,
    height: 1,
    width: data.length,
    channels: 1,
    data: Float64Array.from(data),
  });

  it("pad frames with grey, jitter cuts a window out of it", () => {
    expect([...transform.pad(1, 0.5).apply(row(1), createRandom(0)).output.data]).toEqual([
      0.5, 0.5, 0.5, 0.5, 1, 0.5, 0.5, 0.5, 0.5,
    ]);
    const drawn = Array.from({ length: 20 }, (_, seed) => {
      const { data } = transform
        .jitter(1)
        .apply({ ...row(1, 2, 3, 4), height: 2, width: 2 }, createRandom(seed)).output;
      return data[0];
    });
    expect(new Set(drawn)).toEqual(new Set([1, 2, 3, 4]));
  });

  it("flip mirrors every other time", () => {
    const drawn = Array.from({ length: 40 }, (_, seed) =>
      [...transform.flip().apply(row(1, 2, 3), createRandom(seed)).output.data].join(),
    );
    expect(new Set(drawn)).toEqual(new Set(["1,2,3", "3,2,1"]));
  });

  it("blur keeps a constant and the sum of a spot in the middle", () => {
    const even = transform.blur(1).apply(row(...Array(9).fill(2)), createRandom(0)).output.data;
    for (const value of even) expect(value).toBeCloseTo(2, 5);
    const spot = transform.blur(0.5).apply(row(0, 0, 0, 0, 1, 0, 0, 0, 0), createRandom(0)).output.data;
    expect(spot.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(spot[4]).toBeGreaterThan(spot[3]!);
    expect(spot[3]).toBeCloseTo(spot[5]!, 6);
  });

  it("rotate by 90° turns clockwise", () => {
    const square: Pictures = {
      count: 1,
      height: 3,
      width: 3,
      channels: 1,
      data: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
    };
    const turned = transform.rotate([90]).apply(square, createRandom(0)).output.data;
    expect([...turned].map((v) => Math.round(v))).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
  });

  it("crops of the whole picture are the picture, several of each", () => {
    const whole = transform.crops({ count: 2, side: [1, 1], sideStd: 0, centreStd: 0 });
    const { output } = whole.apply(pictures(), createRandom(0));
    expect(output.count).toBe(4);
    const [a, b] = [pictures().data.subarray(0, 714), output.data.subarray(714, 1428)];
    expect(Math.max(...a.map((v, i) => Math.abs(v - b[i]!)))).toBeLessThan(1e-5);
  });

  it("crops shrink as the steps go on", () => {
    // A ramp: a crop's spread is the side of its window.
    const ramp = row(...Array.from({ length: 100 }, (_, i) => i));
    const spread = (progress: number): number => {
      const { data } = transform.crops({ side: [0.8, 0.2], sideStd: 0 }).apply(ramp, createRandom(1), progress).output;
      return data.at(-1)! - data[0]!;
    };
    expect(spread(0)).toBeCloseTo(79.2, 0);
    expect(spread(1)).toBeCloseTo(19.8, 0);
  });
});

it("pictures over a background count by how little they cover, and their gradient is the slope of that", () => {
  const seen: Pictures = { count: 2, height: 3, width: 4, channels: 4, data: noise(96, 4, 0.1).map((v) => 0.5 + v) };
  const weights = noise(72, 6);
  const background = randomBackground({ height: 3, width: 4, channels: 3 }, createRandom(3));
  const f = (data: Float64Array): number => {
    const laid = overBackground({ ...seen, data }, background);
    const own = [0, 1].map((n) =>
      dot(laid.pictures.data.subarray(n * 36, (n + 1) * 36), weights.subarray(n * 36, (n + 1) * 36)),
    );
    return laid.back(own, weights).values.reduce((a, b) => a + b, 0);
  };
  const laid = overBackground(seen, background);
  const own = [0, 1].map((n) =>
    dot(laid.pictures.data.subarray(n * 36, (n + 1) * 36), weights.subarray(n * 36, (n + 1) * 36)),
  );
  expectGradient(f, seen.data, laid.back(own, weights).gradient, { step: 1e-2 });
});

it.each<[string, () => unknown, string]>([
  ["half a pixel", () => transform.pad(0.5), "the width of a pad is a whole number from 0; got 0.5"],
  ["no factors", () => transform.scale([]), "the factors of scale are a list of numbers; got []"],
  ["no angle", () => transform.rotate([Number.NaN]), "an angle of rotate is a number; got NaN"],
  [
    "endless factors",
    () => transform.scale([Number.POSITIVE_INFINITY]),
    "a factor of scale is a number above 0; got Infinity",
  ],
  ["a factor that is no list", () => transform.scale(2 as never), "the factors of scale are a list of numbers; got 2"],
  [
    "endless noise",
    () => transform.noise(Number.POSITIVE_INFINITY),
    "the standard deviation of noise is a number from 0",
  ],
  ["a pad of nothing", () => transform.pad(2, Number.NaN), "the value of a pad is a number; got NaN"],
  ["a blur of nothing", () => transform.blur(1, Number.NaN), "the largest blur is a number from 1; got NaN"],
  ["half a pixel of crop", () => transform.crops({ size: 8.5 }), "size is a whole number from 1; got 8.5"],
  ["a side of nothing", () => transform.crops({ side: [Number.NaN, 1] }), "side[0] is a number above 0 to 1; got NaN"],
  ["one side", () => transform.crops({ side: [1] as never }), "side[1] is a number above 0 to 1; got "],
  ["a spread below 0", () => transform.crops({ sideStd: -1 }), "sideStd is a number from 0; got -1"],
  ["a place of nothing", () => transform.crops({ centreStd: Number.NaN }), "centreStd is a number from 0; got NaN"],
  ["no crops", () => transform.crops({ count: 0 }), "count is a whole number from 1; got 0"],
  ["a blur backwards", () => transform.blur(2, 1), "the largest blur is a number from 2; got 1"],
  ["noise below 0", () => transform.noise(-1), "the standard deviation of noise is a number from 0; got -1"],
  [
    "jitter of all",
    () => transform.jitter(14).apply(pictures(), createRandom(0)),
    "jitter(14) needs pictures larger than 14 px",
  ],
])("%s is refused", (_, act, message) => {
  expect(act).toThrow(message);
});
