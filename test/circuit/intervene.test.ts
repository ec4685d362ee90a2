/** Editing, verifying, attributing: on networks small enough for paper, and on real ones. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { attribution } from "../../src/circuit/attribution.js";
import { contributionsOf } from "../../src/circuit/contribution.js";
import { ablate, edit } from "../../src/circuit/edit.js";
import { faithfulness } from "../../src/circuit/faithfulness.js";
import { verify } from "../../src/circuit/verify.js";
import { createImage, type Image } from "../../src/core/image.js";
import type { DatasetItem } from "../../src/dataset/dataset.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { fingerprint } from "../../src/network/fingerprint.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { inputs } from "../../src/weights/inputs.js";
import { slice } from "../../src/weights/slice.js";
import { drawsOf } from "../conformance/values.js";
import { hasShared, resnet50, shared } from "../load/shared.js";

const random = drawsOf(11);
const picture = (size: number): Image =>
  createImage(
    size,
    size,
    3,
    Float32Array.from({ length: size * size * 3 }, () => 0.5 + 0.2 * random.normal()),
  );
const pictures = (count: number, size: number): DatasetItem[] =>
  Array.from({ length: count }, (_, i) => ({ id: `noise ${i}`, image: picture(size) }));

/** Of each network a unit behind plain, branched, squeezed or residual ways. */
const cases: [name: string, path: string, unit: string, size: number][] = [
  ["ResNet-50", resnet50, "res3b_branch2b:20", 96],
  ["ResNet-50 behind 1 × 1", resnet50, "res2b_branch2c:3", 64],
];
if (hasShared) {
  cases.push(
    ["VGG-19", shared("models", "vgg19-block1to3"), "block2_conv1:9", 48],
    ["SqueezeNet behind a concatenation", shared("models", "squeezenet1.0"), "fire3_squeeze:4", 64],
    ["SqueezeNet in a branch", shared("models", "squeezenet1.0"), "fire3_e3x3:5", 64],
  );
}

describe.each(cases)("%s", (_, path, unit, size) => {
  let net: Network;
  beforeAll(async () => {
    net = await open(path, { preprocessing: "caffe" });
  });

  it("is itself after an edit to the weights it has", () => {
    const strongest = inputs(net, unit, { count: 3 });
    const same = edit(net, [
      ...strongest.map(({ kernel }) => ({ to: kernel.to, from: kernel.from, weights: kernel.data })),
      { to: unit, weights: slice(net, unit).data, bias: slice(net, unit).bias },
    ]);
    for (const { kernel } of strongest) {
      const again = slice(same, kernel.to, kernel.from).data;
      again.forEach((w, i) => expect(w).toBeCloseTo(kernel.data[i]!, 5));
    }
    expect(slice(same, unit).bias).toBeCloseTo(slice(net, unit).bias, 4);
  });

  it.each(["ablate", "perturb"] as const)(
    "has edges whose prediction a %s bears out, to 1e-4",
    async (intervention) => {
      const edges = inputs(net, unit, { count: 3 }).map(({ kernel }) => kernel);
      const {
        r2,
        edges: tested,
        pictures: shown,
      } = await verify(net, { edges }, pictures(2, size), { intervention, size });
      expect(shown).toBe(2);
      expect(tested).toHaveLength(3);
      expect(tested.every(({ reason }) => reason === null)).toBe(true);
      expect(Math.max(...tested.map(({ worst }) => worst!))).toBeLessThan(intervention === "ablate" ? 1e-4 : 1e-3);
      expect(r2).toBeGreaterThan(0.9999);
      for (const { points } of tested) for (const { measured } of points) expect(measured).not.toBeNaN();
    },
  );

  it("has a value that is the sum of what its inputs gave, and the bias", async () => {
    const { value, base, parts, method } = await attribution(net, unit, picture(size));
    expect(method).toBe("exact");
    const sum = parts.reduce((total, { contribution }) => total + contribution, base);
    const scale = parts.reduce((total, { contribution }) => total + Math.abs(contribution), 0);
    expect(Math.abs(sum - value) / scale).toBeLessThan(1e-5);
    expect(Math.abs(parts[0]!.contribution)).toBeGreaterThanOrEqual(Math.abs(parts.at(-1)!.contribution));
  });
});

describe("edits", () => {
  let net: Network;
  beforeAll(async () => {
    net = await open(resnet50, { preprocessing: "caffe" });
  });
  const to = "res2a_branch2b:7";

  it("keep only what is positive, or negative, as the network uses it", () => {
    const before = slice(net, to).data;
    const positive = slice(edit(net, [{ to, weights: "positive" }]), to).data;
    const negative = slice(edit(net, [{ to, weights: "negative" }]), to).data;
    before.forEach((w, i) => {
      expect(positive[i]).toBeCloseTo(Math.max(w, 0), 6);
      expect(negative[i]).toBeCloseTo(Math.min(w, 0), 6);
    });
  });

  it("mute a unit: nothing reaches it and it says nothing", () => {
    const muted = slice(edit(net, [ablate(to)]), to);
    expect(muted.data.every((w) => w === 0)).toBe(true);
    expect(muted.bias).toBeCloseTo(0, 5);
  });

  it("leave every other unit, and the network they come from, alone", () => {
    const print = fingerprint(net);
    fc.assert(
      fc.property(fc.nat(63), fc.nat(63), (channel, other) => {
        fc.pre(channel !== other);
        const edited = edit(net, [{ to: { layer: "res2a_branch2b", channel }, weights: "zero" }]);
        const unit = { layer: "res2a_branch2b", channel: other };
        expect(slice(edited, unit)).toEqual(slice(net, unit));
      }),
      { numRuns: 20 },
    );
    expect(fingerprint(net)).toBe(print);
  });

  it.each<[string, object, string]>([
    [
      "weights of another number",
      { to, weights: [1, 2] },
      'the weights of "res2a_branch2b:7" are 576 numbers here; got 2',
    ],
    [
      "a word that is none",
      { to, weights: "none" },
      'changes[0].weights is "zero", "positive", "negative", { scale } or numbers',
    ],
    ["a bias that is none", { to, bias: Number.NaN }, "changes[0].bias is a number"],
    ["a unit that does not feed it", { to, from: "res2b_branch2a:0", weights: "zero" }, "does not feed"],
    ["a layer without weights", { to: "add_1:0", weights: "zero" }, "has no weights to read"],
  ])("of %s are refused", (_, change, message) => {
    expect(() => edit(net, [change as never])).toThrow(message);
  });
});

describe("faithfulness", () => {
  it("is whole with all edges, and rises sooner by size than by chance", async () => {
    const net = await open(resnet50, { preprocessing: "caffe" });
    const unit = "res2a_branch2b:7";
    const edges = inputs(net, unit).map(({ kernel }) => kernel);
    const photos = pictures(2, 48);
    const engine = await wasmEngine({ threads: 1 });
    const curves = [];
    for (const order of ["magnitude", "attribution", "random"] as const) {
      curves.push(await faithfulness(net, { edges }, unit, photos, { order, engine, size: 48 }));
    }
    engine.dispose();
    for (const { points } of curves) {
      expect(points.at(-1)).toMatchObject({ kept: 1, edges: 64 });
      expect(points.at(-1)!.correlation).toBeCloseTo(1, 6);
    }
    expect(curves[0]!.area).toBeGreaterThan(curves[2]!.area);
    expect(curves[1]!.area).toBeGreaterThan(curves[2]!.area);
  });

  it("refuses shares that are none, and an order that is none", async () => {
    const net = await open(resnet50, { preprocessing: "caffe" });
    const edges = inputs(net, "res2a_branch2b:7", { count: 1 }).map(({ kernel }) => kernel);
    const run = (options: object): Promise<unknown> =>
      faithfulness(net, { edges }, "res2a_branch2b:7", pictures(1, 32), options);
    await expect(run({ keep: [0] })).rejects.toThrow("keep[0] is a number above 0 to 1; got 0");
    await expect(run({ order: "size", size: 32 })).rejects.toThrow('order is "magnitude", "attribution" or "random"');
  });
});

describe("attribution from a layer by slopes", () => {
  it("is, from the layer that is read, what the exact sum says", async () => {
    const net = await open(resnet50, { preprocessing: "caffe" });
    const image = picture(64);
    const unit = "bn2a_branch2b:7";
    const exact = await attribution(net, unit, image);
    const from = contributionsOf(net, unit).contributions[0]!.read[0]!.layer;
    for (const path of [undefined, 1, 4]) {
      const slopes = await attribution(net, unit, image, { from, path });
      expect(slopes.method).toBe(path === undefined ? "gradient × activation" : "integrated gradient");
      expect(slopes.base).toBeCloseTo(exact.base, 4);
      expect(slopes.at).toEqual(exact.at);
      const sizes = exact.parts.map(({ contribution }) => Math.abs(contribution));
      slopes.parts.forEach(({ contribution }, i) => {
        expect(Math.abs(Math.abs(contribution) - sizes[i]!)).toBeLessThan(1e-3 * sizes[0]!);
      });
    }
    await expect(attribution(net, unit, image, { from, path: 0 })).rejects.toThrow("path is a whole number from 1");
    await expect(attribution(net, unit, image, { at: [99, 0] })).rejects.toThrow("place (99, 0) is outside of the map");
    await expect(attribution(net, unit, image, { from: "res2b_branch2a" })).rejects.toThrow(
      '"bn2a_branch2b" does not read "res2b_branch2a"',
    );
  });
});
