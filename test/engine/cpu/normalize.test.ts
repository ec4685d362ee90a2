/** Normalisation worked out by hand. */
import { describe, expect, it } from "vitest";
import { ran } from "../run.js";

describe("normalisation", () => {
  it("sets mean 0 and deviation 1 over the channels of each pixel", async () => {
    const { values } = await ran([{ kind: "normalize", over: "pixel", groups: 1, epsilon: 0 }], {
      shape: [1, 1, 2, 2],
      data: [1, 3, 10, 50],
    });
    expect(values).toEqual([-1, 1, -1, 1]);
  });

  it("takes mean and deviation of each group over the whole map, and of each example by itself", async () => {
    const { values } = await ran([{ kind: "normalize", over: "map", groups: 2, epsilon: 0 }], {
      shape: [2, 1, 2, 2],
      data: [1, 10, 3, 30, 5, 0, 7, 8],
    });
    expect(values).toEqual([-1, -1, 1, 1, -1, -1, 1, 1]);
  });

  it("adds epsilon to the variance", async () => {
    const { values } = await ran([{ kind: "normalize", over: "pixel", groups: 1, epsilon: 3 }], {
      shape: [1, 1, 1, 2],
      data: [-1, 1],
    });
    expect(values).toEqual([-0.5, 0.5]);
  });

  it("has a gradient that is orthogonal to a constant and to the values", async () => {
    const { gradient } = await ran(
      [{ kind: "normalize", over: "pixel", groups: 1, epsilon: 0 }],
      { shape: [1, 1, 1, 3], data: [-3, 0, 3] },
      { gradient: [1, 2, 4] },
    );
    // y = (−1, 0, 1) · √(3/2), σ = √6; g − mean(g) − y · mean(g·y) = (1, 2, 4) − 7/3 − (−3/2, 0, 3/2)
    const wanted = [1 / 6, -1 / 3, 1 / 6].map((value) => value / Math.sqrt(6));
    gradient.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i]!, 6);
    });
  });
});
