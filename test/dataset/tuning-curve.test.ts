/** Tuning curves: each number by hand, then as properties, then on the curve detectors of InceptionV1. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { angleBetween, tuningCurve } from "../../src/dataset/tuning-curve.js";
import { hasShared, shared } from "../load/shared.js";

/** A bump about an angle, falling linearly to 0 `reach` degrees away. */
const bump = (at: number, reach: number, n = 72, period = 360): number[] =>
  Array.from({ length: n }, (_, k) => Math.max(0, 1 - angleBetween((k * period) / n, at, period) / reach));

describe("a tuning curve", () => {
  it("goes once round 360° unless another period is given", () => {
    expect(tuningCurve([1, 2, 3, 4])).toMatchObject({
      angles: [0, 90, 180, 270],
      sweepPeriod: 360,
      preferred: 270,
      peak: 4,
    });
    expect(tuningCurve([1, 2, 3, 4], 180)).toMatchObject({ angles: [0, 45, 90, 135], preferred: 135, echo: null });
  });

  it("has the mean direction and selectivity of four responses worked out by hand", () => {
    // (3, 1, 1, 1) at 0, 90, 180, 270°: the sum of vectors is (2, 0), the sum of lengths 6.
    const curve = tuningCurve([3, 1, 1, 1]);
    expect(curve.selectivity).toBeCloseTo(2 / 6, 6);
    expect(curve.mean).toBeCloseTo(0, 6);
    // (1, 1, 0, 0) over 180°: halfway between 0 and 45°, |(1, 1)| / 2.
    const half = tuningCurve([1, 1, 0, 0], 180);
    expect(half.mean).toBeCloseTo(22.5, 5);
    expect(half.selectivity).toBeCloseTo(Math.SQRT1_2, 6);
  });

  it("measures half the width at half the height between samples", () => {
    expect(tuningCurve(bump(90, 40)).halfWidth).toBeCloseTo(20, 6);
    expect(tuningCurve([1, 1, 1, 1]).halfWidth).toBe(180);
  });

  it("measures the echo opposite to the peak", () => {
    const echoed = bump(100, 40).map((v, k) => v + 0.3 * bump(280, 40)[k]!);
    expect(tuningCurve(echoed).echo).toBeCloseTo(0.3, 5);
    expect(tuningCurve(bump(100, 40)).echo).toBe(0);
  });

  it("knows after how many degrees it repeats", () => {
    const wave = (times: number): number[] =>
      Array.from({ length: 72 }, (_, k) => 1 + Math.cos((2 * Math.PI * times * k) / 72));
    expect([1, 2, 4].map((times) => tuningCurve(wave(times)).period)).toEqual([360, 180, 90]);
    expect(tuningCurve(wave(1), 180).period).toBe(180);
  });

  it("of a unit that never answers has no selectivity, and negative responses count as none", () => {
    expect(tuningCurve([0, 0, 0, 0])).toMatchObject({ selectivity: 0, mean: 0, preferred: 0, echo: 0 });
    expect(tuningCurve([-5, 2, -5, -5])).toMatchObject({ selectivity: 1, preferred: 90, peak: 2 });
  });

  it("turns with its responses: what is preferred moves along, how much does not", () => {
    const responses = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(responses, fc.nat(11), (values, shift) => {
        const [here, there] = [values, values.map((_, k) => values[(k + 12 - shift) % 12]!)].map((v) => tuningCurve(v));
        expect(there!.selectivity).toBeCloseTo(here!.selectivity, 5);
        expect(there!.period).toBe(here!.period);
        if (here!.selectivity > 1e-3) expect(angleBetween(there!.mean, here!.mean + shift * 30)).toBeLessThan(0.1);
      }),
    );
  });

  it("refuses too few responses, no numbers, and no period", () => {
    expect(() => tuningCurve([1, 2, 3])).toThrow(/needs 4 or more finite responses; got 3/);
    expect(() => tuningCurve([1, 2, Number.NaN, 3])).toThrow(/responses is a list of numbers/);
    expect(() => tuningCurve([1, 2, 3, 4], 0)).toThrow(/period is a number above 0/);
  });
});

it("the smaller angle between directions is symmetric and at most half a period", () => {
  expect(angleBetween(350, 10)).toBe(20);
  expect(angleBetween(175, 5, 180)).toBe(10);
  fc.assert(
    fc.property(fc.integer({ min: -720, max: 720 }), fc.integer({ min: -720, max: 720 }), (a, b) => {
      expect(angleBetween(a, b)).toBe(angleBetween(b, a));
      expect(angleBetween(a, b)).toBeLessThanOrEqual(180);
    }),
  );
});

describe.skipIf(!hasShared)("the curve detectors of InceptionV1", () => {
  const read = (): Record<string, Record<string, number[]>> =>
    (
      JSON.parse(readFileSync(shared("data/inceptionv1/curve-orientation-tuning.json"), "utf8")) as {
        layers: Record<string, Record<string, number[]>>;
      }
    ).layers;

  it("of mixed3b peak where photographs turned say, but for one turn common to all (methods.md §1.8), within 16°", () => {
    const photographs = { 379: 50, 406: 79, 385: 103, 343: 163, 342: 204, 388: 245, 340: 293, 330: 326, 349: 357 };
    const apart = Object.entries(photographs).map(
      ([unit, peak]) => (((tuningCurve(read().mixed3b![unit]!).preferred - peak) % 360) + 360) % 360,
    );
    const common = apart.reduce((a, b) => a + b) / apart.length;
    for (const each of apart) expect(angleBetween(each, common)).toBeLessThan(16);
  });

  it("echo less from layer to layer", () => {
    const echo = (layer: string): number => {
      const echoes = Object.values(read()[layer]!)
        .map((responses) => tuningCurve(responses))
        .filter((curve) => curve.peak > 1)
        .map((curve) => curve.echo!);
      return echoes.reduce((a, b) => a + b) / echoes.length;
    };
    expect(echo("conv2d2")).toBeGreaterThan(echo("mixed3a"));
    expect(echo("mixed3a")).toBeGreaterThan(echo("mixed3b"));
    expect(echo("mixed3b")).toBeLessThan(0.03);
  });
});
