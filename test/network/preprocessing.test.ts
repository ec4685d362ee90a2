import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelMap, describePreprocessing, preprocessing } from "../../src/network/preprocessing.js";

/** A pixel as the network gets it. */
const fed = (pixel: readonly number[], choice: Parameters<typeof preprocessing>[0]): number[] =>
  channelMap(preprocessing(choice), 3).map(({ from, gain, offset }) => pixel[from]! * gain + offset);

describe("preprocessing", () => {
  it.each([
    ["unit", [1, 0.5, 0]],
    ["tf", [1, 0, -1]],
    ["caffe", [0 - 103.939, 127.5 - 116.779, 255 - 123.68]],
    ["torch", [(1 - 0.485) / 0.229, (0.5 - 0.456) / 0.224, (0 - 0.406) / 0.225]],
  ] as const)("feeds a pixel of red 1, green ½, blue 0 by %s as the networks were trained", (name, wanted) => {
    fed([1, 0.5, 0], name).forEach((value, k) => expect(value).toBeCloseTo(wanted[k]!, 10));
  });

  it("may be your own: order, then scale, mean and deviation in the network's order", () => {
    expect(fed([0.1, 0.2, 0.3], { order: "bgr", scale: 10, mean: [1, 2, 3], std: [1, 2, 4] })).toEqual([2, 0, -0.5]);
    expect(preprocessing({ order: "rgb", scale: 1, mean: [0], std: [1] }).name).toBe("custom");
  });

  it("is x = (image · scale − mean) / std for every pixel", () => {
    const number = fc.double({ min: -10, max: 10, noNaN: true });
    const three = fc.tuple(number, number, number);
    const choice = fc.record({
      order: fc.constant("rgb" as const),
      scale: number.filter((scale) => Math.abs(scale) > 0.1),
      mean: three,
      std: three.filter((std) => std.every((s) => Math.abs(s) > 0.1)),
    });
    fc.assert(
      fc.property(choice, three, (own, pixel) => {
        fed(pixel, own).forEach((value, k) =>
          expect(value).toBeCloseTo((pixel[k]! * own.scale - own.mean[k]!) / own.std[k]!, 6),
        );
      }),
    );
  });

  it("is described in words", () => {
    expect(describePreprocessing(preprocessing("caffe"))).toBe("BGR 0…255 minus 103.939, 116.779, 123.68");
    expect(describePreprocessing(preprocessing("unit"))).toBe("RGB 0…1");
    expect(describePreprocessing(preprocessing("unit", 1), 1)).toBe("0…1");
    expect(describePreprocessing(preprocessing({ order: "bgr" }, 6), 6)).toBe("bands in reverse order, 0…1");
  });

  it.each([
    [{ order: "grb", scale: 1, mean: [0], std: [1] }],
    [{ order: "rgb", scale: Number.NaN, mean: [0], std: [1] }],
    [{ order: "rgb", scale: 1, mean: [0, 0], std: [1] }],
    [{ order: "rgb", scale: 1, mean: [0], std: [0] }],
  ])("refuses %j", (choice) => {
    expect(() => preprocessing(choice as never)).toThrow(/a preprocessing has order "rgb" or "bgr"/);
  });

  it("refuses an unknown name, also one that every object has, and a preset for other channels", () => {
    expect(() => preprocessing("imagenet" as never)).toThrow(
      'preprocessing is one of unit, tf, caffe, torch, bytes or { order, scale, mean, std }; got "imagenet"',
    );
    expect(() => preprocessing("constructor" as never)).toThrow(/is one of/);
    expect(() => preprocessing("torch", 1)).toThrow(/is for 3 channels but the network reads 1/);
  });
});
