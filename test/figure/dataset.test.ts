/** Figures of the data room: what is drawn where, on data small enough to check by hand; none needs a model. */
import { describe, expect, it } from "vitest";
import { createImage, type Image } from "../../src/core/image.js";
import type { ActivationMap } from "../../src/dataset/activations.js";
import type { Example } from "../../src/dataset/example.js";
import type { Tuning } from "../../src/dataset/tune.js";
import { tuningCurve } from "../../src/dataset/tuning-curve.js";
import type { UnitStatistics } from "../../src/dataset/unit-statistics.js";
import { hexOf } from "../../src/figure/color.js";
import { heatScale, short } from "../../src/figure/heat.js";
import type { Figure, Mark } from "../../src/figure/mark.js";
import { figure } from "../../src/figure/namespace.js";
import { overlaid, spread } from "../../src/figure/overlay.js";
import { toSVG } from "../../src/figure/svg.js";
import { byHand } from "../results/by-hand.js";

/** All marks of a figure with a tag. */
function marksOf({ marks }: Figure, tag: string): Mark[] {
  const walk = (mark: Mark): Mark[] => [
    ...(mark.tag === tag ? [mark] : []),
    ...mark.children.flatMap((child) => (typeof child === "string" ? [] : walk(child))),
  ];
  return marks.flatMap(walk);
}

const words = (of: Figure): string[] => marksOf(of, "text").map((mark) => mark.children.join(""));
const map = (data: readonly number[], of = "conv:3"): ActivationMap => ({
  ...byHand("activation-map", { method: "activation", preActivation: false, signed: true, at: null, size: [8, 8] }),
  of,
  layer: "conv",
  height: 2,
  width: 2,
  data: Float32Array.from(data),
  field: { rows: { size: 3, stride: 4, start: 0 }, columns: { size: 3, stride: 4, start: 0 }, whole: false },
  dropped: 0,
});
const grey = (side: number): Image => createImage(side, side, 3, new Float32Array(side * side * 3).fill(0.5));
const example: Example = {
  id: "cats/1.jpg",
  label: "cats",
  value: 12.345,
  position: [0, 1],
  field: { top: -1, left: 2, height: 4, width: 4 },
  crop: createImage(4, 4, 4),
  picture: grey(8),
};

describe("a map over its image", () => {
  it("puts each value in the middle of what its position sees, bilinear between, constant beyond", () => {
    // Positions see pixels 0…2 and 4…6: their middles are 1 and 5.
    const values = spread(map([0, 4, 8, 12]), [8, 8]);
    expect(values[1 * 8 + 1]).toBe(0);
    expect(values[1 * 8 + 5]).toBe(4);
    expect(values[5 * 8 + 1]).toBe(8);
    expect(values[3 * 8 + 3]).toBe(6);
    expect(values[0]).toBe(0);
    expect(values[63]).toBe(12);
  });

  it("leaves the image grey where nothing answers and red where most does", () => {
    const coloured = createImage(
      8,
      8,
      3,
      Float32Array.from({ length: 192 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
    );
    const { data } = overlaid(coloured, map([0, 0, 0, 10]), heatScale([0, 10]));
    expect(data[0]).toBe(data[1]);
    expect(data[63 * 3]).toBeGreaterThan(2 * data[63 * 3 + 1]!);
  });

  it("says the largest value, where it is, and the layer", () => {
    const { description } = figure.heatMap(grey(8), map([0, 0, 7, 0]));
    expect(description).toBe(
      "conv:3 on the image. Largest value 7 at row 1, column 0 of 2×2; full red is 7. Positions of layer conv.",
    );
  });

  it("says what a rectifier took away", () => {
    const drawn = figure.heatMap(grey(8), { ...map([0, 0, 7, 0]), dropped: -3 });
    expect(words(drawn)).toContain("negative values, -3 in sum, are set to 0; the positive ones sum to 7");
    const silent = figure.heatMap(grey(8), { ...map([0, 0, 0, 0]), dropped: -3 });
    expect(words(silent)).toContain("every value is 0");
    expect(words(silent)).toContain("negative values, -3 in sum, are set to 0; the positive ones sum to 0");
  });
});

describe("a channel grid", () => {
  const maps = [map([0, 0, 0, 0], "conv:0"), map([1, 2, 3, 4], "conv:1"), map([9, 0, 0, 0], "conv:2")];
  it("keeps the order, counts the silent, and draws one picture per map beside the image", () => {
    const drawn = figure.channels(grey(8), maps);
    expect(marksOf(drawn, "image")).toHaveLength(4);
    expect(words(drawn).filter((word) => word.startsWith(":"))).toEqual([":0", ":1", ":2"]);
    expect(words(drawn)).toContain("3 of 3 units; 1 of 3 silent everywhere");
  });
  it("puts the strongest first and stops at a count when asked to", () => {
    const drawn = figure.channels(grey(8), maps, { order: "strength", count: 2 });
    expect(words(drawn).filter((word) => word.startsWith(":"))).toEqual([":2", ":1"]);
  });
});

describe("examples", () => {
  const unit = { layer: "conv", channel: 3 };
  it("are crops with values, in sections, what lies outside the photograph hatched", () => {
    const drawn = figure.examples({ unit, top: [example, example], bottom: [example], random: [] });
    expect(marksOf(drawn, "image")).toHaveLength(3);
    expect(words(drawn)).toEqual(
      expect.arrayContaining(["largest activations", "smallest activations", "12.3", "cats"]),
    );
    expect(words(drawn)).not.toContain("drawn by chance");
    expect(drawn.description).toContain("12.3 at cats/1.jpg (cats)");
  });

  it("in their place show the receptive field to scale, also where it leaves the photograph", () => {
    const drawn = figure.field(example, { size: 80 });
    const outline = marksOf(drawn, "rect").find((mark) => mark.attributes["stroke-width"] === 2)!;
    expect(outline.attributes).toMatchObject({ x: 20, y: -10, width: 40, height: 40 });
  });

  it("without their picture are refused, with what to do", () => {
    expect(() => figure.field({ ...example, picture: null })).toThrow(/ask examples for \{ pictures: true \}/);
  });
});

describe("a histogram", () => {
  it("keeps every value: the bars' counts add up to those of the bins", () => {
    const statistics = {
      unit: { layer: "conv", channel: 3 },
      count: 1110,
      firingRate: 0.1,
      mean: 1,
      variance: 4,
      smallest: 0,
      largest: 8,
      histogram: [
        { from: 0, to: 0, count: 1000 },
        { from: 1, to: 2, count: 100 },
        { from: 7, to: 8, count: 10 },
      ],
    } as unknown as UnitStatistics;
    const drawn = figure.histogram(statistics, { bins: 8, height: 200 });
    const bars = marksOf(drawn, "rect").map((mark) => mark.attributes.height as number);
    // Three decades and a tenth on 200 pixels: 1000, 100 and 10 values are 3.1, 2.1 and 1.1 of them high.
    expect(bars.map((height) => Math.round((height * 3.1) / 20) / 10)).toEqual([3.1, 2.1, 1.1]);
    expect(drawn.description).toContain("10.00 % above 0, mean 1, standard deviation 2, largest 8");
  });
});

describe("radial tuning curves", () => {
  const curve = tuningCurve([0, 10, 0, 0]);
  it("lie between the inner circle and the outer one, the peak at its angle", () => {
    const drawn = figure.tuning([{ name: "conv:3", curve }], { size: 350 });
    // R = 100: the inner circle at 30, the peak at 130 straight down (90°, clockwise on screen).
    expect(marksOf(drawn, "path")[0]!.attributes.d).toMatch(/^M30 0C.* 0 130C/);
    expect(words(drawn)).toEqual(expect.arrayContaining(["conv:3", "90°", "0 %"]));
  });
  it("over 180° are drawn twice", () => {
    const half = figure.tuning([{ name: "conv:3", curve: tuningCurve([0, 10, 0, 0], 180) }], { size: 350 });
    const path = marksOf(half, "path")[0]!.attributes.d as string;
    expect(path).toContain(" 91.9 91.9C");
    expect(path).toContain(" -91.9 -91.9C");
  });
  it("are refused when there are none", () => {
    expect(() => figure.tuning([])).toThrow(/one or more curves; got none/);
  });
});

describe("a response map", () => {
  const tuning: Tuning = {
    ...byHand("tuning", { at: "max", preActivation: false }),
    stimulus: "arc",
    axes: [
      { name: "curvature", values: [0, 0.1], period: null },
      { name: "angle", values: [0, 90, 180, 270], period: 360 },
    ],
    units: [
      {
        unit: { layer: "conv", channel: 3 },
        responses: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 8),
        best: [0.1, 270],
        curve: null,
      },
    ],
  };
  it("has the angle across and the other parameter down, the largest response in full red", () => {
    const cells = marksOf(figure.responseMap(tuning), "rect").slice(0, 8);
    expect(cells.map((mark) => mark.attributes.x)).toEqual([0, 108, 216, 324, 0, 108, 216, 324]);
    expect(cells.map((mark) => mark.attributes.fill)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 8].map((v) => hexOf(heatScale([0, 8]).color(v))),
    );
  });
  it("divides by a scale, such as standard deviations, and refuses one that does not fit", () => {
    const { description, marks } = figure.responseMap(tuning, { scale: [4] });
    expect(description).toContain("answers most, 8, at curvature 0.1, angle 270");
    expect(JSON.stringify(marks)).toContain('"2"');
    expect(() => figure.responseMap(tuning, { scale: [1, 2] })).toThrow(/a scale above 0 for each of its 1 units/);
  });
});

describe("joint tuning curves", () => {
  it("run from half a turn before the first member's peak to half a turn after it", () => {
    const responses = Float32Array.of(4, 0, 0, 0);
    const member = { unit: { layer: "conv", channel: 3 }, curve: tuningCurve(responses), each: [responses] };
    const other = { ...member, curve: tuningCurve([0, 0, 0, 2]), each: [Float32Array.of(0, 0, 0, 2)] };
    const drawn = figure.jointTuning(
      {
        ...byHand("joint-tuning", { at: "centre", preActivation: false }),
        angles: [0, 90, 180, 270],
        members: [member, other],
        photographs: 1,
      },
      { width: 590, height: 60 },
    );
    const thick = marksOf(drawn, "path").filter((mark) => mark.attributes["stroke-width"] === 2);
    expect(thick.map((mark) => mark.attributes.d)).toEqual([
      "M126 60L226 60L326 10L426 60L526 60",
      "M126 60L226 10L326 60L426 60L526 60",
    ]);
    expect(words(drawn)).toContain("-90°, mean 2");
  });
});

it("every figure is a standalone SVG with its title, and numbers are short", () => {
  const svg = toSVG(figure.examples({ unit: { layer: "<a>", channel: 0 }, top: [example], bottom: [], random: [] }));
  expect(svg).toMatch(/^<svg .*<\/svg>$/s);
  expect(svg).toContain("&lt;a>:0");
  expect([0, 0.00012, 0.123_456, 12.345, 123.4, 12_345].map(short)).toEqual([
    "0",
    "1.2e-4",
    "0.123",
    "12.3",
    "123",
    "12,345",
  ]);
});

describe("maps with negative values", () => {
  const fills = (of: Figure): unknown[] => marksOf(of, "rect").map(({ attributes }) => attributes.fill);

  it("are drawn in red and blue, and the figure says what is negative", () => {
    const drawn = figure.heatMap(grey(8), map([-2, 0, 1, 0]));
    expect(words(drawn)).toEqual(expect.arrayContaining(["negative values are blue; the least is -2", "−2", "2"]));
    expect(fills(drawn)).toEqual(expect.arrayContaining(["#0571b0", "#ca0020"]));
    expect(drawn.description).toContain("full red is 2. Negative values are blue; the least is -2.");
  });

  it("say so where none is above 0, and where all are 0", () => {
    const facts = (data: readonly number[]): string[] => words(figure.heatMap(grey(8), map(data)));
    expect(facts([-2, -3, -1, -1])).toContain("every value is negative, from -3 to -1");
    expect(facts([-2, 0, -1, -1])).toContain("no value is above 0; the least is -2");
    expect(facts([0, 0, 0, 0])).toContain("every value is 0");
  });

  it("are seen in the overlay: blue where the value is negative, the image where it is 0", () => {
    const { data } = overlaid(grey(8), map([-10, 10, 0, 0]), heatScale([-10, 10]));
    const pixel = (y: number, x: number): number[] => [...data.subarray((y * 8 + x) * 3, (y * 8 + x) * 3 + 3)];
    const [left, right, below] = [pixel(0, 0), pixel(0, 7), pixel(7, 0)];
    expect(left[2]).toBeGreaterThan(2 * left[0]!);
    expect(right[0]).toBeGreaterThan(2 * right[2]!);
    expect(new Set(below).size).toBe(1);
  });

  it("are drawn on one scale in a grid, with the largest value of each", () => {
    const drawn = figure.channels(grey(8), [map([-1, -1, -1, -1], "conv:0"), map([4, 0, 0, 0], "conv:1")]);
    expect(words(drawn)).toEqual(
      expect.arrayContaining([
        "2 of 2 units; 1 of 2 nowhere above 0",
        "negative values are blue; the least is -1",
        "-1",
        "4",
      ]),
    );
  });

  it("are told of where a plot begins at 0", () => {
    const curve = tuningCurve([-1, 2, 1, -3]);
    expect(words(figure.tuning([{ name: "conv:0", curve }]))).toContain(
      "2 of 4 responses are negative and are drawn as 0",
    );
  });
});
