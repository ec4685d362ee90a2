import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compile } from "../../src/engine/plan.js";
import type { Network } from "../../src/network/network.js";
import { fittingSize, resizeTo } from "../../src/optvis/fitting-size.js";
import { neuron } from "../../src/optvis/objective/units.js";
import { unitObjective } from "../../src/optvis/unit-objective.js";
import { visualize } from "../../src/optvis/visualize.js";
import { conv, type Draft, network } from "../network/ops.js";
import { expectAdjoint, noise } from "./adjoint.js";

const softmax = { name: "softmax" } as const;

/** Convolution, pool, flatten, classes: runs at its own size only. */
function classifier([height, width]: readonly [number, number]): Network {
  const size = Math.floor((height - 2) / 2) * Math.floor((width - 2) / 2) * 4;
  const random = createRandom(3);
  const kernel = Float32Array.from({ length: size * 3 }, () => random.normal() / Math.sqrt(size));
  return network(
    [height, width, 3],
    [
      noisy(conv("conv", "image", [3, 3, 3, 4], { activation: { name: "relu" } })),
      { kind: "pool", name: "pool", inputs: ["conv"], mode: "max", size: [2, 2], strides: [2, 2], padding: "valid" },
      { kind: "reshape", name: "flat", inputs: ["pool"], output: [size] },
      {
        kind: "dense",
        name: "class",
        inputs: ["flat"],
        kernel,
        kernelShape: [size, 3],
        bias: null,
        activation: softmax,
      },
    ],
  );
}

/** Two halvings, two doublings and two skips: runs at multiples of four. */
function unet(): Network {
  const pool = (name: string, input: string): Draft => ({
    kind: "pool",
    name,
    inputs: [input],
    mode: "max",
    size: [2, 2],
    strides: [2, 2],
    padding: "valid",
  });
  const up = (name: string, input: string): Draft => ({
    kind: "upsample",
    name,
    inputs: [input],
    size: [2, 2],
    interpolation: "nearest",
  });
  return network(
    [16, 16, 3],
    [
      noisy(conv("a", "image", [3, 3, 3, 4], { padding: "same" })),
      pool("down1", "a"),
      noisy(conv("b", "down1", [3, 3, 4, 4], { padding: "same" })),
      pool("down2", "b"),
      up("up2", "down2"),
      { kind: "concat", name: "cat2", inputs: ["b", "up2"] },
      up("up1", "cat2"),
      { kind: "concat", name: "cat1", inputs: ["a", "up1"] },
      noisy(conv("mask", "cat1", [1, 1, 12, 2], { activation: softmax })),
    ],
  );
}

function noisy(draft: Draft): Draft {
  if (draft.kind !== "conv") return draft;
  const random = createRandom(draft.kernel.length);
  return { ...draft, kernel: draft.kernel.map(() => random.normal() / 3) };
}

const planFor = (net: Network, layer: string) => compile(net, [{ layer }]);

describe("the size at which a network runs", () => {
  it("is the network's own behind a head of fixed size", () => {
    const net = classifier([20, 28]);
    expect(fittingSize(planFor(net, "class"), [128, 128], net.input)).toEqual([20, 28]);
    expect(fittingSize(planFor(net, "class"), [22, 27], net.input)).toEqual([20, 28]);
    expect(fittingSize(planFor(net, "conv"), [22, 27], net.input)).toEqual([22, 27]);
  });

  it("is the nearest at which all skips join maps of one size, the larger of two", () => {
    const net = unet();
    const fit = (size: readonly [number, number]) => fittingSize(planFor(net, "mask"), size, net.input);
    expect(fit([64, 64])).toEqual([64, 64]);
    expect(fit([61, 67])).toEqual([60, 68]);
    expect(fit([66, 66])).toEqual([68, 68]);
  });
});

describe("resizing to it", () => {
  it.each([
    [9, 13],
    [16, 16],
    [5, 31],
  ])("to %d × %d has the exact adjoint", (height, width) => {
    const x = noise(2 * 12 * 14 * 3);
    const drawn = resizeTo({ count: 2, height: 12, width: 14, channels: 3, data: x }, [height, width]);
    const y = noise(drawn.output.data.length, 2);
    expectAdjoint(drawn.output.data, y, x, drawn.adjoint(y));
  });

  it("keeps a flat picture flat, and costs nothing at the same size", () => {
    const data = new Float64Array(6 * 6).fill(0.3);
    const flat = { count: 1, height: 6, width: 6, channels: 1, data };
    for (const value of resizeTo(flat, [11, 4]).output.data) expect(value).toBeCloseTo(0.3, 6);
    expect(resizeTo(flat, [6, 6]).output).toBe(flat);
  });
});

describe("pictures of classes and of networks with skips", () => {
  const options = { preset: "draft", steps: 24, engine: cpuEngine() } as const;

  it.each([
    [16, 16],
    [12, 20],
  ])("a class of a network of %d × %d climbs its logit at the network's own size", async (height, width) => {
    const net = classifier([height, width]);
    const picture = await visualize(net, "class:1", options);
    expect(picture.settings).toMatchObject({ size: [height, width], objective: "logit(class:1)" });
    expect(picture.value).toBeGreaterThan(Math.max(1, picture.history[0]!));
    const larger = await visualize(net, "class:1", { ...options, size: 40 });
    expect(larger.image).toMatchObject({ height: 40, width: 40 });
    expect(larger.value).toBeGreaterThan(larger.history[0]!);
  });

  it("a class of a mask climbs its mean before the softmax, at a size that was brought to fit", async () => {
    const net = unet();
    const picture = await visualize(net, "mask:1", { ...options, size: [22, 33] });
    expect(picture.settings.objective).toBe('channel(mask:1, {"preActivation":true})');
    expect(picture.image).toMatchObject({ height: 22, width: 33 });
    expect(picture.value).toBeGreaterThan(picture.history[0]!);
    expect((await visualize(net, neuron("mask:0"), { ...options, size: "auto" })).settings.size).toEqual([16, 16]);
  });

  it("a unit that no softmax follows climbs its activation", () => {
    expect(unitObjective(unet(), { layer: "b", channel: 2 }, "neuron").name).toBe("neuron(b:2)");
    expect(unitObjective(unet(), { layer: "b", channel: 2 }, "channel").name).toBe("channel(b:2)");
  });
});
