import { describe, expect, it } from "vitest";
import type { PoolStep } from "../../../src/engine/steps.js";
import type { Draft } from "../../conformance/scene.js";
import { ran, upTo } from "../run.js";

const pool = (
  mode: PoolStep["mode"],
  size: PoolStep["size"],
  strides: PoolStep["strides"] = [1, 1],
  padding: PoolStep["padding"] = "valid",
): Draft<PoolStep> => ({
  kind: "pool",
  mode,
  size,
  strides,
  padding,
});
const threeByThree = { shape: [1, 3, 3, 1] as const, data: upTo(9) };

describe("pooling on cpu", () => {
  it("takes the maximum of each window and sends the gradient to it", async () => {
    const run = await ran([pool("max", [2, 2])], threeByThree);
    expect(run.values).toEqual([5, 6, 8, 9]);
    expect(run.gradient).toEqual([0, 0, 0, 0, 1, 1, 0, 1, 1]);
  });

  it("sends the gradient of equal maxima to the first, row by row", async () => {
    const run = await ran([pool("max", [2, 2])], { shape: [1, 2, 2, 1], data: [1, 7, 7, 7] });
    expect(run.gradient).toEqual([0, 1, 0, 0]);
  });

  it("never takes padding for a maximum, also among negative values", async () => {
    const run = await ran([pool("max", [2, 2], [2, 2], "same")], { shape: [1, 3, 3, 1], data: upTo(9).map((n) => -n) });
    expect(run.values).toEqual([-1, -3, -7, -9]);
  });

  it("divides a mean by the pixels under the window alone", async () => {
    const run = await ran([pool("average", [2, 2], [2, 2], "same")], threeByThree);
    expect(run.values).toEqual([3, 4.5, 7.5, 9]);
    expect(run.gradient).toEqual([0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1]);
  });

  it("pools a whole map of any size to one pixel", async () => {
    const run = await ran([pool("average", null)], threeByThree);
    expect(run.shape).toEqual([1, 1, 1, 1]);
    expect(run.values).toEqual([5]);
    expect((await ran([pool("max", null)], threeByThree)).gradient).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });
});
