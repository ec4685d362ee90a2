/** Units read over the module below: by hand on a small network, and on GoogLeNet and ResNet-50 against the adjoint. */
import { beforeAll, describe, expect, it } from "vitest";
import { expand } from "../../src/circuit/expand.js";
import { expandedKernel } from "../../src/circuit/expanded.js";
import { downstream, grow } from "../../src/circuit/grow.js";
import { verify } from "../../src/circuit/verify.js";
import { createImage } from "../../src/core/image.js";
import { formatUnit } from "../../src/core/unit.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { lab } from "../../src/lab/lab.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { parse, stringify } from "../../src/results/codec.js";
import { filterImages } from "../../src/weights/filter-images.js";
import { inputs, outputs } from "../../src/weights/inputs.js";
import { drawsOf } from "../conformance/values.js";
import { hasShared, resnet50, shared } from "../load/shared.js";
import { conv, network } from "../network/ops.js";

const draws = drawsOf(3);
const random = (length: number): Float32Array => Float32Array.from({ length }, () => draws.normal());
const relu = { name: "relu" } as const;
const noise = (count: number, size: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `noise ${i}`,
    image: createImage(
      size,
      size,
      3,
      Float32Array.from({ length: size * size * 3 }, () => 0.5 + 0.2 * draws.normal()),
    ),
  }));

/** Two modules: one concatenation, and above it a bottleneck of two channels that reads it through a pool. */
const bottleneck = [1, -1, 0.5, -2, 0, 3];
const top = [1, 10];
const small = network(
  [12, 12, 3],
  [
    conv("a", "image", [3, 3, 3, 2], { kernel: random(54), padding: "same", activation: relu }),
    conv("b", "image", [1, 1, 3, 1], { kernel: random(3), activation: relu }),
    { kind: "concat", name: "module", inputs: ["a", "b"] },
    { kind: "pool", name: "pool", inputs: ["module"], mode: "max", size: [2, 2], strides: [2, 2], padding: "valid" },
    conv("reduce", "pool", [1, 1, 3, 2], { kernel: Float32Array.from(bottleneck), activation: relu }),
    conv("c", "reduce", [1, 1, 2, 1], { kernel: Float32Array.from(top), activation: relu }),
    conv("d", "pool", [3, 3, 3, 2], { kernel: random(54), padding: "same", activation: relu }),
    { kind: "concat", name: "next", inputs: ["c", "d"] },
  ],
);

describe("a small network of modules", () => {
  it("has edges from module to module, whose kernels are those of both layers multiplied", () => {
    const { nodes, edges, roots } = grow(small, "next:0", { depth: 1, layers: "modules" });
    expect(roots).toEqual([{ layer: "next", channel: 0 }]);
    expect(nodes[0]).toMatchObject({ kind: "conv", madeBy: { layer: "c", channel: 0 } });
    const byHand = [0, 1, 2].map((i) => bottleneck[2 * i]! * top[0]! + bottleneck[2 * i + 1]! * top[1]!);
    const kernels = new Map(edges.map(({ from, kernel }) => [formatUnit(from), kernel.data[0]!]));
    expect([0, 1, 2].map((i) => kernels.get(`module:${i}`))).toEqual(byHand);
    for (const { route, expanded } of edges) {
      expect(route).toEqual(["pool", "reduce"]);
      expect(expanded!.status).toBe("approximate: relu let through");
    }
    const cancellations = [0, 1, 2].map((i) => edges.find(({ from }) => from.channel === i)!.expanded!.cancellation);
    // The ways are 1 · 1 and −1 · 10, 0.5 · 1 and −2 · 10, 0 · 1 and 3 · 10.
    [1 - 9 / 11, 1 - 19.5 / 20.5, 0].forEach((wanted, i) => expect(cancellations[i]).toBeCloseTo(wanted, 6));
  });

  it("names units of a concatenation alike where they are read without a bottleneck", () => {
    const { nodes, edges } = grow(small, "next:1", { depth: 1, layers: "modules", width: 9 });
    expect(edges.map(({ from }) => from.layer)).toEqual(["module", "module", "module"]);
    expect(edges.every(({ expanded, route }) => expanded === undefined && route.join() === "pool")).toBe(true);
    expect(nodes.find(({ unit }) => formatUnit(unit) === "module:2")!.madeBy).toEqual({ layer: "b", channel: 0 });
  });

  it("leads over chosen layers down to the lowest, and is opened again as it was saved", () => {
    const circuit = grow(small, "next:0", { layers: ["image", "module"], width: 9 });
    expect(new Set(circuit.edges.map(({ from, to }) => `${from.layer} > ${to.layer}`))).toEqual(
      new Set(["module > next", "image > module"]),
    );
    expect(circuit.settings).toMatchObject({ depth: 2, layers: ["module", "image"] });
    expect(parse("circuit", stringify(circuit))).toEqual(circuit);
  });

  it("is verified edge by edge: exactly, once the rectifiers on the way act", async () => {
    const circuit = grow(small, ["next:0", "next:1"], { depth: 1, layers: "modules", width: 9 });
    for (const intervention of ["ablate", "perturb"] as const) {
      const tested = await verify(small, circuit, noise(4, 12), { intervention });
      expect(parse("verification", stringify(tested))).toEqual(tested);
      expect(tested.edges).toHaveLength(6);
      for (const { to, r2, rectifiers } of tested.edges) {
        if (to.channel === 1) {
          expect(rectifiers).toBeUndefined();
          expect(r2).toBeGreaterThan(1 - 1e-6);
          continue;
        }
        expect(rectifiers!.layers).toEqual(["reduce"]);
        expect(rectifiers!.r2).toBeGreaterThan(1 - 1e-6);
      }
      // Some edge through the bottleneck is stopped in part, so the weights alone do not tell its effect.
      expect(Math.min(...tested.edges.map(({ r2 }) => r2!))).toBeLessThan(0.999);
    }
  });

  it("has readers on a layer further up with the kernels that their inputs have", () => {
    const up = outputs(small, "module:1", { to: "next" });
    expect(up).toHaveLength(3);
    for (const { unit, kernel, share } of up) {
      const down = inputs(small, unit, { from: "module" }).find((input) => input.unit.channel === 1)!;
      expect(kernel.data).toEqual(down.kernel.data);
      expect(share).toBe(down.share);
    }
    expect(() => outputs(small, "module:1", { to: "next", weights: "stored" })).toThrow("leave weights or to out");
  });

  it("has no filter pictures for a concatenation", () => {
    expect(filterImages(small, "module")).toEqual({});
  });

  it("refuses layers that are none", () => {
    expect(() => grow(small, "next:0", { layers: [] })).toThrow("or at least one layer; got none");
    expect(() => grow(small, "next:0", { layers: ["nowhere"] })).toThrow("nowhere");
    expect(() => grow(small, "next:0", { layers: "all" as "modules" })).toThrow("modules");
    expect(() => grow(small, "next:0", { layers: "modules", weights: "stored" })).toThrow(
      "leave weights or layers out",
    );
    expect(() => downstream(small, "module:0", { layers: "modules" } as object)).toThrow("layers");
  });

  it("is read over the module below in the lab, or over the layer asked for", async () => {
    const look = { steps: 2, size: 16, count: 2 } as const;
    const sheet = await lab(small, "next:0", look);
    expect(sheet.unit).toEqual({ layer: "next", channel: 0 });
    expect(sheet.madeBy).toEqual({ layer: "c", channel: 0 });
    expect(sheet.expanded).toEqual({
      from: "module",
      via: ["pool", "reduce"],
      status: "approximate: relu let through",
    });
    expect(sheet.inputs.map(({ unit }) => unit.layer)).toEqual(["module", "module"]);
    expect(sheet.inputCount).toBe(3);
    expect(parse("lab", stringify(sheet))).toEqual(sheet);
    const near = await lab(small, "next:0", { ...look, from: "reduce" });
    expect(near.inputs.map(({ unit }) => unit.layer)).toEqual(["reduce", "reduce"]);
  });
});

describe("ResNet-50", () => {
  let net: Network;
  beforeAll(async () => {
    net = await open(resnet50, { preprocessing: "caffe" });
  });

  it("is read from block to block, with the kernels of the adjoint", async () => {
    const { edges } = grow(net, "add_4:20", { depth: 1, layers: "modules", width: 2 });
    expect(new Set(edges.map(({ from }) => from.layer))).toEqual(new Set(["add_3"]));
    const adjoint = await expand(net, "add_4:20", "activation_12", { engine: await wasmEngine({ threads: 1 }) });
    for (const { from, kernel } of edges) {
      const other = expandedKernel(adjoint, from.channel);
      const scale = Math.max(...kernel.data.map(Math.abs));
      expect(other.data).toHaveLength(kernel.data.length);
      kernel.data.forEach((w, i) => expect(Math.abs(w - other.data[i]!) / scale).toBeLessThan(1e-5));
    }
  });

  it("has its bottleneck edges verified with the rectifiers acting", async () => {
    const circuit = grow(net, "res3b_branch2b:20", { depth: 1, layers: "modules", width: 1 });
    expect(circuit.edges.map(({ from }) => from.layer)).toEqual(["add_3", "add_3"]);
    const tested = await verify(net, circuit, noise(1, 64), { size: 64, engine: await wasmEngine({ threads: 1 }) });
    for (const { rectifiers } of tested.edges) expect(rectifiers!.r2).toBeGreaterThan(1 - 1e-5);
  });
});

describe.skipIf(!hasShared)("GoogLeNet", () => {
  let net: Network;
  beforeAll(async () => {
    net = await open(shared("models", "googlenet-bvlc", "bvlc_googlenet.onnx"), { preprocessing: "caffe" });
  });

  it("has a car that reads windows above and wheels below, with the kernels of the adjoint", async () => {
    const { edges, nodes } = grow(net, "inception_4c_output:176", { depth: 1, layers: "modules", width: 2 });
    expect(nodes[0]!.madeBy).toEqual({ layer: "inception_4c_3x3", channel: 48 });
    expect(edges.slice(0, 2).map(({ from }) => formatUnit(from))).toEqual([
      "inception_4b_output:166",
      "inception_4b_output:138",
    ]);
    const rows = edges
      .slice(0, 2)
      .map(({ kernel: { data } }) => [0, 6].map((at) => data[at]! + data[at + 1]! + data[at + 2]!));
    expect(rows[0]![0]).toBeGreaterThan(0.2);
    expect(rows[0]![1]).toBeLessThan(-0.1);
    expect(rows[1]![0]).toBeLessThan(-0.05);
    expect(rows[1]![1]).toBeGreaterThan(0.2);
    const adjoint = await expand(net, "inception_4c_output:176", "inception_4b_output", {
      engine: await wasmEngine({ threads: 1 }),
    });
    for (const { from, kernel } of edges) {
      const scale = Math.max(...kernel.data.map(Math.abs));
      expandedKernel(adjoint, from.channel).data.forEach((w, i) =>
        expect(Math.abs(w - kernel.data[i]!) / scale).toBeLessThan(1e-5),
      );
    }
  });
});
