import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { padsOf } from "../../src/network/ops/window.js";
import type { Op } from "../../src/network/ops.js";
import { outputShape } from "../../src/network/shapes.js";
import { conv } from "./ops.js";

const shapeOf = (draft: object, ...inputs: (number | null)[][]) =>
  outputShape({ layer: "x", output: [], name: "x", inputs: [], ...draft } as unknown as Op, inputs);

describe("the shape a layer puts out", () => {
  it("of a 3 × 3 convolution is two less, or ⌈n / stride⌉ with same padding", () => {
    const op = conv("c", "image", [3, 3, 2, 5]);
    expect(shapeOf(op, [7, 8, 2])).toEqual([5, 6, 5]);
    expect(shapeOf({ ...op, padding: "same", strides: [2, 3] }, [7, 8, 2])).toEqual([4, 3, 5]);
    expect(shapeOf({ ...op, dilation: [2, 1] }, [7, 8, 2])).toEqual([3, 6, 5]);
  });

  it("stays free where the image's size is free", () => {
    const op = conv("c", "image", [3, 3, 2, 5]);
    expect(shapeOf(op, [null, 8, 2])).toEqual([null, 6, 5]);
    expect(shapeOf({ kind: "upsample", size: [2, 3] }, [null, 2, 4])).toEqual([null, 6, 4]);
    expect(shapeOf({ kind: "pad", padding: { top: 1, bottom: 2, left: 3, right: 4 } }, [null, 2, 4])).toEqual([
      null,
      9,
      4,
    ]);
  });

  it("of a concatenation is as deep as its inputs together", () => {
    expect(shapeOf({ kind: "concat" }, [4, 4, 3], [4, 4, 2], [4, 4, 1])).toEqual([4, 4, 6]);
  });

  it("of a depthwise convolution is the multiplier times as deep, of a dense layer as wide as its kernel", () => {
    expect(shapeOf({ ...conv("c", "image", [1, 1, 3, 2]), kind: "depthwise" }, [4, 4, 3])).toEqual([4, 4, 6]);
    expect(shapeOf({ kind: "dense", kernelShape: [3, 7] }, [3])).toEqual([7]);
    expect(shapeOf({ kind: "globalPool" }, [4, 4, 3])).toEqual([3]);
  });

  it.each([
    [conv("c", "image", [1, 1, 3, 2]), [[4, 4, 2]], '"c" reads 3 channels; got 4×4×2'],
    [conv("c", "image", [5, 5, 2, 2]), [[4, 9, 2]], '"c" cannot read a map of 4×9×2; it is too small'],
    [
      { kind: "add", name: "sum" },
      [
        [4, 4, 2],
        [4, 4, 3],
      ],
      '"sum" reads maps of one shape, or of size 1 along some axes; got 4×4×2 and 4×4×3',
    ],
    [
      { kind: "concat", name: "cat" },
      [
        [4, 4, 2],
        [4, 3, 2],
      ],
      '"cat" reads maps of one height and width',
    ],
    [{ kind: "dense", name: "fc", kernelShape: [3, 7] }, [[4]], '"fc" reads 3 features; got 4'],
    [{ kind: "reshape", name: "r", output: [5] }, [[2, 2]], '"r" reads 5 values (5); got 2×2'],
  ])("is refused where sizes cannot go together", (draft, inputs, message) => {
    expect(() => shapeOf(draft, ...inputs)).toThrow(message);
  });
});

describe("same padding", () => {
  it("puts the odd zero last", () => {
    expect(padsOf("same", [2, 3], [1, 1], [1, 1], [5, 5, 1])).toEqual({ top: 0, bottom: 1, left: 1, right: 1 });
    expect(padsOf("same", [3, 3], [2, 2], [1, 1], [6, 5, 1])).toEqual({ top: 0, bottom: 1, left: 1, right: 1 });
  });

  it("gives ⌈n / stride⌉ windows, by the fewest zeros that do", () => {
    const small = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), small, small, small, (n, size, stride, dilation) => {
        const { top, bottom } = padsOf("same", [size, 1], [stride, 1], [dilation, 1], [n, 1, 1]);
        const reach = (size - 1) * dilation + 1;
        const windows = (zeros: number): number => Math.floor((n + zeros - reach) / stride) + 1;
        expect(windows(top + bottom)).toBeGreaterThanOrEqual(Math.ceil(n / stride));
        expect(bottom - top === 0 || bottom - top === 1).toBe(true);
        if (top + bottom > 0) expect(windows(top + bottom - 1)).toBeLessThan(Math.ceil(n / stride));
      }),
    );
  });
});
