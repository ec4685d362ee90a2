/** Figures of families and motifs: what has to be in them, on a family and a motif that can be told by hand. */
import { beforeAll, describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import type { KernelBlock } from "../../src/equivariance/block.js";
import type { Family } from "../../src/equivariance/family.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import type { Group } from "../../src/equivariance/group.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import type { Motif } from "../../src/equivariance/motif.js";
import { motifKernels } from "../../src/equivariance/motif-kernels.js";
import type { Figure, Mark } from "../../src/figure/mark.js";
import { copiesOf, steps, unrotated } from "../../src/figure/motif-copies.js";
import { figure } from "../../src/figure/namespace.js";
import { decodePNG } from "../../src/figure/picture.js";
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
  const options = { group: turns, families: [...both, target], nullDraws: 19, alpha: 0.99 };
  motif = (await findMotifs(block, "a", "b", options)).motifs[0]!;
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
      missing: [2],
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
      missing: [1, 2, 3, 4, 6, 7],
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

describe("the words above a family", () => {
  const facts = (family: Family, by: Group): string => figure.family(family, by).description.split(". ")[0]!;

  it("say how many units stand at one place, not that each is there twice", () => {
    const five = [0, 1, 2, 3, 4].map((channel) => [channel, 1] as const);
    const crowded = { ...knownFamily(turns, "a", { members: [[9, 0], ...five] }), missing: [2, 3] };
    expect(facts(crowded, turns)).toContain("2 of 4 places taken, up to 5 units at one");
  });

  it("say of each part of a product what leaves the members alike, and of both together", () => {
    const product = group.product(group.hue(2), group.rotations(8));
    const members = [
      [0, 0],
      [1, 1],
      [2, 2],
    ] as const;
    const with_ = (...stabiliser: number[]): Family => knownFamily(product, "a", { members, stabiliser });
    expect(facts(with_(0, 4), product)).toMatch(/3 of 8 places taken, unchanged at 180°$/);
    expect(facts(with_(0, 8), product)).toMatch(/the same under 2 hues$/);
    expect(facts(with_(0, 4, 8, 12), product)).toMatch(/the same under 2 hues, unchanged at 180°$/);
    expect(facts(with_(0, 12), product)).toMatch(/unchanged at hue 180°, 180° together$/);
  });

  it("and an arrow says that it comes round, where it does", () => {
    const arrows = (by: Group): number => {
      const drawn = figure.family(knownFamily(by, "a", { members: elementsOf(by) }), by);
      return JSON.stringify(drawn.marks).match(/"tag":"path"/g)?.length ?? 0;
    };
    const elementsOf = (by: Group) => Array.from({ length: by.order }, (_, i) => [i, i] as const);
    expect(arrows(turns)).toBe(2);
    expect(arrows(group.scale(2))).toBe(0);
    expect(arrows(group.polarity())).toBe(0);
    expect(arrows(group.product(group.hue(3), turns))).toBe(4);
  });
});

describe("units in figures of families", () => {
  const pair = knownFamily(turns, "a", {
    members: [
      [5, 0],
      [7, 1],
    ],
  });
  const icons = { "a:5": createImage(3, 3, 3, new Float32Array(27)) };

  it("are named once, in their cell or below their picture", () => {
    for (const drawn of [figure.family(pair, turns, { icons }), figure.angleDial(pair, turns, { icons })]) {
      expect(words(drawn).filter((w) => w === ":5")).toHaveLength(1);
      expect(words(drawn).filter((w) => w === ":7")).toHaveLength(1);
    }
  });

  it("keep the pixels of a first layer's weights sharp in every renderer, by being enlarged before", () => {
    const href = JSON.stringify(figure.family(pair, turns, { icons }).marks).match(/base64,([^"]+)"/)![1]!;
    expect(decodePNG(Buffer.from(href, "base64"))).toMatchObject({ height: 144, width: 144 });
  });

  it("of one angle stand outside each other on a dial, all of them on the figure", () => {
    const many = knownFamily(turns, "a", { members: [0, 1, 2, 3, 4].map((channel) => [channel, 1] as const) });
    const drawn = figure.angleDial(many, turns);
    const body = drawn.marks.find((mark) => mark.attributes.class === "body")!;
    const x = body.children.flatMap((mark) => {
      const place = typeof mark === "string" ? null : /translate\(([\d.]+) /.exec(`${mark.attributes.transform}`);
      return place ? [Number(place[1])] : [];
    });
    expect(x).toHaveLength(5);
    expect(x).toEqual([...x].sort((a, b) => a - b));
    expect(Math.min(...x.slice(1).map((value, i) => value - x[i]!))).toBeGreaterThanOrEqual(48);
    expect(Math.max(...x) + 48).toBeLessThanOrEqual(drawn.width - 24);
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
    expect(words(rows).filter((w) => w === "rotate")).toHaveLength(4 * 3);
  });

  it("un-rotates: taken back, the copies of a row have the canonical kernel as their mean", () => {
    const kernels = motifKernels(block, motif);
    for (const canonical of motif.kernels) {
      const back = copiesOf(motif, canonical, kernels).map((copy) => unrotated(copy, turns).data);
      canonical.data.forEach((w, tap) => {
        expect(back.reduce((sum, data) => sum + data[tap]! / back.length, 0)).toBeCloseTo(w, 5);
      });
    }
    expect(words(figure.motif(motif, kernels, { group: turns })).filter((w) => w === "un-rotated")).toHaveLength(4);
  });

  it("shows each place once, says what is left out, and turns nothing between duplicates", () => {
    const twice: Motif = {
      ...motif,
      target: { ...target, members: target.members.map((m, i) => ({ ...m, element: i < 2 ? 0 : 1, label: "" })) },
    };
    const drawn = figure.motif(twice, motifKernels(block, motif), { rows: 1 });
    expect(words(drawn)).toContain("and 2 more");
    expect(words(drawn).filter((w) => w === "mean of 4")).toHaveLength(1);
    expect(JSON.stringify(drawn.marks).match(/"tag":"path"/g)).toHaveLength(2);
    const few = figure.motif(motif, motifKernels(block, motif), { rows: 1, copies: 2 });
    expect(words(few)).toEqual(expect.arrayContaining(["and 2 more", "0°", "180°"]));
    expect(words(few).join()).toContain("the 1 strongest of 4 kernels");
  });

  it("says which part of a product leads from one place to the next", () => {
    const hues = "6 hues × 8 rotations";
    expect(steps(hues, "hue 0°, 0°", "hue 0°, 45°")).toEqual(["rotate"]);
    expect(steps(hues, "hue 0°, 315°", "hue 60°, 0°")).toEqual(["turn hue", "rotate"]);
    expect(steps("flip", "plain", "mirrored")).toEqual(["mirror"]);
    expect(steps("4 rotations and mirror", "270°", "mirrored 0°")).toEqual(["mirror"]);
    expect(steps("4 rotations and mirror", "mirrored 0°", "mirrored 90°")).toEqual(["rotate"]);
    expect(steps("my own", "a", "b")).toEqual(["my own"]);
  });

  it("the matrix draws all kernels and the un-rotated row on one scale", () => {
    const drawn = figure.kernelMatrix(motif, motifKernels(block, motif));
    expect(words(drawn)).toContain("un-rotated");
    const squares = JSON.stringify(drawn.marks).match(/"tag":"rect"/g)!.length;
    expect(squares).toBeGreaterThanOrEqual((16 + 4) * 9);
  });

  it("the scores stand in a matrix of families by families, with their kinds", () => {
    const drawn = figure.motifMatrix([motif]);
    expect(words(drawn)).toContain("1.00");
    expect(words(drawn).some((w) => w.startsWith("e→e"))).toBe(true);
    expect(drawn.title).toBe("1 motif, a → b");
    expect(figure.motifMatrix([]).title).toBe("0 motifs, no layers");
  });

  it("the matrix names the layers once, units by channel and number, and has rows for families without a motif", () => {
    const lone = knownFamily(turns, "b", { members: [[9, 0]], stabiliser: [0, 1, 2, 3] });
    const drawn = figure.motifMatrix([motif], { families: [lone, ...both] });
    expect(words(drawn)).toEqual(expect.arrayContaining([":0", "+3", ":9"]));
    expect(words(drawn).filter((w) => w.includes("…"))).toEqual([]);
    expect(JSON.stringify(drawn.marks).match(/"fill":"none"/g)).toHaveLength(2);
  });

  it("the matrix has stars for the q value, and is pale where that is above the level", () => {
    const doubtful = { ...motif, qValue: 0.5, settings: { ...motif.settings, alpha: 0.05 } };
    expect(words(figure.motifMatrix([{ ...doubtful, qValue: 0.002 }]))).toContain("e→e**");
    expect(words(figure.motifMatrix([{ ...doubtful, qValue: 0.03 }]))).toContain("e→e*");
    expect(words(figure.motifMatrix([doubtful])).join()).toContain("pale: q above 0.05");
  });
});
