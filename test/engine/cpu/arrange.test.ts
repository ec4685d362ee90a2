import { describe, expect, it } from "vitest";
import { ran, upTo } from "../run.js";

describe("steps that move values on cpu", () => {
  it("put zeros around", async () => {
    const run = await ran(
      [{ kind: "pad", padding: { top: 1, bottom: 0, left: 0, right: 1 } }],
      { shape: [1, 1, 2, 1], data: [3, 4] },
      { gradient: [1, 2, 3, 4, 5, 6] },
    );
    expect(run.values).toEqual([0, 0, 0, 3, 4, 0]);
    expect(run.gradient).toEqual([4, 5]);
  });

  it("set channels side by side", async () => {
    const run = await ran(
      [{ kind: "concat", reads: [0, 0] }],
      { shape: [1, 1, 2, 2], data: [1, 2, 3, 4] },
      { gradient: [1, 10, 100, 1000, 2, 20, 200, 2000] },
    );
    expect(run.values).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
    expect(run.gradient).toEqual([101, 1010, 202, 2020]);
  });

  it("enlarge by copying pixels", async () => {
    const run = await ran(
      [{ kind: "resize", factor: [1, 2], interpolation: "nearest" }],
      { shape: [1, 1, 2, 1], data: [3, 5] },
      { gradient: [1, 2, 3, 4] },
    );
    expect(run.values).toEqual([3, 3, 5, 5]);
    expect(run.gradient).toEqual([3, 7]);
  });

  it("enlarge by straight lines, the last pixel held", async () => {
    const run = await ran(
      [{ kind: "resize", factor: [1, 2], interpolation: "bilinear" }],
      { shape: [1, 1, 2, 1], data: [3, 5] },
      { gradient: [1, 2, 3, 4] },
    );
    expect(run.values).toEqual([3, 4, 5, 5]);
    expect(run.gradient).toEqual([2, 8]);
  });

  it("read the same values as a map of another size", async () => {
    const run = await ran([{ kind: "reshape", to: [1, 1, 4] }], { shape: [1, 2, 2, 1], data: upTo(4) });
    expect(run.shape).toEqual([1, 1, 1, 4]);
    expect(run.values).toEqual([1, 2, 3, 4]);
  });
});
