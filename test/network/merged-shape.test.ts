/** Shapes of sums and products. */
import { describe, expect, it } from "vitest";
import { mergedShape } from "../../src/network/ops/merge.js";

describe("maps that are joined value by value", () => {
  it.each([
    [
      [
        [4, 5, 3],
        [4, 5, 3],
      ],
      [4, 5, 3],
    ],
    [
      [
        [4, 5, 3],
        [1, 1, 3],
      ],
      [4, 5, 3],
    ],
    [
      [
        [null, null, 3],
        [null, null, 3],
      ],
      [null, null, 3],
    ],
    [
      [
        [null, null, 3],
        [1, 1, 3],
      ],
      [null, null, 3],
    ],
    [
      [
        [4, 5, 3],
        [4, 5, 2],
      ],
      null,
    ],
    [
      [
        [null, 5, 3],
        [4, 5, 3],
      ],
      null,
    ],
  ] as const)("%j are of shape %j, where a free size is no size of 1", (shapes, joined) => {
    expect(mergedShape(shapes)).toEqual(joined);
  });
});
