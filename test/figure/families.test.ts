/** Figures of families and motifs: what has to be in them, on a family and a motif that can be told by hand. */
import { beforeAll, describe, expect, it } from "vitest";
import type { KernelBlock } from "../../src/equivariance/block.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import type { Motif } from "../../src/equivariance/motif.js";
import { motifKernels } from "../../src/equivariance/motif-kernels.js";
import type { Figure, Mark } from "../../src/figure/mark.js";
import { figure } from "../../src/figure/namespace.js";
import { toSVG } from "../../src/figure/svg.js";
import { knownFamily } from "../equivariance/known.js";

const turns = group.rotations(4);
const both = [knownFamily(turns, "a", { members: [0, 1, 2, 3].map((i) => [i, i] as const) })];
const target = knownFamily(turns, "b", { members: [0, 1, 2, 3].map((i) => [i, i] as const) });

/** Four units, each of which reads one kernel for each relative angle, turned to its own place. */
function turning(): KernelBlock {
  const canonical = [0, 1, 2, 3].map((r) => [9, 4 * r, 0, 1, r, 0, 0, 2, 0]);
  const kernel = new Float32Array(9 * 16);
  for (let to = 0; to < 4; to++) {
    for (let from = 0; from < 4; from++) {
      let list = canonical[(from - to + 4) % 4]!;
      for (let t = 0; t < to; t++) list = list.map((_, tap) => list[(2 - (tap % 3)) * 3 + Math.floor(tap / 3)]!);
      list.forEach((w, tap) => {
        kernel[(tap * 4 + from) * 4 + to] = w;
      });
    }
  }
  return { from: "a", to: "b", shape: [3, 3, 4, 4], kernel };
}

const words = (of: Figure): string[] => {
  const inside = (mark: Mark | string): string[] => (typeof mark === "string" ? [mark] : mark.children.flatMap(inside));
  return of.marks.flatMap(inside);
};

let motif: Motif;
const block = turning();
beforeAll(async () => {
  [motif] = (await findMotifs(block, "a", "b", {
    group: turns,
    families: [...both, target],
    draws: 19,
    level: 0.99,
  })) as [Motif];
});

describe("the figure of a family", () => {
  it("has a cell for each element, in order, with a hole where a unit is missing", () => {
    const family = {
      ...knownFamily(turns, "a", {
        members: [
          [5, 0],
          [7, 1],
          [9, 3],
        ],
      }),
      holes: [2],
    };
    const drawn = figure.family(family, turns);
    expect(words(drawn).filter((w) => /°$/.test(w))).toEqual(["0°", "90°", "180°", "270°"]);
    expect(words(drawn)).toContain("hole");
    expect(drawn.description).toContain("180°: none");
    expect(toSVG(drawn)).toMatch(/^<svg/);
  });

  it("of a product is a grid: the first factor at the side, the second above, each named once", () => {
    const product = group.product(group.hue(2), turns);
    const family = {
      ...knownFamily(product, "a", {
        members: [
          [0, 0],
          [1, 5],
        ],
      }),
      holes: [1, 2, 3, 4, 6, 7],
    };
    const grid = figure.family(family, product);
    const named = words(grid).filter((w) => /°$/.test(w));
    expect(named).toEqual(["0°", "90°", "180°", "270°", "hue 0°", "hue 180°"]);
    expect(words(grid).filter((w) => w === "hole")).toHaveLength(6);
    const row = figure.family(family, product, { columns: 8 });
    expect(grid.height).toBeGreaterThan(row.height);
    expect(grid.width).toBeLessThan(row.width);
  });

  it("as a dial puts the second of four at the right, and refuses a group that turns nothing", () => {
    const drawn = figure.angleDial(
      knownFamily(turns, "a", {
        members: [
          [5, 0],
          [7, 1],
        ],
      }),
      turns,
    );
    expect(drawn.description).toContain("a:7 at 90°");
    const flipped = knownFamily(group.flip(), "a", {
      members: [
        [5, 0],
        [7, 1],
      ],
    });
    expect(() => figure.angleDial(flipped, group.flip())).toThrow(/"flip" makes none/);
  });
});

describe("figures of a motif", () => {
  it("that is exact: each row's copies are one kernel turning, and the score is 1", () => {
    expect(motif.kind).toBe("equivariant→equivariant");
    expect(motif.score).toBeCloseTo(1, 5);
    const kernels = motifKernels(block, motif);
    expect(kernels).toHaveLength(16);
    const rows = figure.motif(motif, kernels);
    expect(words(rows).filter((w) => w === "mean of 4")).toHaveLength(4);
  });

  it("the matrix draws all kernels and the un-rotated row on one scale", () => {
    const drawn = figure.kernelMatrix(motif, motifKernels(block, motif));
    expect(words(drawn)).toContain("un-rotated");
    const squares = JSON.stringify(drawn.marks).match(/"tag":"rect"/g)!.length;
    expect(squares).toBeGreaterThanOrEqual((16 + 4) * 9);
  });

  it("the scores stand in a matrix of families by families, with their kinds", () => {
    const drawn = figure.motifMatrix([motif]);
    expect(words(drawn)).toEqual(expect.arrayContaining(["1.00", "e→e"]));
    expect(figure.motifMatrix([]).title).toBe("0 motifs, no layers");
  });
});
