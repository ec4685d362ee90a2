/** Values in other places, worked out by hand. */
import { describe, expect, it } from "vitest";
import type { Gathering, Selection } from "../../../src/engine/gather.js";
import { wholeAxis } from "../../../src/engine/gather.js";
import { ran, upTo } from "../run.js";

const select = (more: Partial<Selection>): Gathering => ({
  kind: "select",
  rows: wholeAxis,
  columns: wholeAxis,
  border: "constant",
  value: 0,
  channels: null,
  ...more,
});
const run = (gathering: Gathering, shape: readonly [number, number, number, number]) =>
  ran([{ kind: "gather", gathering }], { shape, data: upTo(shape.reduce((a, b) => a * b)) });

describe("a selection", () => {
  it("crops rows and columns", async () => {
    const { values, gradient } = await run(
      select({ rows: { ...wholeAxis, before: -1 }, columns: { ...wholeAxis, after: -2 } }),
      [1, 2, 3, 1],
    );
    expect(values).toEqual([4]);
    expect(gradient).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it.each([
    ["reflect", [3, 2, 1, 2, 3, 2, 1]],
    ["symmetric", [2, 1, 1, 2, 3, 3, 2]],
    ["edge", [1, 1, 1, 2, 3, 3, 3]],
    ["constant", [9, 9, 1, 2, 3, 9, 9]],
  ] as const)("goes on beyond the edge by %s", async (border, wanted) => {
    const { values, gradient } = await run(
      select({ columns: { ...wholeAxis, before: 2, after: 2 }, border, value: 9 }),
      [1, 1, 3, 1],
    );
    expect(values).toEqual(wanted);
    expect(gradient).toEqual([1, 2, 3].map((value) => wanted.filter((other) => other === value).length));
  });

  it("takes every second column from the second on", async () => {
    const { values } = await run(select({ columns: { before: -1, after: 0, stride: 2 } }), [1, 1, 5, 1]);
    expect(values).toEqual([2, 4]);
  });

  it("takes channels in an order, some twice and some made of the constant", async () => {
    const { values, shape, gradient } = await run(select({ channels: [2, -1, 0, 2], value: 7 }), [1, 1, 2, 3]);
    expect(shape).toEqual([1, 1, 2, 4]);
    expect(values).toEqual([3, 7, 1, 3, 6, 7, 4, 6]);
    expect(gradient).toEqual([1, 0, 2, 1, 0, 2]);
  });
});

describe("a transposition", () => {
  it("exchanges rows and columns", async () => {
    const swap: Gathering = { kind: "transpose", split: [[-1], [-1], [-1]], order: [1, 0, 2], join: [1, 1, 1] };
    const { values, shape } = await run(swap, [1, 2, 3, 1]);
    expect(shape).toEqual([1, 3, 2, 1]);
    expect(values).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it("makes blocks of pixels from channels, rows of the block outermost", async () => {
    const depthToSpace: Gathering = {
      kind: "transpose",
      split: [[-1], [-1], [2, 2, -1]],
      order: [0, 2, 1, 3, 4],
      join: [2, 2, 1],
    };
    const { values, shape } = await run(depthToSpace, [1, 1, 2, 4]);
    expect(shape).toEqual([1, 2, 4, 1]);
    expect(values).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
  });
});
