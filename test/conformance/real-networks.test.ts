/** The gradient of every real network at hand, on every engine, against the definition. */
import { beforeAll, describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Engine, Volume } from "../../src/engine/engine.js";
import { compile, type Plan } from "../../src/engine/plan.js";
import { tfjsEngine } from "../../src/engine/tfjs/tfjs.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { open } from "../../src/node/open.js";
import { hasShared, shared } from "../load/shared.js";
import { gradientsFor } from "./compare.js";
import { volume } from "./scene.js";
import { drawsOf } from "./values.js";

// Before the last activation: behind a saturated softmax there is no gradient left to compare.
const networks: [model: string, layer: string, size: number][] = [
  ["vgg19-block1to3", "block3_conv4", 32],
  ["squeezenet1.0", "conv10", 64],
  ["resnet20-cifar10", "fc", 32],
  ["tinyvgg", "output", 64],
];

const engines: [name: string, make: () => Promise<Engine>][] = [
  ["tfjs-wasm", () => tfjsEngine()],
  ["wasm, exact", () => wasmEngine({ precision: "exact", threads: 1 })],
  ["wasm, exact, two threads", () => wasmEngine({ precision: "exact", threads: 2 })],
];

describe.skipIf(!hasShared)("the gradient of a real network", () => {
  describe.each(networks)("%s to %s at %i pixels", (model, layer, size) => {
    let plan: Plan;
    let input: Volume;
    let gradients: Float32Array[];
    let wanted: Float32Array;
    beforeAll(async () => {
      plan = compile(await open(shared("models", model)), [{ layer, preActivation: true }]);
      const random = drawsOf(size);
      input = volume([1, size, size, plan.channels], (length) => Float32Array.from({ length }, () => random.normal()));
      const reference = await cpuEngine().load(plan);
      gradients = gradientsFor(await reference.forward(input), 2);
      wanted = (await reference.backward(gradients)).data;
    }, 60_000);

    it.each(engines)("is on %s that of cpu, to 1e-5 of its length", async (_, make) => {
      const engine = await make();
      const executable = await engine.load(plan);
      await executable.forward(input);
      const got = (await executable.backward(gradients)).data;
      engine.dispose();
      expect(length(wanted)).toBeGreaterThan(0);
      expect(length(got.map((value, i) => value - wanted[i]!)) / length(wanted)).toBeLessThan(1e-5);
    });
  });
});

const length = (values: Float32Array): number => Math.hypot(...values);
