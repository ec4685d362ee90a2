import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { layout } from "../../src/engine/layout.js";
import { compile, type Target } from "../../src/engine/plan.js";
import { createNetwork } from "../../src/network/network.js";
import { preprocessing } from "../../src/network/preprocessing.js";
import { resnet } from "../conformance/networks.js";
import { drawsOf, lattice } from "../conformance/values.js";

const kinds = (targets: readonly Target[]): string[] => compile(resnet(1), targets).steps.map((step) => step.kind);

describe("compile", () => {
  it("leads to the target and no further", () => {
    expect(kinds([{ layer: "conv1" }])).toEqual(["conv"]);
    expect(kinds([{ layer: "zeros" }])).toEqual(["pad"]);
  });

  it("merges zeros, convolution and activation into one step", () => {
    const [step] = compile(resnet(1), [{ layer: "conv1" }]).steps;
    expect(step).toMatchObject({
      kind: "conv",
      padding: { top: 1, bottom: 1, left: 1, right: 1 },
      activation: { name: "relu" },
      inputs: [0],
      output: 1,
    });
  });

  it("folds a batch norm and its rectifier into the convolution before them", () => {
    expect(kinds([{ layer: "relu2" }])).toEqual(["conv", "conv"]);
  });

  it("fuses a rectifier with the sum before it", () => {
    expect(kinds([{ layer: "relu3" }])).toEqual(["conv", "conv", "conv", "add"]);
  });

  it("keeps a value that is asked for", () => {
    expect(kinds([{ layer: "relu2" }, { layer: "conv2" }])).toEqual(["conv", "conv", "affine"]);
  });

  it("keeps the value before a layer's own activation apart when it is the target", () => {
    const plan = compile(resnet(1), [{ layer: "conv1", preActivation: true }]);
    expect(plan.steps).toMatchObject([{ kind: "conv", activation: { name: "linear" } }]);
    expect(
      compile(resnet(1), [{ layer: "conv1", preActivation: true }, { layer: "conv1" }]).steps.map((s) => s.kind),
    ).toEqual(["conv", "activation"]);
  });

  it("keeps a batch norm that reads several branches", () => {
    expect(kinds([{ layer: "norm4" }]).at(-1)).toBe("affine");
  });

  it("computes only the channels of a target convolution that are asked for", () => {
    const plan = compile(resnet(1), [{ layer: "mixed", channels: [3, 1] }]);
    expect(plan.steps.at(-1)).toMatchObject({ weights: { shape: [1, 1, 9, 2] } });
    expect(plan.targets).toEqual([{ value: plan.values - 1, channels: [1, 0] }]);
  });

  it("makes the weights of a network once, so that engines can recognise them", () => {
    const net = resnet(1);
    const weights = () =>
      compile(net, [{ layer: "mixed", channels: [2] }]).steps.map((step) => ("weights" in step ? step.weights : null));
    weights().forEach((kernel, i) => expect(kernel).toBe(weights()[i]));
  });

  it("computes folded what it computes unfolded", async () => {
    const layers = [
      "conv1",
      "conv2",
      "norm2",
      "relu2",
      "conv3",
      "norm3",
      "sum",
      "relu3",
      "pool",
      "mean",
      "branch",
      "norm4",
      "mixed",
    ];
    const run = async (seed: number, targets: readonly Target[]) => {
      const executable = await cpuEngine().load(compile(resnet(seed), targets));
      const outputs = await executable.forward({
        count: 1,
        height: 11,
        width: 12,
        channels: 3,
        data: lattice(drawsOf(seed), 11 * 12 * 3),
      });
      return outputs.at(-1)!.data;
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), async (seed) => {
        const folded = await run(seed, [{ layer: "mixed" }]);
        const unfolded = await run(
          seed,
          layers.map((layer) => ({ layer })),
        );
        const top = Math.max(...folded.map(Math.abs));
        folded.forEach((value, i) => expect(Math.abs(value - unfolded[i]!)).toBeLessThan(1e-4 * top));
      }),
      { seed: 1, numRuns: 10 },
    );
  });

  it("refuses a unit outside its layer, and a layer it does not know", () => {
    expect(() => compile(resnet(1), [{ layer: "mixed", channels: [5] }])).toThrow(
      'layer "mixed" has units 0 to 4; got 5',
    );
    expect(() => compile(resnet(1), [{ layer: "mixd" }])).toThrow('no layer is called "mixd"');
  });

  it("refuses by name to compute through a layer it cannot compute", () => {
    const at = (name: string, inputs: string[]) => ({ name, layer: name, inputs, output: [null, null, 3] });
    const net = createNetwork(
      "odd",
      [
        { kind: "input", ...at("image", []) },
        {
          kind: "opaque",
          ...at("warp", ["image"]),
          className: "Warp",
          reason: "its class is not known",
          parameters: 0,
        },
        { kind: "activation", ...at("relu", ["warp"]), activation: { name: "relu" } },
      ],
      { shape: [null, null, 3], preprocessing: preprocessing("unit"), stated: true },
    );
    expect(() => compile(net, [{ layer: "relu" }])).toThrow('layer "warp" (Warp) cannot be computed');
  });
});

describe("layout", () => {
  it("gives every value its size", () => {
    const plan = compile(resnet(1), [{ layer: "mixed" }]);
    expect(layout(plan, 9, 12).shapes.map(([h, w, c]) => `${h}×${w}×${c}`)).toEqual([
      "9×12×3",
      "5×6×6",
      "5×6×6",
      "5×6×6",
      "5×6×6",
      "3×3×6",
      "3×3×6",
      "3×3×3",
      "3×3×9",
      "3×3×9",
      "3×3×5",
    ]);
  });

  it("names the layer for which an image is too small", () => {
    const plan = compile(resnet(1), [{ layer: "conv1" }]);
    expect(() =>
      layout(
        { ...plan, steps: plan.steps.map((s) => (s.kind === "conv" ? { ...s, padding: "valid" as const } : s)) },
        2,
        9,
      ),
    ).toThrow('an image of 2×9 is too small: "conv1" would have nothing to put out');
  });
});
