/** Figures of circuits: real kernels of InceptionV1, mirrored rows, fans, superpositions, factors, families. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expand } from "../../src/circuit/expand.js";
import { familyGraph } from "../../src/circuit/family-graph.js";
import { joinKernels } from "../../src/circuit/from-kernels.js";
import { createImage } from "../../src/core/image.js";
import type { Kernel } from "../../src/core/kernel.js";
import { formatUnit } from "../../src/core/unit.js";
import type { Figure, Mark } from "../../src/figure/mark.js";
import { figure } from "../../src/figure/namespace.js";
import { toSVG } from "../../src/figure/svg.js";
import { parse, stringify } from "../../src/results/codec.js";
import { factor } from "../../src/weights/factor.js";
import { inputs, outputs } from "../../src/weights/inputs.js";
import { hasShared, shared } from "../load/shared.js";
import { conv, network } from "../network/ops.js";

function marksOf({ marks }: Figure, tag: string): Mark[] {
  const walk = (mark: Mark): Mark[] => [
    ...(mark.tag === tag ? [mark] : []),
    ...mark.children.flatMap((child) => (typeof child === "string" ? [] : walk(child))),
  ];
  return marks.flatMap(walk);
}
const words = (of: Figure): string[] => marksOf(of, "text").map((mark) => mark.children.join(""));
const kernel = (from: string, to: string, data: number[]): Kernel => {
  const [[a, i], [b, o]] = [from.split(":"), to.split(":")] as [[string, string], [string, string]];
  const side = Math.sqrt(data.length);
  const ends = { from: { layer: a, channel: Number(i) }, to: { layer: b, channel: Number(o) } };
  return { ...ends, height: side, width: side, data: Float32Array.from(data) };
};

describe("a circuit of kernels at hand", () => {
  const joined = joinKernels([kernel("a:0", "b:0", [3]), kernel("a:1", "b:0", [-4]), kernel("b:0", "c:2", [1])]);

  it("has the units that nothing reads for roots, shares of what is given, and opens without a model", () => {
    expect(joined.roots.map(formatUnit)).toEqual(["c:2"]);
    expect(joined.nodes.map(({ unit, depth }) => `${formatUnit(unit)} ${depth}`)).toEqual([
      "c:2 0",
      "b:0 1",
      "a:0 2",
      "a:1 2",
    ]);
    expect(joined.edges.map(({ share, sign }) => [share.toFixed(4), sign])).toEqual([
      ["1.0000", "excitatory"],
      ["0.5714", "inhibitory"],
      ["0.4286", "excitatory"],
    ]);
    expect(parse("circuit", stringify(joined))).toEqual(joined);
  });

  it("marks the terms of a sum and the factors of a product by lines of their own, with a legend", () => {
    const relations = ["weights", "term", "factor"] as const;
    const edges = joined.edges.map((edge, i) => ({ ...edge, relation: relations[i]! }));
    for (const drawn of [figure.circuit({ ...joined, edges }), figure.mirrored({ ...joined, edges }, { pairs: [] })]) {
      expect(words(drawn)).toEqual(expect.arrayContaining(["term of a sum", "factor of a product"]));
      const curves = marksOf(drawn, "path").filter(({ attributes }) => String(attributes.class).startsWith("edge"));
      expect(curves.map(({ attributes }) => attributes["stroke-dasharray"] ?? null)).toEqual(
        expect.arrayContaining([null, "5 4"]),
      );
      expect(new Set(curves.map(({ attributes }) => attributes.stroke)).size).toBe(3);
      expect(drawn.description).toContain("a factor of a product");
    }
    expect(words(figure.circuit(joined))).not.toContain("term of a sum");
  });

  it("is refused in a sentence where there is none", () => {
    expect(() => joinKernels([])).toThrow("got 0 kernels");
    expect(() => joinKernels([kernel("a:0", "b:0", [1]), kernel("b:0", "a:0", [1])])).toThrow("round in a circle");
  });

  it("is drawn in mirrored rows, units of no side below", () => {
    const drawn = figure.mirrored(joined, { pairs: [["a:0", "a:1"]], rows: ["up", "down", "both"] });
    expect(words(drawn)).toEqual(expect.arrayContaining(["up", "down", "both", "a:0", "a:1", "c:2"]));
    const y = (name: string): number => {
      const node = marksOf(drawn, "g").find((g) =>
        g.children.some((child) => typeof child !== "string" && child.attributes["data-unit"] === name),
      )!;
      return Number(/ ([\d.]+)\)/.exec(String(node.attributes.transform))![1]);
    };
    expect(y("a:0")).toBeLessThan(y("a:1"));
    expect(y("a:1")).toBeLessThan(y("b:0"));
    expect(() => figure.mirrored(joined, { pairs: [["a:0", "x:9"]] })).toThrow('"x:9", which is not in this circuit');
  });

  it("is coloured by its sum or by its peak", () => {
    const split = joinKernels([kernel("a:0", "b:0", [-1, -1, -1, -1, 5, -1, -1, -1, -1])]);
    const strokeOf = (sign: "sum" | "peak"): unknown =>
      marksOf(figure.circuit(split, { sign }), "path")[0]!.attributes.stroke;
    expect([strokeOf("sum"), strokeOf("peak")]).toEqual(["#0571b0", "#ca0020"]);
  });
});

describe.skipIf(!hasShared)("kernels of InceptionV1 as the articles print them", () => {
  const blocks = hasShared
    ? JSON.parse(readFileSync(shared("data", "inceptionv1", "circuit-kernels.json"), "utf8"))
    : {};
  const kernelsOf = (name: string): Kernel[] => {
    const { upstream_layer, downstream_layer, upstream, downstream, W } = blocks[name];
    return downstream.flatMap((o: number, y: number) =>
      upstream.map((i: number, x: number) =>
        kernel(`${upstream_layer}:${i}`, `${downstream_layer}:${o}`, W[y][x].flat()),
      ),
    );
  };

  it("draw a car of windows above, wheels below, all excitatory", () => {
    const car = joinKernels(kernelsOf("car_4b_to_4c"), { name: "InceptionV1" });
    expect(car.edges.every(({ sign }) => sign === "excitatory")).toBe(true);
    const half = (channel: number, rows: readonly number[]): number => {
      const { data } = car.edges.find(({ from }) => from.channel === channel)!.kernel;
      return rows.reduce((sum, row) => sum + data.subarray(5 * row, 5 * row + 5).reduce((s, w) => s + w, 0), 0);
    };
    expect(half(237, [0, 1])).toBeGreaterThan(half(237, [3, 4])); // windows
    expect(half(373, [3, 4])).toBeGreaterThan(half(373, [0, 1])); // wheels
    const drawn = figure.circuit(car);
    expect(marksOf(drawn, "path")).toHaveLength(3);
    expect(toSVG(drawn)).toContain("mixed4c:447");
  });

  it("draw dog heads that merge where left meets right", () => {
    const dog = joinKernels(kernelsOf("doghead_merge_4a_to_4b"), { name: "InceptionV1" });
    const drawn = figure.mirrored(dog, {
      pairs: [
        ["mixed4a:234", "mixed4a:325"],
        ["mixed4a:308", "mixed4a:222"],
      ],
      sign: "peak",
    });
    expect(marksOf(drawn, "path").map(({ attributes }) => attributes.stroke)).toEqual(new Array(4).fill("#ca0020"));
    expect(words(drawn)).toContain("either");
  });

  it("draw a small circle of eight curves", () => {
    expect(marksOf(figure.circuit(joinKernels(kernelsOf("curves_to_small_circle"))), "path")).toHaveLength(8);
  });
});

describe("figures of weights", () => {
  const net = network([16, 16, 3], [conv("a", "image", [3, 3, 3, 4]), conv("b", "a", [3, 3, 4, 3])]);
  const icon = createImage(4, 4, 3, new Float32Array(48).fill(0.5));

  it("fan out what one unit reads, and who reads it", () => {
    const reads = figure.fan(inputs(net, "b:1", { count: 3 }));
    expect(reads.title).toBe("What b:1 reads");
    expect(marksOf(reads, "path")).toHaveLength(3);
    const readers = figure.fan(outputs(net, "a:2", { count: 2 }), { icons: { "a:2": icon } });
    expect(readers.title).toBe("Who reads a:2");
    expect(marksOf(readers, "image")).toHaveLength(1);
  });

  it("lay the pictures of inputs over the places where they excite, none where they do not", () => {
    const list = inputs(net, "b:1", { count: 2 });
    const name = formatUnit(list[0]!.unit);
    const signed = [
      { ...list[0]!, kernel: { ...list[0]!.kernel, data: Float32Array.of(1, 0, -1, 0.5, 0, 0, 0, 0, 0) } },
    ];
    const drawn = figure.superposition(signed, { icons: { [name]: icon } });
    expect(marksOf(drawn, "use").map(({ attributes }) => attributes.opacity)).toEqual([0.5, 1]);
    expect(marksOf(drawn, "image")).toHaveLength(1);
  });

  it("show expanded kernels by sign, with what cancels", async () => {
    const drawn = figure.expanded(await expand(net, "b:1", "image"));
    expect(words(drawn)).toEqual(expect.arrayContaining(["excitatory", "channel 0", "0 % cancels", "exact"]));
  });

  it("show factors with their shares", async () => {
    const drawn = figure.factors(await factor(net, "b", { count: 2 }));
    expect(words(drawn).filter((word) => /^factor \d: [\d.]+ %$/.test(word))).toHaveLength(2);
  });

  it("show families with what they read in percent, readers to the right", () => {
    const graph = familyGraph(net, [
      { name: "late", units: ["b:0", "b:1"] },
      { name: "early", units: ["a:0", "a:1", "a:2", "a:3"] },
    ]);
    const drawn = figure.familyGraph(graph);
    expect(words(drawn)).toEqual(expect.arrayContaining(["early", "4 units", "late", "100 %"]));
    expect(words(drawn).indexOf("a")).toBeLessThan(words(drawn).indexOf("b"));
  });
});
