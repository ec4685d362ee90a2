/** Transposed convolution worked out by hand, and against the convolution that it is the adjoint of. */
import { describe, expect, it } from "vitest";
import { linear } from "../../../src/network/ops.js";
import { ran } from "../run.js";

const noPads = { top: 0, bottom: 0, left: 0, right: 0 };

/** A row of three pixels through the kernel `[1, 10, 100]`. */
const row = (more: object) =>
  ran(
    [
      {
        kind: "convTranspose",
        weights: { kernel: Float32Array.of(1, 10, 100), shape: [1, 3, 1, 1], bias: Float32Array.of(0.5) },
        strides: [1, 2],
        dilation: [1, 1],
        padding: noPads,
        outputPadding: [0, 0],
        groups: 1,
        activation: linear,
        ...more,
      },
    ],
    { shape: [1, 1, 3, 1], data: [1, 2, 3] },
  );

describe("a transposed convolution", () => {
  it("lays the kernel down once for each pixel, as far apart as the stride", async () => {
    // 1 10 100 .   .  .   .
    // . .  2   20 200 .   .
    // . .  .   .  3   30 300
    expect((await row({})).values).toEqual([1, 10, 102, 20, 203, 30, 300].map((value) => value + 0.5));
    expect((await row({})).gradient).toEqual([111, 111, 111]);
  });

  it("takes the padding away from the output, and adds the output padding at its end", async () => {
    const { values, gradient } = await row({ padding: { ...noPads, left: 1, right: 1 }, outputPadding: [0, 1] });
    expect(values).toEqual([10, 102, 20, 203, 30, 300].map((value) => value + 0.5));
    expect(gradient).toEqual([110, 111, 111]);
    expect((await row({ outputPadding: [0, 1] })).values.slice(-2)).toEqual([300.5, 0.5]);
  });

  it("sets the taps of a dilated kernel apart", async () => {
    expect((await row({ strides: [1, 1], dilation: [1, 2] })).values).toEqual(
      [1, 2, 13, 20, 130, 200, 300].map((value) => value + 0.5),
    );
  });

  it("keeps groups apart", async () => {
    const { values } = await ran(
      [
        {
          kind: "convTranspose",
          // Group 0 reads channel 0 and writes channel 0; group 1 the others.
          weights: { kernel: Float32Array.of(2, 3), shape: [1, 1, 1, 2], bias: null },
          strides: [1, 1],
          dilation: [1, 1],
          padding: noPads,
          outputPadding: [0, 0],
          groups: 2,
          activation: linear,
        },
      ],
      { shape: [1, 1, 1, 2], data: [5, 7] },
    );
    expect(values).toEqual([10, 21]);
  });
});
