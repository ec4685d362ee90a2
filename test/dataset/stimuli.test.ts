/** Stimuli: what each draws, by area, by symmetry and against fine sampling; and what is refused. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Image } from "../../src/core/image.js";
import { stimulus } from "../../src/dataset/stimuli/namespace.js";

/** Sum of how far a grey picture is from its background, in pixels of full foreground. */
function area(image: Image, background = 0): number {
  return image.data.reduce((sum, v) => sum + (v - background) / (1 - background), 0);
}

/** A square grey picture turned a quarter clockwise on screen: what was at the top comes to the right. */
function quarterTurned({ height, data }: Image): number[] {
  return Array.from({ length: height * height }, (_, i) => {
    const [y, x] = [Math.floor(i / height), i % height];
    return data[(height - 1 - x) * height + y]!;
  });
}

const off = { background: 0 } as const;

describe("a stimulus", () => {
  it("is 64 × 64 grey pixels unless asked for otherwise, and RGB when a colour has three parts", () => {
    expect(stimulus.line()).toMatchObject({ height: 64, width: 64, channels: 1 });
    expect(stimulus.line({ size: [8, 12], foreground: [1, 0, 0] })).toMatchObject({
      height: 8,
      width: 12,
      channels: 3,
    });
  });

  it("fades to grey beyond its aperture, corner pixels wholly", () => {
    const { data } = stimulus.edge({ size: 32, aperture: 8 });
    expect(data[0]).toBe(0.5);
    expect(data[31]).toBe(0.5);
    expect(data[20 * 32 + 16]).toBe(1);
  });

  it("is the same whenever it is drawn", () => {
    expect(stimulus.gabor({ angle: 17, phase: 30 }).data).toEqual(stimulus.gabor({ angle: 17, phase: 30 }).data);
  });
});

describe("angles run clockwise on screen", () => {
  const turning: [string, (angle: number) => Image][] = [
    ["line", (angle) => stimulus.line({ angle, size: 33, length: 20, offset: 3 })],
    ["edge", (angle) => stimulus.edge({ angle, size: 33, blur: 4, offset: 2 })],
    ["grating", (angle) => stimulus.grating({ angle, size: 33, wavelength: 5, phase: 40 })],
    ["gabor", (angle) => stimulus.gabor({ angle, size: 33, phase: 40 })],
    ["arc", (angle) => stimulus.arc({ angle, size: 33, radius: 9, span: 120 })],
    ["corner", (angle) => stimulus.corner({ angle, size: 33, opening: 70, rounding: 4 })],
    ["highLow", (angle) => stimulus.highLow({ angle, size: 33 })],
    ["dots", (angle) => stimulus.dots({ angle, size: 33, spacing: 7, radius: 2 })],
  ];
  it.each(turning)("%s at angle + 90° is the picture turned a quarter clockwise", (_, draw) => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 360, noNaN: true }), (angle) => {
        const [here, turned] = [quarterTurned(draw(angle)), draw(angle + 90).data];
        here.forEach((v, i) => expect(turned[i]).toBeCloseTo(v, 5));
      }),
      { numRuns: 20 },
    );
  });

  it("an arc at 0° bulges to the right: its ends lie left of its middle", () => {
    const { data } = stimulus.arc({ angle: 0, radius: 8, span: 180, width: 2, size: 41, ...off });
    expect(data[20 * 41 + 20]).toBeCloseTo(1);
    expect(data[(20 - 8) * 41 + 12]).toBeCloseTo(1);
    expect(data[(20 - 8) * 41 + 28]).toBe(0);
  });

  it("an edge at 0° has the foreground below it, an edge at 90° on its left", () => {
    const below = stimulus.edge({ angle: 0, size: 4 }).data;
    expect([below[0], below[15]]).toEqual([0, 1]);
    const left = stimulus.edge({ angle: 90, size: 4 }).data;
    expect([left[0], left[3]]).toEqual([1, 0]);
  });
});

describe("areas are those of geometry", () => {
  it("of a dot, πr²", () => {
    const drawn = area(stimulus.dots({ radius: 9, ...off }));
    expect(Math.abs(drawn / (Math.PI * 81) - 1)).toBeLessThan(0.01);
  });
  it("of a circle's line, 2πr · width", () => {
    expect(area(stimulus.circle({ radius: 20, width: 3, ...off }))).toBeCloseTo(2 * Math.PI * 20 * 3, 0);
  });
  it("of a line, width · length, also where it is thinner than a pixel", () => {
    const angle = fc.double({ min: 0, max: 180, noNaN: true });
    const width = fc.double({ min: 0.3, max: 6, noNaN: true });
    fc.assert(
      fc.property(angle, width, (a, w) => {
        const drawn = area(stimulus.line({ angle: a, width: w, length: 40, ...off }));
        expect(Math.abs(drawn - 40 * w) / (40 * w)).toBeLessThan(0.03);
      }),
      { numRuns: 40 },
    );
  });
  it("of a wedge of 90°, a quarter of the picture", () => {
    expect(area(stimulus.corner({ angle: 45, opening: 90, size: 64, ...off }))).toBeCloseTo(32 * 32, 0);
  });
  it("of half an arc, πr · width and a round end on each side", () => {
    const drawn = area(stimulus.arc({ radius: 14, span: 180, width: 4, ...off }));
    expect(Math.abs(drawn - (Math.PI * 14 * 4 + Math.PI * 4))).toBeLessThan(1.5);
  });
});

it("every pixel is within 0.1 of what 64 samples in it say", () => {
  const size = 32;
  const drawn = stimulus.arc({ angle: 33, radius: 10, span: 200, width: 3, size, ...off }).data;
  const fine = stimulus.arc({ angle: 33, radius: 80, span: 200, width: 24, size: size * 8, ...off }).data;
  for (let p = 0; p < size * size; p++) {
    let sum = 0;
    for (let s = 0; s < 64; s++) {
      const y = Math.floor(p / size) * 8 + Math.floor(s / 8);
      sum += fine[y * size * 8 + (p % size) * 8 + (s % 8)]! / 64;
    }
    expect(Math.abs(drawn[p]! - sum)).toBeLessThan(0.1);
  }
});

describe("each stimulus means what it says", () => {
  it("an arc of curvature 0 is the line at right angles to it, and a small curvature is close to it", () => {
    const line = stimulus.line({ angle: 120, width: 3, ...off }).data;
    stimulus.arc({ angle: 30, curvature: 0, ...off }).data.forEach((v, i) => expect(v).toBeCloseTo(line[i]!, 5));
    const nearly = stimulus.arc({ angle: 30, curvature: 1e-5, ...off }).data;
    expect(Math.max(...nearly.map((v, i) => Math.abs(v - line[i]!)))).toBeLessThan(0.02);
  });

  it("a rounded corner keeps its tip at the centre and loses area", () => {
    const [sharp, round] = [0, 12].map((rounding) => stimulus.corner({ angle: 0, rounding, size: 65, ...off }));
    expect(round!.data[32 * 65 + 31]).toBeGreaterThan(0.5);
    expect(round!.data[32 * 65 + 34]).toBe(0);
    expect(area(round!)).toBeGreaterThan(area(sharp!));
  });

  it("a grating has its period and a bar at the centre at phase 0", () => {
    const { data } = stimulus.grating({ angle: 90, wavelength: 8, size: 65 });
    expect(data[32 * 65 + 32]).toBeCloseTo(1);
    expect(data[32 * 65 + 36]).toBeCloseTo(0);
    expect(data[32 * 65 + 40]).toBeCloseTo(1);
  });

  it("both sides of a high–low boundary have the same mean; at ratio 1 there is no boundary", () => {
    const { data } = stimulus.highLow({ size: 96, wavelength: 4, ratio: 4 });
    const half = data.length / 2;
    const mean = (part: Float32Array): number => part.reduce((a, b) => a + b, 0) / half;
    expect(mean(data.subarray(0, half))).toBeCloseTo(mean(data.subarray(half)), 1);
    const flat = stimulus.highLow({ size: 32, ratio: 1 }).data;
    expect(flat).toEqual(stimulus.highLow({ size: 32, ratio: 1, angle: 180 }).data);
  });

  it("patches of all hues are equally bright; 0° is red, 120° green, 240° blue; opposite hues mix to grey", () => {
    const at = (hue: number): number[] => [...stimulus.patch({ hue, size: 1, chroma: 0.5 }).data];
    expect(at(0)[0]).toBeGreaterThan(at(0)[1]!);
    expect(at(120)[1]).toBeCloseTo(at(0)[0]!, 6);
    expect(at(240)[2]).toBeCloseTo(at(0)[0]!, 6);
    fc.assert(
      fc.property(fc.double({ min: -360, max: 720, noNaN: true }), (hue) => {
        expect(at(hue).reduce((a, b) => a + b)).toBeCloseTo(1.5, 5);
        at(hue).forEach((v, i) => expect(v + at(hue + 180)[i]!).toBeCloseTo(1, 5));
        expect(at(hue).every((v) => v >= 0 && v <= 1)).toBe(true);
      }),
    );
  });
});

describe("what is refused, in a sentence", () => {
  it.each<[string, () => Image, RegExp]>([
    ["a width of 0", () => stimulus.line({ width: 0 }), /width is a number above 0; got 0/],
    ["a wavelength no pixel grid can show", () => stimulus.grating({ wavelength: 1 }), /wavelength is a number from 2/],
    [
      "a radius and a curvature",
      () => stimulus.arc({ radius: 3, curvature: 0.1 }),
      /a radius or a curvature; got both/,
    ],
    ["an opening of 200°", () => stimulus.corner({ opening: 200 }), /opening is a number above 0 to 180; got 200/],
    ["a colour beyond 1", () => stimulus.line({ foreground: 2 }), /foreground is a grey value .* got 2/],
    ["an angle that is no number", () => stimulus.line({ angle: Number.NaN }), /angle is a number; got NaN/],
    ["a size of half a pixel", () => stimulus.dots({ size: 0.5 }), /size is a whole number of pixels from 1/],
    ["a chroma out of the colour cube", () => stimulus.patch({ chroma: 1 }), /chroma is a number from 0 to 0.6/],
  ])("%s", (_, draw, words) => {
    expect(draw).toThrow(words);
  });
});
