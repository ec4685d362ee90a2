/** Parameterizations: gradients, targets they can reach, and what each promises. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { createRandom } from "../../src/core/random.js";
import { param } from "../../src/optvis/namespaces.js";
import { adam } from "../../src/optvis/optimizer/adam.js";
import { type Canvas, type Param, picturesApart } from "../../src/optvis/param/param.js";
import { dot, expectGradient, noise } from "./adjoint.js";

const rgb: Canvas = { count: 2, height: 9, width: 10, channels: 3 };
const photos = [1, 2].map((seed) =>
  createImage(
    12,
    16,
    3,
    Float32Array.from(noise(576, seed, 0.1), (v) => 0.5 + v),
  ),
);

const kinds: readonly [string, Param][] = [
  ["pixels", param.pixels()],
  ["pixels, clipped", param.pixels({ range: "clip", std: 0.1 })],
  ["fourier", param.fourier()],
  ["fourier without colours", param.fourier({ decorrelate: false, decay: 1.5 })],
  ["laplacian", param.laplacian({ levels: 3 })],
  ["shared", param.shared({ factor: 3 })],
  ["alpha", param.alpha(param.fourier())],
  ["maco", param.maco()],
  ["maco with a spectrum of photographs", param.maco({ spectrum: param.spectrum(photos) })],
  ["from an image", param.from(photos[0]!, { std: 0.01 })],
  ["from an image, pixels", param.from(photos[0]!, { planes: "pixels", std: 0.01 })],
  ["grey", param.grey(param.fourier())],
  ["cppn", param.cppn({ layers: 3, width: 6 })],
];

describe.each(kinds)("%s", (name, make) => {
  it("has the gradient that its slope shows", () => {
    const it = make.prepare(rgb, createRandom(4));
    const at = name === "cppn" ? it.start().map((v, i) => v + 0.3 * Math.sin(i)) : it.start();
    const weights = noise(it.pictures(at).data.length, 8);
    const gradient = it.adjoint(weights);
    const f = (parameters: Float64Array): number => dot(it.pictures(parameters).data, weights);
    expect(dot(gradient, gradient)).toBeGreaterThan(0);
    expectGradient(f, at, gradient, { step: 2e-3, within: 5e-3 });
  });

  it("gives pictures of the canvas in 0…1, the same for the same seed", () => {
    const pictures = [6, 6, 7].map((seed) => {
      const it = make.prepare(rgb, createRandom(seed));
      return it.pictures(it.start());
    });
    const [one, again, other] = pictures;
    expect(one).toMatchObject({ count: 2, height: 9, width: 10, channels: name === "alpha" ? 4 : 3 });
    expect(Math.min(...one!.data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...one!.data)).toBeLessThanOrEqual(1);
    expect(again!.data).toEqual(one!.data);
    if (name !== "cppn") expect(other!.data).not.toEqual(one!.data);
  });

  it("draws its first picture alone as it does among others", () => {
    if (name === "shared") {
      expect(() => make.prepare({ ...rgb, count: 1 }, createRandom(5))).toThrow("shared pictures are at least two");
      return;
    }
    const it = make.prepare({ ...rgb, count: 1 }, createRandom(5));
    const alone = it.pictures(it.start());
    const both = picturesApart(make, [createRandom(5), createRandom(5)]).prepare(rgb, createRandom(0));
    const { count, data } = both.pictures(both.start());
    expect(count).toBe(2);
    expect(data).toEqual(Float64Array.of(...alone.data, ...alone.data));
  });
});

/** Two blobs of colour on a gradient. */
const target = createImage(
  16,
  16,
  3,
  Float32Array.from({ length: 768 }, (_, i) => {
    const [pixel, c] = [Math.floor(i / 3), i % 3];
    const [y, x] = [Math.floor(pixel / 16), pixel % 16];
    const blob = (cy: number, cx: number): number => Math.exp(-((y - cy) ** 2 + (x - cx) ** 2) / 12);
    return 0.35 + 0.02 * x + 0.3 * (c === 0 ? blob(5, 5) : c === 2 ? blob(11, 10) : 0);
  }),
);

interface Fit {
  readonly rate?: number;
  readonly wanted?: ArrayLike<number>;
  readonly count?: number;
  readonly side?: number;
}

/** Mean distance from a square target after at most 1,000 steps of Adam; fewer, when it is below 0.01 already. */
function fit({ prepare }: Param, { rate = 0.05, wanted = target.data, count = 1, side = 16 }: Fit): number {
  const it = prepare({ count, height: side, width: side, channels: 3 }, createRandom(1));
  const parameters = it.start();
  const move = adam({ learningRate: rate }).start(parameters.length);
  let error = 1;
  for (let step = 0; step <= 1000 && error >= 0.01; step++) {
    const gap = it.pictures(parameters).data.map((v, i) => wanted[i % wanted.length]! - v);
    error = gap.reduce((sum, v) => sum + Math.abs(v), 0) / gap.length;
    move(parameters, it.adjoint(gap));
  }
  return error;
}

/** The target at half its size: a network of coordinates is slow at its defaults. */
const small = Float64Array.from({ length: 192 }, (_, i) => {
  const [pixel, c] = [Math.floor(i / 3), i % 3];
  return target.data[3 * (32 * Math.floor(pixel / 8) + 2 * (pixel % 8)) + c]!;
});

/** A target that a parameterization of a fixed spectrum can reach: a picture of its own, from other phases. */
function ofSpectrum({ prepare }: Param): Float64Array {
  const it = prepare({ count: 1, height: 16, width: 16, channels: 3 }, createRandom(77));
  return it.pictures(it.start()).data.slice();
}

/** The target with an opacity that fades from left to right. */
const fading = Float64Array.from({ length: 1024 }, (_, i) =>
  i % 4 === 3 ? 0.2 + 0.04 * ((i >> 2) % 16) : target.data[3 * (i >> 2) + (i % 4)]!,
);

it.each<[string, Param, Fit?]>([
  ["pixels", param.pixels()],
  ["pixels, clipped", param.pixels({ range: "clip" })],
  ["fourier", param.fourier()],
  ["laplacian", param.laplacian()],
  ["shared", param.shared(), { count: 2 }],
  ["alpha", param.alpha(param.fourier()), { wanted: fading }],
  ["maco", param.maco(), { wanted: ofSpectrum(param.maco()) }],
  ["cppn", param.cppn(), { rate: 0.005, wanted: small, side: 8 }],
])(
  "%s can fit a picture, to a mean error below 0.01 within 1,000 steps",
  (_, make, how = {}) => {
    expect(fit(make, how)).toBeLessThan(0.01);
  },
  60_000,
);

describe("fourier", () => {
  it("takes any size, odd ones too, and one to many channels", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1, 3, 5),
        (height, width, channels) => {
          const it = param.fourier().prepare({ count: 1, height, width, channels }, createRandom(1));
          const { data } = it.pictures(it.start());
          expect(data.length).toBe(height * width * channels);
          expect(data.every((v) => v > 0 && v < 1)).toBe(true);
        },
      ),
    );
  });

  it("starts as Lucid does: before colours a deviation of .0185 at 128 px", () => {
    const it = param
      .fourier({ decorrelate: false })
      .prepare({ count: 1, height: 128, width: 128, channels: 1 }, createRandom(2));
    const planes = it.pictures(it.start()).data.map((p) => Math.log(p / (1 - p)));
    const mean = planes.reduce((a, b) => a + b, 0) / planes.length;
    const std = Math.sqrt(planes.reduce((sum, v) => sum + (v - mean) ** 2, 0) / planes.length);
    expect(std).toBeGreaterThan(0.012);
    expect(std).toBeLessThan(0.026);
  });

  it("refuses decorrelated colours for other than three channels", () => {
    expect(() => param.fourier({ decorrelate: true }).prepare({ ...rgb, channels: 1 }, createRandom(0))).toThrow(
      "decorrelated colours need 3 channels; this network reads 1",
    );
  });
});

describe("maco", () => {
  it("keeps the magnitudes of its spectrum, whatever the phases", () => {
    const spectrumOf = (std: number): readonly number[] => {
      const it = param.maco({ std }).prepare({ count: 1, height: 16, width: 16, channels: 1 }, createRandom(3));
      const { data } = it.pictures(it.start());
      const planes = data.map((p) => Math.log(p / (1 - p)));
      return param.spectrum([createImage(16, 16, 1, Float32Array.from(planes))]).magnitudes;
    };
    const fall = spectrumOf(1);
    // Along the first row, in between the ends, magnitudes fall as 1 / f.
    expect(fall[2]! / fall[4]!).toBeCloseTo(2, 2);
    expect(fall[1]! / fall[3]!).toBeCloseTo(3, 2);
  });

  it("refuses a spectrum of other channels, and images of different sizes", () => {
    const grey = param.spectrum([createImage(8, 8, 1, Float32Array.from(noise(64)))]);
    expect(() => param.maco({ spectrum: grey }).prepare(rgb, createRandom(0))).toThrow(
      "the spectrum is of images of 1 channels",
    );
    expect(() => param.spectrum([])).toThrow("a spectrum needs at least one image");
    expect(() => param.spectrum([...photos, createImage(8, 8, 3, Float32Array.from(noise(192)))])).toThrow(
      "images of one size",
    );
  });
});

it("shared pictures differ, and what they share moves all of them", () => {
  const it = param.shared({ factor: 4 }).prepare(rgb, createRandom(1));
  const parameters = it.start();
  const before = it.pictures(parameters).data.slice();
  expect(before.subarray(0, 270)).not.toEqual(before.subarray(270));
  parameters[parameters.length - 2]! += 1;
  const moved = it.pictures(parameters).data.map((v, i) => Number(v !== before[i]));
  expect(moved.subarray(0, 270).some(Boolean)).toBe(true);
  expect(moved.subarray(270).some(Boolean)).toBe(true);
});

it("the spectrum of a picture is what its own Fourier sum says", () => {
  // cos(2π · 2x / 8) in every row: one frequency of magnitude 8 · 8 / 2.
  const wave = Float32Array.from({ length: 64 }, (_, i) => Math.cos((2 * Math.PI * 2 * (i % 8)) / 8));
  const { magnitudes } = param.spectrum([createImage(8, 8, 1, wave)]);
  expect(magnitudes[2]).toBeCloseTo(32, 4);
  expect(magnitudes.filter((m) => m > 1e-3)).toHaveLength(1);
});

it.each<[string, () => unknown, string]>([
  ["a start of nothing", () => param.fourier({ std: Number.NaN }), "std is a number from 0; got NaN"],
  ["a start below 0", () => param.pixels({ std: -1 }), "std is a number from 0; got -1"],
  ["a start in words", () => param.pixels({ std: "a" as never }), 'std is a number from 0; got "a"'],
  ["an endless decay", () => param.fourier({ decay: Number.POSITIVE_INFINITY }), "decay is a number"],
  ["a fall of nothing", () => param.maco({ exponent: Number.NaN }), "exponent is a number; got NaN"],
  ["a phase below 0", () => param.maco({ std: -1 }), "std is a number from 0; got -1"],
  ["a pyramid of nothing", () => param.laplacian({ std: Number.NaN }), "std is a number from 0"],
  ["half a layer", () => param.cppn({ layers: 1.5 }), "layers is a whole number from 1; got 1.5"],
  ["no width", () => param.cppn({ width: 0 }), "width is a whole number from 1; got 0"],
  [
    "an opacity on an opacity",
    () => {
      const it = param.alpha(param.alpha(param.fourier())).prepare({ ...rgb, count: 1 }, createRandom(0));
      it.pictures(it.start());
    },
    "the pictures of alpha(fourier(std 0.01, decay 1)) have an opacity already",
  ],
  ["no levels", () => param.laplacian({ levels: 0 }), "levels is a whole number from 1; got 0"],
  ["half a factor", () => param.shared({ factor: 0.5 }), "factor is a whole number from 1; got 0.5"],
  ["another range", () => param.pixels({ range: "tanh" as never }), 'range is "sigmoid" or "clip"; got "tanh"'],
])("%s is refused", (_, act, message) => {
  expect(act).toThrow(message);
});

describe("pictures that start from an image", () => {
  const image = createImage(
    9,
    10,
    3,
    Float32Array.from({ length: 270 }, (_, i) => (i % 11) / 10),
  );
  const startOf = (make: Param, canvas: Canvas): Float64Array => {
    const it = make.prepare(canvas, createRandom(1));
    return it.pictures(it.start()).data;
  };

  it.each(["fourier", "pixels"] as const)(
    "are the image at the start, but for its blackest and whitest (%s)",
    (planes) => {
      const start = startOf(param.from(image, { planes }), rgb);
      expect(start.length).toBe(2 * 270);
      image.data.forEach((value, i) => {
        expect(start[i]).toBeCloseTo(Math.min(0.99, Math.max(0.01, value)), 6);
        expect(start[270 + i]).toBe(start[i]);
      });
    },
  );

  it("take the size of the picture and the channels of the network", () => {
    const grey = createImage(3, 3, 1, new Float32Array(9).fill(0.25));
    const start = startOf(param.from(grey), { ...rgb, count: 1 });
    for (const value of start) expect(value).toBeCloseTo(0.25, 6);
    const six = createImage(3, 3, 6, new Float32Array(54).fill(0.5));
    expect(() => startOf(param.from(six), rgb)).toThrow("the network reads pictures of 3 channels; this one has 6");
  });

  it("have the image's size where nobody gives one, at most 256 pixels of the longer side", () => {
    expect(param.from(image).size).toEqual([9, 10]);
    expect(param.from(createImage(100, 512, 1)).size).toEqual([50, 256]);
  });

  it("refuse what is no image", () => {
    expect(() => param.from("dog.jpg" as never)).toThrow("image is a picture { height, width, channels, data }");
    expect(() => param.from(image, { planes: "waves" as never })).toThrow('planes is "fourier" or "pixels"');
  });
});

it("grey pictures are one plane for all channels, of any parameterization", () => {
  for (const inner of [param.fourier({ std: 1 }), param.pixels({ std: 1 }), param.from(photos[0]!), param.maco()]) {
    const it = param.grey(inner).prepare({ ...rgb, count: 1 }, createRandom(2));
    const { channels, data } = it.pictures(it.start());
    expect(channels).toBe(3);
    for (let i = 0; i < data.length; i += 3) expect([data[i + 1], data[i + 2]]).toEqual([data[i], data[i]]);
    expect(new Set(data).size).toBeGreaterThan(20);
  }
});
