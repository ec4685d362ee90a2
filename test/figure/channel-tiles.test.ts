/** What is displayable of pictures for networks with channels of their own. */
import { expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { displayable, squared } from "../../src/figure/channel-tiles.js";
import { bare } from "../network/bare.js";

/** A picture of 1 × 2 whose value is its place plus a tenth of its channel. */
const picture = (channels: number) =>
  createImage(
    1,
    2,
    channels,
    Float32Array.from({ length: 2 * channels }, (_, i) => Math.floor(i / channels) / 2 + (i % channels) / 10),
  );

const near = (values: Float32Array): number[] => [...values].map((v) => Math.round(100 * v) / 100);

it.each([2, 4, 5])("%i channels of a network are grey tiles side by side", (channels) => {
  const image = displayable(bare(["a"], channels), picture(channels));
  expect([image.height, image.width, image.channels]).toEqual([1, 4 * channels - 2, 1]);
  const tile = (c: number) => [c / 10, 0.5 + c / 10];
  const expected = Array.from({ length: channels }, (_, c) => (c === 0 ? tile(c) : [1, 1, ...tile(c)])).flat();
  expect(near(image.data)).toEqual(near(Float32Array.from(expected)));
});

it("grey, colour, and colour with an opacity stay as they are", () => {
  for (const [read, channels] of [
    [1, 1],
    [3, 3],
    [3, 4],
  ] as const) {
    const image = picture(channels);
    expect(displayable(bare(["a"], read), image)).toBe(image);
  }
});

it("a wide picture is laid into a white square", () => {
  const image = createImage(1, 3, 1, Float32Array.of(0.1, 0.2, 0.3));
  expect(near(squared(image).data)).toEqual([1, 1, 1, 0.1, 0.2, 0.3, 1, 1, 1]);
  const square = createImage(2, 2, 1);
  expect(squared(square)).toBe(square);
});
