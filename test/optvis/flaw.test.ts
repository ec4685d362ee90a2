/** Why there may be nothing to see in a picture. */
import { expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { flawOf } from "../../src/optvis/flaw.js";

const of = (value: (i: number) => number, channels = 3) => ({
  status: "alive" as const,
  value: 1,
  image: createImage(
    8,
    8,
    channels,
    Float32Array.from({ length: 64 * channels }, (_, i) => value(i)),
  ),
});

it("nothing is wrong with a picture that has contrast within its range", () => {
  expect(flawOf(of((i) => 0.5 + 0.4 * Math.sin(i)))).toBeNull();
});

it("a dead unit's is dead", () => {
  expect(flawOf({ ...of((i) => 0.5 + 0.4 * Math.sin(i)), status: "dead" })).toBe("dead: nothing excited it");
});

it("one colour is flat, whatever the colour, and so is nearly one", () => {
  expect(flawOf(of((i) => [0.9, 0.1, 0.3][i % 3]!))).toMatch(/^flat: its values differ by a standard deviation of /);
  expect(flawOf(of((i) => 0.5 + (i % 2 ? 0.005 : -0.005), 1))).toBe(
    "flat: its values differ by a standard deviation of 0.0050",
  );
  expect(flawOf(of((i) => 0.5 + (i % 2 ? 0.02 : -0.02), 1))).toBeNull();
});

it("more than half of the values at the ends of the range is clipped", () => {
  const ends = (share: number) => of((i) => (i % 10 < 10 * share ? i % 2 : 0.5), 1);
  expect(flawOf(ends(0.5))).toBe("clipped: 53 % of its values are at the ends of the range");
  expect(flawOf(ends(0.4))).toBeNull();
});

it("a value that is not above 0 excites nothing, whatever the picture", () => {
  const picture = of((i) => 0.5 + 0.4 * Math.sin(i));
  expect(flawOf({ ...picture, value: 0 })).toBe("weak: the finished picture gives 0.0, which is not above 0");
  expect(flawOf({ ...picture, value: -0.314 })).toBe("weak: the finished picture gives -0.31, which is not above 0");
});
