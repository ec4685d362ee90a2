/** Circuits through operations of every kind: each number is right, or the edge says why there is none. */
import { describe, expect, it } from "vitest";
import { attribution } from "../../src/circuit/attribution.js";
import { ablate, edit } from "../../src/circuit/edit.js";
import { expand } from "../../src/circuit/expand.js";
import { faithfulness } from "../../src/circuit/faithfulness.js";
import { downstream, grow } from "../../src/circuit/grow.js";
import { prune } from "../../src/circuit/prune.js";
import { verify } from "../../src/circuit/verify.js";
import { createImage, type Image } from "../../src/core/image.js";
import { formatUnit } from "../../src/core/unit.js";
import { activations } from "../../src/dataset/activations.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { NormOp, Op } from "../../src/network/ops.js";
import { inputs, outputs } from "../../src/weights/inputs.js";
import { slice } from "../../src/weights/slice.js";
import { drawsOf } from "../conformance/values.js";
import { conv, type Draft, network } from "../network/ops.js";

const draws = drawsOf(5);
const random = (length: number): Float32Array => Float32Array.from({ length }, () => draws.normal());
const relu = { name: "relu" } as const;
const linear = { name: "linear" } as const;
const engine = cpuEngine();
const photo = (side: number): Image =>
  createImage(
    side,
    side,
    3,
    random(side * side * 3).map((v) => 0.5 + 0.2 * v),
  );

const dense = (name: string, input: string, shape: readonly [number, number], more: object = {}): Draft => ({
  kind: "dense",
  name,
  inputs: [input],
  kernel: random(shape[0] * shape[1]),
  kernelShape: shape,
  bias: random(shape[1]),
  activation: linear,
  ...more,
});
const norm = (name: string, input: string, channels: number): Omit<NormOp, "layer" | "output"> => ({
  kind: "norm",
  name,
  inputs: [input],
  gamma: random(channels),
  beta: random(channels),
  mean: random(channels),
  variance: random(channels).map((v) => v * v + 0.1),
  epsilon: 0.001,
});

/** conv → flatten → something → dense. */
const flattened = (between: readonly Draft[], last = "flat"): Network =>
  network(
    [4, 4, 3],
    [
      conv("c", "image", [1, 1, 3, 3], { kernel: random(9), bias: random(3) }),
      { kind: "reshape", name: "flat", inputs: ["c"], output: [48] },
      ...between,
      dense("d", last, [48, 2]),
    ],
  );
const sumOfParts = async (net: Network, unit: string, image: Image): Promise<[value: number, sum: number]> => {
  const { value, base, parts, method } = await attribution(net, unit, image, { engine });
  expect(method).toBe("exact");
  return [value, parts.reduce((sum, { contribution }) => sum + contribution, base)];
};

describe.each<[string, readonly Draft[], string]>([
  ["nothing", [], "flat"],
  ["dropout", [{ kind: "identity", name: "drop", inputs: ["flat"] }], "drop"],
  ["an activation", [{ kind: "activation", name: "act", inputs: ["flat"], activation: relu }], "act"],
  ["a batch norm", [norm("bn", "flat", 48)], "bn"],
  [
    "a batch norm, an activation and dropout",
    [
      norm("bn", "flat", 48),
      { kind: "activation", name: "act", inputs: ["bn"], activation: { name: "tanh" } },
      { kind: "identity", name: "drop", inputs: ["act"] },
    ],
    "drop",
  ],
])("a dense layer behind a flattened map and %s", (_, between, last) => {
  const net = flattened(between, last);

  it("reads one 4 × 4 kernel of each unit", () => {
    const read = inputs(net, "d:0");
    expect(read.map(({ unit, kernel }) => [formatUnit(unit), kernel.height, kernel.width]).sort()).toEqual([
      ["c:0", 4, 4],
      ["c:1", 4, 4],
      ["c:2", 4, 4],
    ]);
  });

  it("has a value that is its bias and the sum of its parts", async () => {
    const [value, sum] = await sumOfParts(net, "d:0", photo(4));
    expect(sum).toBeCloseTo(value, 5);
  });

  it("has edges that ablation bears out", async () => {
    const edges = inputs(net, "d:1").map(({ kernel }) => kernel);
    const found = await verify(net, { edges }, [{ id: "one", image: photo(4) }], { engine, size: 4 });
    // Behind a batch norm or another function of the unit, silencing it in front leaves what the function makes of 0.
    if (between.some(({ kind }) => kind === "norm")) expect(found.r2).not.toBeNull();
    else expect(found.r2).toBeCloseTo(1, 6);
  });
});

/** A squeeze-and-excite block: a map times a gate made of its own means. */
const gated = network(
  [6, 6, 3],
  [
    conv("a", "image", [1, 1, 3, 4], { kernel: random(12), bias: null, activation: relu }),
    { kind: "globalPool", name: "mean", inputs: ["a"], mode: "average" },
    dense("gate", "mean", [4, 4], { activation: { name: "sigmoid" } }),
    { kind: "reshape", name: "pixel", inputs: ["gate"], output: [1, 1, 4] },
    { kind: "multiply", name: "m", inputs: ["a", "pixel"] },
    conv("top", "m", [1, 1, 4, 2], { kernel: random(8) }),
  ],
);

describe("a product", () => {
  it("joins its factors as factors, not as the terms of a sum", () => {
    const { edges, nodes } = grow(gated, "top:0", { depth: 2, width: 1 });
    const factors = edges.filter(({ to }) => to.layer === "m");
    expect(nodes.find(({ unit }) => unit.layer === "m")!.kind).toBe("multiply");
    expect(factors.length).toBeGreaterThan(0);
    for (const { relation, share, positiveShare } of factors) {
      expect([relation, share, positiveShare]).toEqual(["factor", 1, 1]);
    }
    expect(edges.filter(({ to }) => to.layer === "top").every(({ relation }) => relation === "weights")).toBe(true);
  });

  it("keeps all of its factors when a circuit is pruned", () => {
    const circuit = grow(gated, "top:0", { depth: 2, width: 1 });
    const factors = (of: typeof circuit): number => of.edges.filter(({ relation }) => relation === "factor").length;
    expect(factors(circuit)).toBe(4);
    const kept = prune(circuit, { keep: 0.01 });
    expect(factors(kept)).toBe(2);
  });

  it("has no inputs with weights, and its factors' parts are not made up", async () => {
    expect(() => inputs(gated, "m:1")).toThrow('"m:1" is the product of a:1 and gate:1, in which neither has weights');
    expect(() => slice(gated, "m:1", "a:1")).toThrow("in which neither has weights");
    await expect(attribution(gated, "m:1", photo(6), { engine })).rejects.toThrow(
      '"m:1" is the product of a:1 and gate:1',
    );
  });

  it("has edges that are not tested, with the reason and without a number", async () => {
    const circuit = grow(gated, "top:0", { depth: 2, width: 2 });
    const { edges, r2 } = await verify(gated, circuit, [{ id: "one", image: photo(6) }], { engine, size: 6 });
    const factors = edges.filter(({ to }) => to.layer === "m");
    expect(factors.length).toBeGreaterThan(0);
    for (const { r2: own, worst, reason } of factors) {
      expect([own, worst]).toEqual([null, null]);
      expect(reason).toContain("is the product of");
    }
    expect(edges.at(-1)!.r2).toBeNull();
    expect(r2).toBeCloseTo(1, 5);
  });

  it("is reached downstream from its factors", () => {
    const { edges } = downstream(gated, "gate:2", { depth: 2 });
    expect(edges.map(({ from, to, relation }) => `${formatUnit(from)} ${relation} ${formatUnit(to)}`)).toEqual(
      expect.arrayContaining(["gate:2 factor m:2", "m:2 weights top:0"]),
    );
  });

  it("keeps its factors where the faithfulness of a circuit is measured", async () => {
    const circuit = grow(gated, "top:0", { depth: 2, width: 4 });
    const photos = [{ id: "one", image: photo(6) }];
    for (const order of ["magnitude", "attribution"] as const) {
      const { points } = await faithfulness(gated, circuit, "top:0", photos, {
        engine,
        size: 6,
        order,
        keep: [0.5, 1],
      });
      expect(points.at(-1)!.correlation).toBeCloseTo(1, 5);
    }
  });

  it("has no linear stand-in", async () => {
    await expect(expand(gated, "top:0", "a", { engine })).rejects.toThrow('"m" (multiply) on the way has no linear');
  });
});

/** A residual sum of a map, another map and a gate of one pixel. */
const residual = network(
  [6, 6, 3],
  [
    conv("a", "image", [3, 3, 3, 4], { kernel: random(108), bias: random(4), padding: "same", activation: relu }),
    conv("b", "a", [3, 3, 4, 4], { kernel: random(144), bias: random(4), padding: "same" }),
    conv("pixel", "a", [6, 6, 4, 4], { kernel: random(576) }),
    { kind: "add", name: "sum", inputs: ["a", "b", "pixel", "a"] },
    { kind: "activation", name: "act", inputs: ["sum"], activation: relu },
    conv("top", "act", [1, 1, 4, 2], { kernel: random(8), bias: random(2) }),
  ],
);

describe("a sum", () => {
  const terms = ["a:2", "b:2", "pixel:2"];

  it("is made of its terms, by its own name and by that of the activation behind it", () => {
    for (const unit of ["sum:2", "act:2"]) {
      const read = inputs(residual, unit);
      expect(read.map((each) => formatUnit(each.unit))).toEqual(terms);
      expect(read.map(({ kernel, share }) => [kernel.to.layer, [...kernel.data], share])).toEqual([
        ["sum", [2], 0.5],
        ["sum", [1], 0.25],
        ["sum", [1], 0.25],
      ]);
    }
    expect([...slice(residual, "sum:2", "a:2").data]).toEqual([2]);
    expect(slice(residual, "sum:2", "a:1")).toMatchObject({ height: 7, expanded: { status: "exact" } });
    expect(() => slice(residual, "sum:2", "a:1", { weights: "stored" })).toThrow(
      "its terms are a:2 and b:2 and pixel:2",
    );
  });

  it("is among the readers of its terms", () => {
    expect(outputs(residual, "pixel:3").map(({ unit, kind }) => [formatUnit(unit), kind])).toEqual([["sum:3", "add"]]);
  });

  it("has a value that is the sum of its terms, a map of one pixel being the same everywhere", async () => {
    const image = photo(6);
    const [value, sum] = await sumOfParts(residual, "sum:2", image);
    expect(sum).toBeCloseTo(value, 5);
    const [map] = await activations(residual, ["sum:2"], image, { engine });
    expect(value).toBeCloseTo(Math.max(...map!.data), 5);
  });

  it("bears its edges out by ablation and perturbation", async () => {
    const { edges } = grow(residual, "sum:1", { depth: 1 });
    const photos = [{ id: "one", image: photo(6) }];
    const found = await verify(residual, { edges: edges.filter(({ from }) => from.layer !== "a") }, photos, {
      engine,
      size: 6,
    });
    expect(found.edges).toHaveLength(2);
    for (const { r2, reason } of found.edges) expect([reason, r2]).toEqual([null, expect.closeTo(1, 5)]);
  });

  it("can lose its terms one by one, so that faithfulness goes through it", async () => {
    const circuit = grow(residual, "top:0", { depth: 3, width: 8 });
    const photos = [{ id: "one", image: photo(6) }];
    for (const order of ["magnitude", "attribution", "random"] as const) {
      const { points } = await faithfulness(residual, circuit, "top:0", photos, { engine, size: 6, order });
      expect(points.at(-1)!.correlation).toBeCloseTo(1, 5);
      expect(points.every(({ correlation }) => Number.isFinite(correlation))).toBe(true);
    }
    // Without all terms but the pixel the sum is the same everywhere, and the reader does not vary.
    const edges = [
      { from: "pixel:0", to: "sum:0" },
      { from: "a:0", to: "sum:0" },
      { from: "sum:0", to: "top:0" },
    ];
    const [point] = (await faithfulness(residual, { edges }, "top:0", photos, { engine, size: 6, keep: [1] })).points;
    expect(Math.abs(point!.correlation)).toBeLessThan(0.999);
  });
});

/** A separable convolution as one layer of two operations. */
const separable = ((): Network => {
  const depthwise: Op = {
    kind: "depthwise",
    name: "sep/depthwise",
    layer: "sep",
    inputs: ["a"],
    output: [8, 8, 8],
    kernel: random(72),
    kernelShape: [3, 3, 4, 2],
    bias: null,
    strides: [1, 1],
    dilation: [1, 1],
    padding: "same",
    activation: linear,
  };
  const plain = network(
    [8, 8, 3],
    [conv("a", "image", [1, 1, 3, 4], { kernel: random(12), bias: random(4), activation: relu })],
  );
  const mixed: Op = {
    ...(conv("sep", depthwise.name, [1, 1, 8, 3], { kernel: random(24), bias: random(3) }) as Op),
    layer: "sep",
    output: [8, 8, 3],
  };
  const folded: Op = { ...(norm("bn", "sep", 3) as NormOp), layer: "bn", output: [8, 8, 3] };
  return createNetwork("separable", [...plain.ops, depthwise, mixed, folded], plain.input);
})();

describe("a separable convolution", () => {
  it("has a value that is its bias and the sum of its parts", async () => {
    const [value, sum] = await sumOfParts(separable, "sep:1", photo(8));
    expect(Number.isFinite(value)).toBe(true);
    expect(sum).toBeCloseTo(value, 4);
  });

  it("has edges that ablation bears out", async () => {
    const edges = inputs(separable, "sep:1").map(({ kernel }) => kernel);
    const found = await verify(separable, { edges }, [{ id: "one", image: photo(8) }], { engine, size: 8 });
    expect(found.edges.map(({ reason }) => reason)).toEqual([null, null, null, null]);
    expect(found.r2).toBeCloseTo(1, 5);
  });

  it("has expanded weights that are its slice", async () => {
    const { data, status } = await expand(separable, "sep:2", "a", { engine });
    expect(status).toBe("exact");
    slice(separable, "sep:2").data.forEach((w, i) => expect(data[i]).toBeCloseTo(w, 5));
  });

  it("can be silenced, scaled and cut off from a unit, but not changed tap by tap", () => {
    const before = slice(separable, "sep:0", "a:1").data;
    const half = edit(separable, [{ to: "sep:0", from: "a:1", weights: { scale: 0.5 } }]);
    slice(half, "sep:0", "a:1").data.forEach((w, tap) => expect(w).toBeCloseTo(before[tap]! / 2, 5));
    expect(slice(half, "sep:0", "a:0").data).toEqual(slice(separable, "sep:0", "a:0").data);
    expect(slice(edit(separable, [ablate("sep:0")]), "sep:0").data.every((w) => w === 0)).toBe(true);
    expect(() => edit(separable, [{ to: "sep:0", weights: "positive" }])).toThrow(
      'the kernels of "sep" are products of the weights of two operations',
    );
  });
});

describe("an edge without an effect", () => {
  it("has a reason and no number, and is not the worst", async () => {
    const net = network(
      [4, 4, 3],
      [
        conv("a", "image", [1, 1, 3, 2], {
          kernel: Float32Array.of(1, 1, 1, 1, 1, 1),
          bias: Float32Array.of(0, -100),
          activation: relu,
        }),
        conv("top", "a", [1, 1, 2, 1], { kernel: Float32Array.of(1, 1) }),
      ],
    );
    const edges = ["a:0", "a:1"].map((from) => ({ from, to: "top:0" }));
    const found = await verify(net, { edges }, [{ id: "one", image: photo(4) }], { engine, size: 4 });
    expect(found.edges.map(({ from, r2 }) => [formatUnit(from), r2])).toEqual([
      ["a:0", 1],
      ["a:1", null],
    ]);
    expect(found.edges[1]!.reason).toContain('"a:1" gives nothing to "top:0" on these pictures');
    expect(found.r2).toBe(1);
  });
});

describe("an edited network", () => {
  it("keeps the notes of its loader", () => {
    const noted = createNetwork("noted", gated.ops, { ...gated.input, notes: ["a loader note"] });
    expect(edit(noted, [ablate("top:0")]).notes).toEqual(["a loader note"]);
  });
});

describe("the readers of a unit", () => {
  it("are of the kind that they are", () => {
    expect(outputs(gated, "a:0").map(({ unit, kind }) => [unit.layer, kind])).toContainEqual(["gate", "dense"]);
  });
});
