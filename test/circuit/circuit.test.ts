/** Circuits: what they grow to on real networks, what pruning keeps, sets, text, expanded weights, and the diagram. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Circuit } from "../../src/circuit/circuit.js";
import { expand } from "../../src/circuit/expand.js";
import { expandedKernel } from "../../src/circuit/expanded.js";
import { describeFamily } from "../../src/circuit/family-edges.js";
import { familyGraph } from "../../src/circuit/family-graph.js";
import { downstream, grow } from "../../src/circuit/grow.js";
import { difference, intersection, paths, prune, union } from "../../src/circuit/prune.js";
import { formatUnit } from "../../src/core/unit.js";
import { circuit as figureOf } from "../../src/figure/circuit.js";
import { toSVG } from "../../src/figure/svg.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import type { Op } from "../../src/network/ops.js";
import { preprocessing } from "../../src/network/preprocessing.js";
import { open } from "../../src/node/open.js";
import { parse, stringify } from "../../src/results/codec.js";
import { inputs } from "../../src/weights/inputs.js";
import { slice } from "../../src/weights/slice.js";
import { drawsOf } from "../conformance/values.js";
import { hasShared, resnet50, shared } from "../load/shared.js";

const units = (circuit: Circuit): string[] => circuit.nodes.map(({ unit }) => formatUnit(unit));

describe("on ResNet-50", () => {
  let net: Network;
  let circuit: Circuit;
  beforeAll(async () => {
    net = await open(resnet50);
    circuit = grow(net, "res3b_branch2a:9", { depth: 3, width: 2 });
  });

  it("takes the strongest of each sign, each unit once, behind its activation or not", () => {
    const all = inputs(net, "res3b_branch2b:20");
    const one = grow(net, "res3b_branch2b:20", { depth: 1, width: 2 });
    for (const sign of ["excitatory", "inhibitory"] as const) {
      const wanted = all.filter((input) => input.sign === sign).slice(0, 2);
      const got = one.edges.filter((edge) => edge.sign === sign);
      expect(got.map(({ from }) => from)).toEqual(wanted.map(({ unit }) => unit));
      expect(got.map(({ share }) => share)).toEqual(wanted.map(({ share }) => share));
    }
    expect(new Set(units(circuit)).size).toBe(circuit.nodes.length);
    expect(grow(net, "bn3b_branch2b:20", { depth: 1, width: 2 }).roots).toEqual(one.roots);
  });

  it("goes through residual sums, each term joined by a weight of one and its route named", () => {
    const sums = circuit.nodes.filter(({ kind }) => kind === "add").map(({ unit }) => unit.layer);
    expect(sums.length).toBeGreaterThan(0);
    const terms = circuit.edges.filter(({ to }) => sums.includes(to.layer));
    expect(new Set(terms.map(({ from }) => from.layer))).toEqual(new Set(["res3a_branch2c", "res3a_branch1"]));
    for (const { kernel, share, route } of terms) {
      expect([...kernel.data]).toEqual([1]);
      expect(share).toBe(0.5);
      expect(route[0]).toMatch(/^bn3a_branch/);
    }
  });

  it("prunes to what a larger share also keeps, and twice is once", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        const [less, more] = [prune(circuit, { keep: Math.min(a, b) }), prune(circuit, { keep: Math.max(a, b) })];
        expect(difference(less, more).edges).toEqual([]);
        expect(prune(less, { keep: Math.min(a, b) })).toEqual(less);
        for (const { unit } of less.nodes) {
          const read = less.edges.some(({ from }) => formatUnit(from) === formatUnit(unit));
          expect(read || less.roots.some((root) => formatUnit(root) === formatUnit(unit))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
    expect(prune(circuit, { keep: 1 })).toEqual(circuit);
    expect(() => prune(circuit, { keep: 2 })).toThrow("keep is a number from 0 to 1; got 2");
  });

  it("has sets: a union with a part is itself, an intersection the part, a difference the rest", () => {
    const part = prune(circuit, { keep: 0.02 });
    expect(union(circuit, part).edges).toEqual(circuit.edges);
    expect(intersection(circuit, part).edges).toEqual(part.edges);
    expect(difference(circuit, part).edges.length + part.edges.length).toBe(circuit.edges.length);
    const far = circuit.nodes.at(-1)!.unit;
    const ways = paths(circuit, far, circuit.roots[0]!);
    expect(ways.length).toBeGreaterThan(0);
    for (const way of ways) {
      expect(way[0]!.from).toEqual(far);
      expect(way.at(-1)!.to).toEqual(circuit.roots[0]);
    }
    expect(() => paths(circuit, "nowhere:0", far)).toThrow('"nowhere:0" is no part of the circuit');
  });

  it("grows down to who reads a unit", () => {
    const down = downstream(net, "res3a_branch2a:5", { depth: 1, width: 2 });
    expect(down.edges.length).toBe(4);
    for (const { from, to } of down.edges) {
      expect(formatUnit(from)).toBe("res3a_branch2a:5");
      expect(to.layer).toBe("res3a_branch2b");
    }
  });

  it("comes back from its text exactly, and refuses what is not its own", async () => {
    const text = stringify(circuit);
    expect(parse("circuit", text, net)).toEqual(circuit);
    expect(stringify(parse("circuit", text))).toBe(text);
    expect(() => parse("circuit", text.replace('"version": 1', '"version": 7'))).toThrow(/of version 7.*make it again/);
    const other = createNetwork("other", net.ops.slice(0, 3), net.input);
    expect(() => parse("circuit", text, other)).toThrow(
      `this circuit result is of the model "${net.name}" (${circuit.model!.fingerprint}); the model given is "other" (`,
    );
  });

  it("is drawn without the model: a box and a name for each unit, a curve and a kernel for each edge", () => {
    const drawn = figureOf(parse("circuit", stringify(circuit)));
    const svg = toSVG(drawn);
    const written = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words);
    expect(written).toEqual(expect.arrayContaining(units(circuit)));
    const inKernels = svg.match(/<g class="kernel"[^>]*>/g)!;
    expect(inKernels).toHaveLength(circuit.edges.length);
    expect(svg.match(/<path[^>]* data-from=/g)).toHaveLength(circuit.edges.length);
    for (const unit of units(circuit)) expect(svg).toContain(`<g class="unit" data-unit="${unit}">`);
    expect(svg).not.toContain("NaN");
  });

  it.each<[string, () => unknown, string]>([
    ["no depth", () => grow(net, "res3b_branch2b:20", { depth: 0 }), "depth is a whole number from 1; got 0"],
    ["no roots", () => grow(net, []), "a circuit grows from at least one unit; got none"],
    ["an unknown unit", () => grow(net, "res3b_branch2b:999"), "units 0 to 127; got 999"],
  ])("%s is refused", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe.skipIf(!hasShared)("on SqueezeNet", () => {
  it("never confuses the offsets of a concatenation", async () => {
    const net = await open(shared("models", "squeezenet1.0"));
    const { edges } = grow(net, "fire4_squeeze:3", { depth: 1, width: 40 });
    expect(new Set(edges.map(({ from }) => from.layer))).toEqual(new Set(["fire3_e1x1", "fire3_e3x3"]));
    for (const { from, to, kernel, route } of edges) {
      expect(kernel.data).toEqual(slice(net, to, from).data);
      expect(route).toContain("fire3_concat");
      // fire3 is 64 channels of the 1 × 1 branch, then 64 of the 3 × 3 one.
      const place = from.channel + (from.layer === "fire3_e3x3" ? 64 : 0);
      expect(kernel.data[0]).toBe(slice(net, to).data[place]);
    }
  });
});

/** Three convolutions by hand: 2 → 3 → 2 → 1, the second at stride 2. */
function chain(activation: "linear" | "relu", random = drawsOf(5)): Network {
  const conv = (name: string, input: string, shape: [number, number, number, number], stride: number) => ({
    kind: "conv",
    name,
    layer: name,
    inputs: [input],
    output: [null, null, shape[3]],
    kernel: Float32Array.from({ length: shape[0] * shape[1] * shape[2] * shape[3] }, () => random.normal()),
    kernelShape: shape,
    bias: new Float32Array(shape[3]).fill(1),
    strides: [stride, stride],
    dilation: [1, 1],
    padding: "same",
    groups: 1,
    activation: { name: activation },
  });
  const ops = [
    { kind: "input", name: "image", layer: "image", inputs: [], output: [null, null, 2] },
    conv("a", "image", [3, 3, 2, 3], 1),
    conv("b", "a", [3, 3, 3, 2], 2),
    conv("c", "b", [3, 3, 2, 1], 1),
  ] as unknown as Op[];
  return createNetwork("chain", ops, { shape: [null, null, 2], preprocessing: preprocessing("unit", 2), stated: true });
}

describe("expanded weights", () => {
  it("of two convolutions are their kernels composed", async () => {
    const net = chain("linear");
    const { height, width, data, status } = await expand(net, "c:0", "a");
    expect([height, width, status]).toEqual([7, 7, "exact"]);
    // W[r, c, i] = Σ_m Σ_taps k_c[R, C, m] · k_b[r − 2R, c − 2C, i, m]
    const wanted = new Float32Array(7 * 7 * 3);
    for (let m = 0; m < 2; m++) {
      const outer = slice(net, "c:0", `b:${m}`).data;
      for (let i = 0; i < 3; i++) {
        const inner = slice(net, `b:${m}`, `a:${i}`).data;
        for (let t = 0; t < 81; t++) {
          const [o, n] = [Math.floor(t / 9), t % 9];
          const [row, column] = [2 * Math.floor(o / 3) + Math.floor(n / 3), 2 * (o % 3) + (n % 3)];
          wanted[(row * 7 + column) * 3 + i]! += outer[o]! * inner[n]!;
        }
      }
    }
    wanted.forEach((w, i) => expect(data[i]).toBeCloseTo(w, 5));
    expect(expandedKernel(await expand(net, "c:0", "a"), 2).data[0]).toBe(data[2]);
  });

  it("to the layer that is read are the weights themselves", async () => {
    const net = await open(resnet50);
    const unit = "res2a_branch2b:3";
    const { data, status } = await expand(net, unit, inputs(net, unit)[0]!.via.at(-1)!);
    const folded = slice(net, unit).data;
    expect(status).toBe("exact");
    folded.forEach((w, i) => expect(data[i]).toBeCloseTo(w, 6));
  });

  it("say what stands for what, and what cancels", async () => {
    const { status, positive, negative, data, cancellation } = await expand(chain("relu"), "c:0", "a");
    expect(status).toBe("approximate: relu let through");
    data.forEach((w, i) => {
      expect(positive[i]! + negative[i]!).toBeCloseTo(w, 5);
      expect(positive[i]).toBeGreaterThanOrEqual(-1e-6);
      expect(negative[i]).toBeLessThanOrEqual(1e-6);
    });
    for (const share of cancellation) expect(share).toBeGreaterThan(0);
    for (const share of cancellation) expect(share).toBeLessThan(1);
  });

  it("are linear in the weights", async () => {
    const net = chain("linear");
    const doubled = createNetwork(
      "doubled",
      net.ops.map((op) =>
        op.name === "b" && op.kind === "conv" ? { ...op, kernel: op.kernel.map((w) => -2 * w) } : op,
      ),
      net.input,
    );
    const [one, two] = [await expand(net, "c:0", "image"), await expand(doubled, "c:0", "image")];
    one.data.forEach((w, i) => expect(two.data[i]).toBeCloseTo(-2 * w, 4));
  });
});

describe("a graph of families", () => {
  it("says what share of its weight a group reads from another", () => {
    const net = chain("linear");
    const graph = familyGraph(net, [
      { name: "low", units: ["a:0", "a:1"] },
      { name: "rest", units: ["a:2"] },
      { name: "high", units: ["b:0", "b:1"] },
    ]);
    expect(graph.nodes.map(({ count }) => count)).toEqual([2, 1, 2]);
    const into = graph.edges.filter(({ to }) => to === "high");
    expect(into.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    const low = into.find(({ from }) => from === "low")!;
    expect(low.mean).toBeCloseTo(low.total / 4, 6);
    expect(describeFamily(graph, "high")).toMatch(/^high = (low|rest) \d+ % \+ (low|rest) \d+ %$/);
    expect(describeFamily(graph, "low")).toBe("low = none of the groups");
    expect(() => familyGraph(net, [{ name: "x", units: ["a:0", "b:0"] }])).toThrow('"x" has a, b');
    expect(() =>
      familyGraph(net, [
        { name: "x", units: ["a:0"] },
        { name: "y", units: ["a:0"] },
      ]),
    ).toThrow("a unit has one group");
  });
});
