/** Objectives: values by hand, gradients by finite differences, signs, sums, and JSON. */
import { describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import type { Volume } from "../../src/engine/engine.js";
import { objective } from "../../src/optvis/namespaces.js";
import type { Objective } from "../../src/optvis/objective/objective.js";
import { expectGradient, noise } from "./adjoint.js";

const volume = (count: number, height: number, width: number, channels: number, data: ArrayLike<number>): Volume => ({
  count,
  height,
  width,
  channels,
  data: Float32Array.from(data),
});
/** Two maps of 4 × 5 × 3, away from zero so that no kink is near. */
const maps = volume(
  2,
  4,
  5,
  3,
  noise(120, 3).map((v) => v + Math.sign(v)),
);

const value = ({ terms }: Objective, on: Volume): number =>
  terms.reduce((sum, { weight, evaluate }) => sum + weight * evaluate(on).values.reduce((a, b) => a + b, 0), 0);

const all: readonly [string, Objective, Volume?][] = [
  ["channel", objective.channel("a:0")],
  ["neuron", objective.neuron("a:0")],
  ["position", objective.position("a:0", [1, 4])],
  ["logit", objective.logit("a:0")],
  ["layer", objective.layer("a")],
  ["direction", objective.direction("a", [1, -2, 0.5])],
  ["direction with a cosine", objective.direction("a", [1, -2, 0.5], { cosinePower: 2 })],
  ["directionAt", objective.directionAt("a", [1, 0.5, 1], { cosinePower: 1, at: [0, 2] })],
  ["directionAt, in the middle", objective.directionAt("a", [1, 0.5, 1])],
  [
    "tensorDirection",
    objective.tensorDirection("a", { height: 2, width: 3, data: [...noise(18, 9)] }, { cosinePower: 1 }),
  ],
  ["caricature", objective.caricature("a", { ...maps, count: 1, data: noise(60, 5) }, { cosinePower: 1 })],
  ["diversity", objective.diversity("a")],
  ["alignment", objective.alignment("a")],
  ["l1", objective.l1()],
  ["l2", objective.l2()],
  ["totalVariation", objective.totalVariation()],
  ["boundary", objective.boundary(1)],
  ["activationDifference, l1", objective.activationDifference("a", noise(60, 7))],
  ["activationDifference, l2", objective.activationDifference("a", noise(60, 7), { norm: "l2" })],
  ["each", objective.each([objective.neuron("a:0"), objective.layer("a").times(0.5)])],
];

describe("the gradient of an objective is its slope", () => {
  it.each(all.filter(([name]) => name !== "boundary"))("%s", (_, { terms }) => {
    for (const { evaluate } of terms) {
      const { gradient } = evaluate(maps);
      const f = (data: Float32Array): number => evaluate({ ...maps, data }).values.reduce((a, b) => a + b, 0);
      expectGradient(f, maps.data, gradient, { step: 1e-3, within: 5e-3 });
    }
  });

  it("but for blur and boundary, where the blurred picture stands still", () => {
    // A single bright pixel: blurred to a quarter of itself, so it is pulled down by three quarters.
    const spot = volume(1, 5, 5, 1, [...Array(12).fill(0), 1, ...Array(12).fill(0)]);
    const { values, gradient } = objective.blur().terms[0]!.evaluate(spot);
    expect(gradient[12]).toBeCloseTo(0.75, 6);
    // ½ (0.75² + 4 · (1/8)² + 4 · (1/16)²)
    expect(values[0]).toBeCloseTo(0.5 * (0.75 ** 2 + 4 / 64 + 4 / 256), 6);
    const frame = objective.boundary(1).terms[0]!.evaluate(spot);
    expect(frame.gradient[12]).toBe(0);
    // A corner: blurred from zeros alone, and 0.5 away from grey.
    expect(frame.gradient[0]).toBeCloseTo(-0.8, 6);
  });
});

describe("values by hand", () => {
  const map = volume(1, 2, 3, 1, [1, 2, 3, 4, 5, 6]);
  it.each<[string, Objective, number]>([
    ["channel is the mean", objective.channel("a:0"), 3.5],
    ["neuron is row ⌊2/2⌋, column ⌊3/2⌋", objective.neuron("a:0"), 5],
    ["position is the value there", objective.position("a:0", [0, 2]), 3],
    ["layer is the mean square", objective.layer("a"), 91 / 6],
    ["l1 from 0.5", objective.l1(), 18],
    ["l2 from 1", objective.l2(1), Math.sqrt(55 + 1e-6)],
    ["total variation: 4 steps of 1 across, 3 of 3 down", objective.totalVariation(), 4 + 9],
    ["direction: mean of twice the value", objective.direction("a", [2]), 7],
    ["directionAt: the middle, against", objective.directionAt("a", [-1]), -5],
    ["activationDifference from zeros", objective.activationDifference("a", Array(6).fill(0)), 3.5],
  ])("%s", (_, it, wanted) => {
    expect(value(it, map)).toBeCloseTo(wanted, 5);
  });

  it("a cosine power of 2 holds a direction to itself", () => {
    const along = volume(1, 1, 1, 2, [3, 4]);
    expect(value(objective.direction("a", [0.6, 0.8], { cosinePower: 2 }), along)).toBeCloseTo(5, 2);
    // cos = 0.6: 3 · 0.36
    expect(value(objective.direction("a", [1, 0], { cosinePower: 2 }), along)).toBeCloseTo(3 * 0.36, 2);
    // Against the direction the cosine counts as 0.1.
    expect(value(objective.direction("a", [-1, 0], { cosinePower: 2 }), along)).toBeCloseTo(-3 * 0.01, 4);
  });

  it("diversity is 1 per pair for equal pictures and 0 for channels that exclude each other", () => {
    const equal = volume(2, 1, 1, 2, [1, 2, 1, 2]);
    expect(value(objective.diversity("a"), equal)).toBeCloseTo(1, 5);
    expect(value(objective.diversity("a"), volume(2, 1, 1, 2, [1, 0, 0, 1]))).toBeCloseTo(0, 5);
  });

  it("alignment counts neighbours by half, the next by a quarter", () => {
    // Three pictures of one pixel: 0, 1, 3. (1 + 4) / 2 + 9 / 4, divided by three pictures.
    expect(value(objective.alignment("a"), volume(3, 1, 1, 1, [0, 1, 3]))).toBeCloseTo((2.5 + 2.25) / 3, 6);
  });
});

describe("names", () => {
  it("tell sizes instead of thousands of numbers", () => {
    const image = createImage(48, 40, 3);
    const answer = { count: 1, height: 16, width: 16, channels: 128, data: new Float32Array(16 * 16 * 128) };
    expect(objective.caricature("a", image).name).toBe("caricature(a, image of 48×40)");
    expect(objective.caricature("a", answer, { cosinePower: 2 }).name).toBe(
      'caricature(a, activations of 16×16, {"cosinePower":2})',
    );
    expect(objective.activationDifference("a", image).name).toBe("activationDifference(a, image of 48×40)");
    expect(objective.tensorDirection("a", { height: 8, width: 8, data: Array(128).fill(0.123456) }).name).toBe(
      "tensorDirection(a, pattern of 8×8)",
    );
  });
});

describe("objectives are put together", () => {
  const map = volume(1, 1, 1, 1, [2]);

  it("by plus, minus and times, and their names say so", () => {
    const sum = objective.channel("a:0").plus(objective.neuron("a:0").times(3)).minus(objective.l1().times(0.1));
    expect(value(sum, map)).toBeCloseTo(2 + 6 - 0.15, 6);
    expect(sum.name).toBe("channel(a:0) + 3 · neuron(a:0) − 0.1 · l1(0.5)");
  });

  it("interaction is a fifth of each mean and each centre", () => {
    expect(value(objective.interaction("a:0", "b:1"), map)).toBeCloseTo(2 * (0.4 + 2), 6);
  });

  it("each counts an objective for its own picture alone", () => {
    const both = objective.each([objective.channel("a:0"), objective.channel("a:0").times(-1)]);
    const { values, gradient } = both.terms[0]!.evaluate(volume(2, 1, 1, 1, [5, 7]));
    expect(values).toEqual([5, 0]);
    expect([...gradient]).toEqual([1, 0]);
    expect(() => both.terms[0]!.evaluate(volume(3, 1, 1, 1, [1, 2, 3]))).toThrow(
      "there are objectives for 2 pictures, and 3 pictures; give count: 2",
    );
  });

  it("a function of one's own is equal to ours", () => {
    const own = objective.custom([
      {
        weight: 2,
        name: "mine",
        of: { layer: "a" },
        evaluate: ({ data }) => ({ values: [data[0]!], gradient: Float32Array.of(1) }),
      },
    ]);
    expect(value(own.plus(objective.channel("a:0")), map)).toBe(6);
    expect(() => own.toJSON()).toThrow('"mine" is a function of your own, which JSON cannot hold');
  });
});

describe("objectives as JSON", () => {
  it.each([...all, ["interaction", objective.interaction("a:0", "b:1")] as const])(
    "%s comes back the same",
    (_, before) => {
      const text = JSON.stringify(before.times(-0.5));
      const after = objective.from(JSON.parse(text));
      expect(JSON.stringify(after)).toBe(text);
      expect(after.name).toBe(before.times(-0.5).name);
      expect(after.terms.map(({ of, picture }) => ({ of, picture }))).toEqual(
        before.terms.map(({ of, picture }) => ({ of, picture })),
      );
      expect(value(after, maps)).toBeCloseTo(-0.5 * value(before, maps), 4);
    },
  );

  it("interaction is known by its name too", () => {
    const named = objective.from({ terms: [{ weight: 2, maker: "interaction", from: ["a:0", "b:1"] }] });
    expect(named.name).toBe(objective.interaction("a:0", "b:1").times(2).name);
  });

  it("each keeps which picture a term counts for", () => {
    const both = objective.each([objective.channel("a:0"), objective.interaction("a:1", "b:1")]).times(3);
    const back = objective.from(JSON.parse(JSON.stringify(both)));
    expect(back.terms.map(({ picture }) => picture?.number)).toEqual([0, 1, 1, 1, 1]);
    const { values } = back.terms[0]!.evaluate(volume(2, 1, 1, 1, [5, 7]));
    expect(values).toEqual([5, 0]);
  });

  it("directions may be typed arrays, and are written as lists", () => {
    const typed = objective.direction("a", Float32Array.of(1, -2, 0.5));
    expect(JSON.stringify(typed)).toBe(JSON.stringify(objective.direction("a", [1, -2, 0.5])));
    const at = objective.directionAt("a", Float64Array.of(1, 0.5, 1), { at: [0, 2] });
    expect(value(objective.from(JSON.parse(JSON.stringify(at))), maps)).toBeCloseTo(value(at, maps), 6);
    const pattern = { height: 2, width: 3, data: Float32Array.from(noise(18, 9)) };
    const tensor = objective.tensorDirection("a", pattern);
    expect(value(objective.from(JSON.parse(JSON.stringify(tensor))), maps)).toBeCloseTo(value(tensor, maps), 6);
  });

  it.each<[unknown, string]>([
    [{}, 'an objective as JSON has a list "terms"; got {}'],
    [{ terms: [{ weight: 1, maker: "chanel", from: [] }] }, 'no objective is called "chanel"; did you mean channel'],
    [{ terms: [{ weight: 1 }] }, 'a term has a number "weight", a name "maker" and a list "from"; got {"weight":1}'],
    [{ terms: [null] }, 'a term has a number "weight", a name "maker" and a list "from"; got null'],
    [{ terms: [{ weight: 1, maker: "channel", from: [] }] }, "a unit"],
    [
      { terms: [{ weight: 1, maker: "channel", from: ["a:0"], picture: { number: 2, of: 2 } }] },
      'a picture is {number, of}, from 0 and below of; got {"number":2,"of":2}',
    ],
    [
      { terms: [{ weight: "1", maker: "channel", from: ["a:0"] }] },
      'a term has a number "weight", a name "maker" and a list "from"',
    ],
  ])("%o is refused", (json, message) => {
    expect(() => objective.from(json as never)).toThrow(message);
  });
});

it.each<[string, () => unknown, string]>([
  ["no direction", () => objective.direction("a", []), "a direction is a list of numbers; got none"],
  [
    "a cosine power below 0",
    () => objective.direction("a", [1], { cosinePower: -1 }),
    "cosinePower is a number from 0",
  ],
  ["a place that is none", () => objective.position("a:0", [1, -2]), "a place is a row and a column"],
  ["a factor of nothing", () => objective.l1().times(Number.NaN), "a factor of an objective is a number; got NaN"],
  ["grey of nothing", () => objective.l2(Number.NaN), "the constant is a number; got NaN"],
  ["activations of nothing", () => objective.activationDifference("a", [Number.NaN]), "a list of numbers; got NaN"],
  [
    "each of each",
    () => objective.each([objective.each([objective.l1(), objective.l1()])]),
    '"l1(0.5) for picture 0" is of a batch, and cannot be of picture 0 alone',
  ],
  ["diversity of one", () => objective.each([objective.diversity("a")]), "give one objective, and count"],
  ["no objectives", () => objective.custom([]), "an objective needs at least one term; got none"],
  ["a frame of no width", () => objective.boundary(0), "the width of the frame is a whole number from 1; got 0"],
  ["a place outside", () => value(objective.position("a:0", [9, 9]), maps), "place (9, 9) is outside of the map"],
  ["a direction of another length", () => value(objective.direction("a", [1]), maps), 'layer "a" has 3 channels; the'],
])("%s is refused in a sentence", (_, act, message) => {
  expect(act).toThrow(message);
});
