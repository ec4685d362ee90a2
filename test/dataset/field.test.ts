import { describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { createRandom } from "../../src/core/random.js";
import { crop, regionOf } from "../../src/dataset/field.js";
import { fitPicture } from "../../src/dataset/fit.js";
import { streamActivations } from "../../src/dataset/stream-activations.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { fieldAt } from "../../src/network/at-size.js";
import { conv, network } from "../network/ops.js";

const engine = cpuEngine();
/** Two strides with "same" padding: where the zeros go depends on the size of the picture. */
const net = network(
  [16, 16, 1],
  [
    conv("one", "image", [3, 3, 1, 1], { padding: "same", strides: [2, 2] }),
    conv("two", "one", [3, 3, 1, 1], { padding: "same", strides: [2, 2] }),
  ],
);

describe("the receptive field of a value", () => {
  it.each([16, 13, 14, 15])("is what can change it, also with pictures of %i pixels", async (size) => {
    const random = createRandom(size);
    const base = Float32Array.from({ length: size * size }, () => random.uniform());
    const set = Array.from({ length: size * size + 1 }, (_, n) => {
      const data = base.slice();
      if (n > 0) data[n - 1]! += 0.5;
      return { id: String(n), image: createImage(size, size, 1, data) };
    });
    const maps: Float32Array[] = [];
    let side = 0;
    for await (const { layers } of streamActivations(net, "two", set, { engine, size, batch: 64 })) {
      maps.push(layers[0]!.map.data);
      side = layers[0]!.map.width;
    }
    for (let at = 0; at < side * side; at++) {
      const pixels = maps.slice(1).flatMap((map, p) => (map[at] === maps[0]![at] ? [] : [p]));
      const rows = pixels.map((p) => Math.floor(p / size));
      const columns = pixels.map((p) => p % size);
      const region = regionOf(fieldAt(net, "two", [size, size]), [Math.floor(at / side), at % side], [size, size]);
      const clip = (n: number): number => Math.min(size, Math.max(0, n));
      expect([Math.min(...rows), Math.max(...rows) + 1]).toEqual([clip(region.top), clip(region.top + region.height)]);
      expect([Math.min(...columns), Math.max(...columns) + 1]).toEqual([
        clip(region.left),
        clip(region.left + region.width),
      ]);
    }
  });

  it("is cut out with what lies outside left clear", () => {
    const image = createImage(
      2,
      2,
      3,
      Float32Array.from({ length: 12 }, (_, i) => i / 12),
    );
    const cut = crop(image, { top: -1, left: 1, height: 2, width: 2 });
    expect([...cut.data.filter((_, i) => i % 4 === 3)]).toEqual([0, 0, 1, 0]);
    expect(cut.data[8]).toBeCloseTo(Math.round((3 / 12) * 255) / 255, 6);
  });
});

describe("a picture is brought to the network's size", () => {
  const wide = createImage(1, 4, 1, Float32Array.of(0, 0.25, 0.75, 1));
  const shown = (fit: "cover" | "contain" | "fill"): number[] => [
    ...fitPicture(wide, { size: [2, 2], fit, channels: 1 }).data,
  ];

  it("by covering, containing or filling", () => {
    const cover = shown("cover");
    // Enlarged to 2 × 8, of which the middle two columns stay.
    expect(cover.map((v) => Number(v.toFixed(4)))).toEqual([0.375, 0.625, 0.375, 0.625]);
    // One row of two: the odd row of grey lies above.
    expect(shown("contain").slice(0, 2)).toEqual([0.5, 0.5]);
    expect(shown("fill")[0]).toBe(shown("fill")[2]);
  });

  it("with the channels it reads: grey becomes RGB, RGB grey, and what is clear lies on white", () => {
    const one = (channels: number, ...values: number[]): number[] => [
      ...fitPicture(createImage(1, 1, values.length, Float32Array.from(values)), {
        size: [1, 1],
        fit: "fill",
        channels,
      }).data,
    ];
    expect(one(3, 0.5)).toEqual([0.5, 0.5, 0.5]);
    expect(one(1, 1, 1, 1)[0]).toBeCloseTo(1, 6);
    expect(one(1, 0, 1, 0)[0]).toBeCloseTo(0.587, 6);
    expect(one(3, 0.5, 0, 0, 0.5)).toEqual([0.75, 0.5, 0.5]);
    expect(() => one(5, 1)).toThrow(/reads pictures of 5 channels; this one has 1/);
  });
});
