/** Pictures that are neither grey nor RGB: which bands are shown, and that every figure says so. */
import { expect, it } from "vitest";
import { createBands, createImage, type Image } from "../../src/core/image.js";
import { type Bands, describeBands, displayed } from "../../src/figure/bands.js";
import { figure } from "../../src/figure/namespace.js";
import { decodePNG, encodePNG, squared } from "../../src/figure/picture.js";
import { toSVG } from "../../src/figure/svg.js";

/** A picture of 1 × 2 whose value is half its place plus a thousandth of its band. */
const picture = (bands: number, alpha = false): Image =>
  createBands(
    { height: 1, width: 2, bands, alpha },
    Float32Array.from({ length: 2 * (bands + Number(alpha)) }, (_, i) => {
      const [place, band] = [Math.floor(i / (bands + Number(alpha))), i % (bands + Number(alpha))];
      return alpha && band === bands ? 1 : place / 2 + band / 1000;
    }),
  );

const near = (values: Iterable<number>): number[] => [...values].map((v) => Math.round(1000 * v) / 1000);

it.each<readonly [count: number, bands: Bands | undefined, shown: readonly number[], words: string | null]>([
  [1, undefined, [0], null],
  [1, [3, 2, 1], [0], null],
  [3, undefined, [0, 1, 2], null],
  [3, 2, [2], "band 2 of 3 as grey"],
  [2, undefined, [0, 1, 1], "bands 0, 1, 1 of 2 as red, green, blue"],
  [4, undefined, [0, 1, 2], "bands 0, 1, 2 of 4 as red, green, blue"],
  [6, [3, 2, 1], [3, 2, 1], "bands 3, 2, 1 of 6 as red, green, blue"],
  [6, 4, [4], "band 4 of 6 as grey"],
  [200, [199, 100, 0], [199, 100, 0], "bands 199, 100, 0 of 200 as red, green, blue"],
])("of %i bands %j are shown", (count, bands, shown, words) => {
  const image = displayed(picture(count), bands);
  expect(image.channels).toBe(shown.length);
  expect(near(image.data)).toEqual(near([...shown.map((b) => b / 1000), ...shown.map((b) => 0.5 + b / 1000)]));
  expect(describeBands(picture(count), bands)).toBe(words);
});

it.each([2, 4, 6, 200])("each of %i bands is a tile, in reading order", (count) => {
  const sheet = displayed(picture(count), "each");
  const across = count <= 4 ? count : Math.ceil(Math.sqrt(count));
  expect([sheet.channels, sheet.width]).toEqual([1, 4 * across - 2]);
  for (let band = 0; band < count; band++) {
    const at = 3 * Math.floor(band / across) * sheet.width + 4 * (band % across);
    expect(near(sheet.data.subarray(at, at + 2))).toEqual(near([band / 1000, 0.5 + band / 1000]));
  }
});

it("an opacity stays one: of grey, of RGB and of six bands", () => {
  for (const [bands, chosen, shown] of [
    [1, undefined, [0, 0, 0]],
    [3, undefined, [0, 1, 2]],
    [6, [5, 4, 3], [5, 4, 3]],
    [6, 2, [2, 2, 2]],
  ] as const) {
    const { channels, data } = displayed(picture(bands, true), chosen);
    expect(channels).toBe(4);
    expect(near(data)).toEqual(near([...shown.map((b) => b / 1000), 1, ...shown.map((b) => 0.5 + b / 1000), 1]));
  }
});

it("a fourth band is no opacity, and four channels that nobody spoke of are RGBA", () => {
  expect(displayed(picture(4)).channels).toBe(3);
  const rgba = createImage(1, 1, 4, Float32Array.of(0.2, 0.4, 0.6, 0.8));
  expect(displayed(rgba)).toBe(rgba);
});

it("a band that a picture has not is refused", () => {
  expect(() => encodePNG(picture(6), { bands: [0, 1, 6] })).toThrow(
    "band 6 is to be shown of a picture with bands 0 to 5; give bands that it has",
  );
  expect(() => figure.contactSheet([{ image: picture(3), name: "a" }], { bands: 7 })).toThrow("band 7");
  expect(() => encodePNG(picture(6), { bands: "all" as "each" })).toThrow("bands is three bands such as [3, 2, 1]");
});

it("a PNG shows the bands asked for", () => {
  const { channels, data } = decodePNG(encodePNG(picture(6), { bands: [5, 0, 5] }));
  expect(channels).toBe(3);
  expect(near(data)[3]).toBeCloseTo(0.506, 2);
});

it("figures say what they show of pictures that are neither grey nor RGB, and nothing of others", () => {
  const sheet = (count: number, bands?: Bands): string =>
    toSVG(figure.contactSheet([{ image: picture(count), name: "a" }, ...wide], { bands, columns: 9 }));
  const wide = Array.from({ length: 5 }, () => ({ image: picture(1), name: "b" }));
  expect(sheet(6, [3, 2, 1])).toContain(">pictures show bands 3, 2, 1 of 6 as red, green, blue<");
  expect(sheet(2)).toContain(">pictures show bands 0, 1, 1 of 2 as red, green, blue<");
  expect(sheet(6, "each")).toContain(">pictures show each of the 6 bands as grey, from band 0 in reading order<");
  for (const count of [1, 3]) expect(sheet(count)).not.toContain("pictures show");
});

it("a wide picture is laid into a white square", () => {
  const image = createImage(1, 3, 1, Float32Array.of(0.1, 0.2, 0.3));
  expect(near(squared(image).data)).toEqual([1, 1, 1, 0.1, 0.2, 0.3, 1, 1, 1]);
  const square = createImage(2, 2, 1);
  expect(squared(square)).toBe(square);
});
