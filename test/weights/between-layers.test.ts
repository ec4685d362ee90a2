/** Weights between layers that are not neighbours: against kernels multiplied by hand, and on GoogLeNet's car. */
import { describe, expect, it } from "vitest";
import { expand } from "../../src/circuit/expand.js";
import { formatUnit } from "../../src/core/unit.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { open } from "../../src/node/open.js";
import { inputs } from "../../src/weights/inputs.js";
import { slice } from "../../src/weights/slice.js";
import { drawsOf } from "../conformance/values.js";
import { hasShared, shared } from "../load/shared.js";
import { conv, network } from "../network/ops.js";

const draws = drawsOf(9);
const random = (length: number): Float32Array => Float32Array.from({ length }, () => draws.normal());
const relu = { name: "relu" } as const;
const [narrow, wide] = [random(8), random(54)];
/** A module: a 1 × 1 branch beside a bottleneck of two channels before a 3 × 3 convolution, joined. */
const net = network(
  [9, 9, 3],
  [
    conv("a", "image", [1, 1, 3, 4], { kernel: random(12), activation: relu }),
    conv("one", "a", [1, 1, 4, 2], { kernel: random(8), activation: relu }),
    conv("reduce", "a", [1, 1, 4, 2], { kernel: narrow, activation: relu }),
    conv("three", "reduce", [3, 3, 2, 3], { kernel: wide, padding: "same", activation: relu }),
    { kind: "concat", name: "joined", inputs: ["one", "three"] },
  ],
);

describe("weights through a bottleneck", () => {
  it("are the kernels multiplied, for every unit of the layer, with shares over all of them", () => {
    const found = inputs(net, "joined:3", { from: "a" });
    expect(found.map(({ unit }) => formatUnit(unit)).sort()).toEqual(["a:0", "a:1", "a:2", "a:3"]);
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    for (const { unit, kernel, via, expanded } of found) {
      expect([formatUnit(kernel.to), kernel.height, kernel.width]).toEqual(["three:1", 3, 3]);
      expect(via).toEqual(["reduce"]);
      expect(expanded!.status).toBe("approximate: relu let through");
      kernel.data.forEach((w, tap) => {
        const ways = [0, 1].map((m) => narrow[unit.channel * 2 + m]! * wide[(tap * 2 + m) * 3 + 1]!);
        expect(w).toBeCloseTo(ways[0]! + ways[1]!, 5);
      });
      expect(slice(net, "joined:3", unit).data).toEqual(kernel.data);
      expect(slice(net, "joined:3", unit).expanded).toEqual(expanded);
    }
    const sizes = found.map(({ strength }) => strength);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it("say how far the ways cancel", async () => {
    const { cancellation } = await expand(net, "joined:3", "a", { engine: cpuEngine() });
    for (const { unit, expanded } of inputs(net, "joined:3", { from: "a" }))
      expect(expanded!.cancellation).toBeCloseTo(cancellation[unit.channel]!, 5);
  });

  it("to the layer that is read are exact, and the weights themselves", () => {
    const direct = inputs(net, "three:0");
    const found = inputs(net, "three:0", { from: "reduce" });
    expect(found.map(({ kernel }) => kernel.data)).toEqual(direct.map(({ kernel }) => kernel.data));
    expect(found.every(({ expanded }) => expanded!.status === "exact")).toBe(true);
    expect(slice(net, "three:0", "reduce:1").expanded).toBeUndefined();
  });

  it("are refused where no way leads, or where stored weights are asked for", () => {
    expect(() => inputs(net, "one:0", { from: "reduce" })).toThrow('does not read "reduce"');
    expect(() => slice(net, "one:0", "reduce:0")).toThrow('"reduce:0" does not feed "one:0"');
    expect(() => inputs(net, "joined:3", { from: "a", weights: "stored" })).toThrow("are folded");
    expect(() => slice(net, "joined:3", "a:0", { weights: "stored" })).toThrow("does not feed");
  });
});

describe.skipIf(!hasShared)("the car of GoogLeNet, inception_4c_output:176", () => {
  it("reads windows above and a wheel below, by name of the modules' outputs", async () => {
    const googlenet = await open(shared("models", "googlenet-bvlc", "bvlc_googlenet.onnx"), { preprocessing: "caffe" });
    const car = googlenet.layers.find(({ name }) => /inception_4c.output/.test(name))!.name;
    const below = googlenet.layers.find(({ name }) => /inception_4b.output/.test(name))!.name;
    const found = inputs(googlenet, `${car}:176`, { from: below });
    expect(found).toHaveLength(512);
    const halves = (channel: number): [above: number, below: number] => {
      const { data, height, width } = found.find(({ unit }) => unit.channel === channel)!.kernel;
      const rows = Array.from({ length: height }, (_, y) =>
        data.subarray(y * width, (y + 1) * width).reduce((a, b) => a + b),
      );
      const middle = (height - 1) / 2;
      return [rows.filter((_, y) => y < middle), rows.filter((_, y) => y > middle)].map((part) =>
        part.reduce((a, b) => a + b, 0),
      ) as [number, number];
    };
    const [cabin, wheel] = [halves(166), halves(138)];
    console.log(
      `166 ${cabin.map((w) => w.toFixed(3))}; 138 ${wheel.map((w) => w.toFixed(3))}; first ${found
        .slice(0, 6)
        .map(({ unit, share }) => `${unit.channel} ${share.toFixed(4)}`)
        .join(", ")}`,
    );
    expect(cabin[0]).toBeGreaterThan(0.1);
    expect(cabin[1]).toBeLessThan(-0.05);
    expect(wheel[0]).toBeLessThan(-0.03);
    expect(wheel[1]).toBeGreaterThan(0.1);
    expect(found.findIndex(({ unit }) => unit.channel === 166)).toBe(0);
  });
});
