/** The diagram of a circuit: nothing in it overlaps, edges pass behind no picture, inputs of one unit stand together. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Circuit, CircuitEdge } from "../../src/circuit/circuit.js";
import { formatUnit, type Unit } from "../../src/core/unit.js";
import { circuit as figureOf } from "../../src/figure/circuit.js";
import type { Figure, Mark } from "../../src/figure/mark.js";
import { mirrored } from "../../src/figure/mirrored.js";
import { toSVG } from "../../src/figure/svg.js";
import { byHand } from "../results/by-hand.js";
import { type Box, boxesOf, overlap, within } from "./boxes.js";

/** What a circuit is made from: of each unit the units it is read by, all of them earlier in the list. */
interface Recipe {
  readonly readers: readonly (readonly number[])[];
  readonly names: readonly string[];
  readonly down: boolean;
}

const recipe: fc.Arbitrary<Recipe> = fc.integer({ min: 5, max: 60 }).chain((count) =>
  fc.record({
    readers: fc.tuple(
      ...Array.from({ length: count - 1 }, (_, i) =>
        fc.uniqueArray(fc.integer({ min: Math.max(0, Math.floor(i / 6) - 2), max: i }), { minLength: 1, maxLength: 3 }),
      ),
    ),
    names: fc.array(fc.constantFrom("a", "block3_conv3", "inception_4b_pool_proj", "W".repeat(40)), {
      minLength: count,
      maxLength: count,
    }),
    down: fc.boolean(),
  }),
);

function circuitOf({ readers, names, down }: Recipe): Circuit {
  const units: Unit[] = names.map((layer, channel) => ({ layer, channel }));
  const depths = [0];
  readers.forEach((list, i) => {
    depths[i + 1] = 1 + Math.min(...list.map((reader) => depths[reader]!));
  });
  const edges = readers.flatMap((list, i) =>
    list.map((reader, k): CircuitEdge => {
      const [from, to] = down ? [units[reader]!, units[i + 1]!] : [units[i + 1]!, units[reader]!];
      const sign = (i + k) % 3 === 0 ? "inhibitory" : "excitatory";
      const side = (i % 2) * 2 + 1;
      const data = Float32Array.from({ length: side * side }, (_, t) => ((t + i) % 5) - 2);
      const kernel = { from, to, height: side, width: side, data };
      return {
        from,
        to,
        relation: "weights",
        kernel,
        strength: 1,
        share: 1 / (i + 3),
        sign,
        positiveShare: 0.5,
        route: [],
      };
    }),
  );
  return {
    ...byHand("circuit", {
      depth: 9,
      width: 9,
      strength: "l2",
      weights: "folded",
      direction: down ? ("downstream" as const) : ("inputs" as const),
    }),
    name: "random",
    roots: [units[0]!],
    nodes: units.map((unit, i) => ({
      unit,
      depth: down ? -depths[i]! : depths[i]!,
      kind: i % 7 === 6 ? "add" : "conv",
    })),
    edges,
  };
}

function all({ marks }: Figure, tag: string, name: string): Mark[] {
  const walk = (mark: Mark): Mark[] => [
    ...(mark.tag === tag && `${mark.attributes.class}`.startsWith(name) ? [mark] : []),
    ...mark.children.flatMap((child) => (typeof child === "string" ? [] : walk(child))),
  ];
  return marks.flatMap(walk);
}

function overlaps(boxes: readonly Box[]): string[] {
  return boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b) => (overlap(a, b) ? [`${a.what} and ${b.what}`] : [])));
}

/** Places along an edge's path, in the figure's coordinates. */
function along(d: string): [number, number][] {
  const [dx, dy] = [0, 0];
  let at: [number, number] = [0, 0];
  const points: [number, number][] = [];
  for (const [, command, numbers] of d.matchAll(/([MHC])([^MHC]*)/g)) {
    const n = numbers!.split(/[ ,]/).filter(Boolean).map(Number);
    const start = at;
    if (command === "M") at = [n[0]!, n[1]!];
    if (command === "H") at = [n[0]!, start[1]];
    if (command === "C") at = [n[4]!, n[5]!];
    for (let t = 0; command !== "M" && t <= 1; t += 0.05) {
      const [p, q] =
        command === "C"
          ? [
              [n[0]!, n[1]!],
              [n[2]!, n[3]!],
            ]
          : [start, at];
      const bezier = (i: 0 | 1): number =>
        (1 - t) ** 3 * start[i] + 3 * t * (1 - t) ** 2 * p![i]! + 3 * t * t * (1 - t) * q![i]! + t ** 3 * at[i];
      points.push([bezier(0) + dx, bezier(1) + dy]);
    }
  }
  return points;
}

describe("the diagram of any circuit", () => {
  it("has no two pictures, kernels or lines of text that overlap, and all of them in the figure", () => {
    fc.assert(
      fc.property(recipe, (of) => {
        const drawn = figureOf(circuitOf(of));
        const boxes = boxesOf(drawn);
        expect(overlaps(boxes)).toEqual([]);
        const page = { what: "page", x0: 0, y0: 0, x1: drawn.width, y1: drawn.height };
        expect(boxes.filter((box) => !within(box, page))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("would be noticed: the same boxes moved over each other overlap", () => {
    const boxes = boxesOf(figureOf(circuitOf({ readers: [[0], [0], [1]], names: ["a", "b", "c", "d"], down: false })));
    const [one, two] = boxes.filter(({ what }) => what.startsWith("unit"));
    const shift = { x: one!.x0 - two!.x0 + 3, y: one!.y0 - two!.y0 + 3 };
    const moved = {
      ...two!,
      x0: two!.x0 + shift.x,
      x1: two!.x1 + shift.x,
      y0: two!.y0 + shift.y,
      y1: two!.y1 + shift.y,
    };
    expect(overlap(one!, two!)).toBe(false);
    expect(overlap(one!, moved)).toBe(true);
  });

  it("has every unit, kernel and edge once, each with its identity", () => {
    fc.assert(
      fc.property(recipe, (of) => {
        const circuit = circuitOf(of);
        const drawn = figureOf(circuit);
        const names = circuit.nodes.map(({ unit }) => formatUnit(unit)).sort();
        const ends = circuit.edges.map(({ from, to }) => `${formatUnit(from)} ${formatUnit(to)}`).sort();
        const endsOf = (marks: readonly Mark[]) =>
          marks.map(({ attributes }) => `${attributes["data-from"]} ${attributes["data-to"]}`).sort();
        expect(
          all(drawn, "g", "unit")
            .map(({ attributes }) => attributes["data-unit"])
            .sort(),
        ).toEqual(names);
        expect(endsOf(all(drawn, "g", "kernel"))).toEqual(ends);
        expect(endsOf(all(drawn, "path", "edge"))).toEqual(ends);
      }),
      { numRuns: 30 },
    );
  });

  it("leads no edge through a picture, a kernel or a name", () => {
    fc.assert(
      fc.property(recipe, (of) => {
        const drawn = figureOf(circuitOf(of));
        const body = drawn.marks.find(({ attributes }) => attributes.class === "body")!;
        const boxes = boxesOf({ ...drawn, marks: body.children.filter((child) => typeof child !== "string") });
        const [, dx, dy] = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(`${body.attributes.transform}`)!.map(Number);
        expect([dx, dy].every(Number.isFinite)).toBe(true);
        const hit = all(drawn, "path", "edge").flatMap(({ attributes }) =>
          along(`${attributes.d}`).flatMap(([x, y]) =>
            boxes
              .filter((box) => x > box.x0 + 2 && x < box.x1 - 2 && y > box.y0 + 2 && y < box.y1 - 2)
              .map(({ what }) => `${attributes["data-from"]} > ${attributes["data-to"]} through ${what}`),
          ),
        );
        expect([...new Set(hit)]).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

describe("the diagram of a circuit", () => {
  it("is as wide as a landscape page for 40 units, with pictures of 76 pixels", () => {
    // One unit reads six, each of which reads five or six.
    const readers = Array.from({ length: 39 }, (_, i) => (i < 6 ? [0] : [1 + (i % 6)]));
    const drawn = figureOf(circuitOf({ readers, names: new Array(40).fill("block3_conv3"), down: false }));
    expect(drawn.width / drawn.height).toBeGreaterThan(1.1);
    expect(drawn.width / drawn.height).toBeLessThan(1.8);
    expect(drawn.width).toBeLessThan(1700);
    const pictures = boxesOf(drawn).filter(({ what }) => what.startsWith("unit"));
    expect(pictures).toHaveLength(40);
    for (const { x0, x1 } of pictures) expect(x1 - x0).toBeGreaterThanOrEqual(75);
  });

  it("folds what is too much for a page, and says how much that is", () => {
    const readers = Array.from({ length: 100 }, () => [0]);
    const of = circuitOf({ readers, names: new Array(101).fill("a"), down: false });
    const drawn = figureOf(
      { ...of, edges: of.edges.map((edge, i) => ({ ...edge, share: i < 5 ? 0.14 : 0.3 / 95 })) },
      { most: 5 },
    );
    expect(all(drawn, "g", "unit")).toHaveLength(6);
    expect(toSVG(drawn)).toContain(">95 more, 30 %<");
    expect(toSVG(drawn)).toContain("101 units, 100 edges, of which 6 and 5 are drawn");
    expect(all(figureOf(of), "g", "unit").length).toBeLessThanOrEqual(60);
  });

  it("in mirrored rows overlaps in nothing either", () => {
    const of = circuitOf({ readers: [[0], [0], [1], [2], [1, 2], [3], [4]], names: "abcdefgh".split(""), down: false });
    const drawn = mirrored(of, {
      pairs: [
        ["b:1", "c:2"],
        ["d:3", "e:4"],
      ],
      rows: ["left", "right", "a name that is far too long"],
    });
    expect(overlaps(boxesOf(drawn))).toEqual([]);
  });
});
