import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compile } from "../../src/engine/plan.js";
import { openAny } from "../../src/load/open.js";
import { fingerprint } from "../../src/network/fingerprint.js";
import { randomModel } from "./random-networks.js";
import { expectClose, expectSameAsTfjs, noise, randomize, saved, tfjsCounts, tfl } from "./tfjs.js";

describe("a random functional model", () => {
  it("computes what tfjs computes, layer for layer of equal parameter count", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, fc.nat(1000), async (model, seed) => {
        const net = await expectSameAsTfjs(model, seed);
        for (const [name, count] of tfjsCounts(model))
          expect([name, net.layer(name).parameters]).toEqual([name, count]);
        model.dispose();
      }),
      { numRuns: 60 },
    );
  });

  it("is the same network from memory and from what it saves", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, async (model) => {
        const artifacts = await saved(model);
        const [memory, file] = [await openAny(model, {}), await openAny({ load: () => artifacts }, {})];
        expect(fingerprint(file)).toBe(fingerprint(memory));
        expect(file.layers).toEqual(memory.layers);
        model.dispose();
      }),
      { numRuns: 25 },
    );
  });
});

describe("batch norm folded into the layer before it", () => {
  it("computes what it computes unfolded, within 1e-4 of the largest value", async () => {
    const args = { filters: 4, kernelSize: 3, padding: "same" as const };
    const kinds = fc.constantFrom(
      () => tfl.layers.conv2d({ name: "before", ...args }),
      () => tfl.layers.conv2d({ name: "before", ...args, useBias: false }),
      () => tfl.layers.depthwiseConv2d({ name: "before", kernelSize: 3, depthMultiplier: 2 }),
      () => tfl.layers.separableConv2d({ name: "before", ...args }),
    );
    await fc.assert(
      fc.asyncProperty(kinds, fc.boolean(), fc.boolean(), fc.nat(1000), async (kind, scale, center, seed) => {
        const model = tfl.sequential({
          layers: [
            tfl.layers.inputLayer({ inputShape: [6, 7, 3] }),
            kind(),
            tfl.layers.batchNormalization({ name: "norm", scale, center }),
          ],
        });
        const net = await openAny(randomize(model, seed), {});
        const folded = compile(net, [{ layer: "norm" }]);
        // Asking for the value before the norm keeps the two apart.
        const unfolded = compile(net, [{ layer: "norm" }, { layer: "before" }]);
        expect([folded, unfolded].map((plan) => plan.steps.some((step) => step.kind === "affine"))).toEqual([
          false,
          true,
        ]);
        const input = { count: 1, height: 6, width: 7, channels: 3, data: noise(6 * 7 * 3, seed) };
        const run = async (plan: typeof folded): Promise<Float32Array> =>
          (await (await cpuEngine().load(plan)).forward(input))[0]!.data;
        expectClose(await run(folded), await run(unfolded), 1e-4);
        model.dispose();
      }),
      { numRuns: 40 },
    );
  });
});
