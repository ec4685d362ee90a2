import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Network } from "../../src/network/network.js";
import { neuron } from "../../src/optvis/objective/units.js";
import { fittedTo, preset } from "../../src/optvis/preset.js";
import type { Transform } from "../../src/optvis/transform/transform.js";
import { visualize } from "../../src/optvis/visualize.js";
import { conv, network } from "../network/ops.js";

const engine = cpuEngine();

/** One rectified convolution of random weights, and its largest value over all pictures in 0…1: linear in every pixel. */
function firstLayer(size: number): { net: Network; optimum: number[] } {
  const random = createRandom(size);
  const units = 3;
  const kernel = Float32Array.from({ length: size * size * 3 * units }, () => random.normal());
  const net = network(
    [32, 32, 3],
    [conv("conv", "image", [size, size, 3, units], { kernel, padding: "same", activation: { name: "relu" } })],
  );
  const optimum = Array.from({ length: units }, (_, unit) =>
    kernel.reduce((sum, weight, at) => (at % units === unit ? sum + Math.max(0, weight) : sum), 0),
  );
  return { net, optimum };
}

describe("pictures of units with small receptive fields", () => {
  it.each([3, 7])("reach the known optimum of a first layer with kernels of side %d", async (size) => {
    const { net, optimum } = firstLayer(size);
    for (const name of ["swift", "draft"] as const) {
      for (const [channel, best] of optimum.entries()) {
        const { value } = await visualize(net, neuron(`conv:${channel}`), { preset: name, size: 32, engine });
        expect(value).toBeGreaterThan(0.95 * best);
        expect(value).toBeLessThanOrEqual(best * (1 + 1e-6));
      }
    }
  });

  it("are not moved up to 16 pixels, and moved in proportion up to 32", () => {
    const names = (field: number): string[] => fittedTo("lucid", field).transforms.map(({ name }) => name);
    expect(names(16)).toEqual([]);
    expect(names(24).slice(0, 2)).toEqual(["pad(6, 0.5)", "jitter(4)"]);
    expect(names(32)).toEqual(preset("lucid").transforms.map(({ name }) => name));
    expect(names(Number.POSITIVE_INFINITY)).toEqual(names(32));
    expect(fittedTo("maco", 3).transforms.map(({ name }) => name)).toEqual(
      preset("maco").transforms.map(({ name }) => name),
    );
  });

  it("record what made them, and give way to settings of the caller", async () => {
    const { net } = firstLayer(3);
    const own = { preset: "draft", size: 32, steps: 2, engine } as const;
    const fitted = await visualize(net, "conv:0", own);
    expect(fitted.settings).toMatchObject({ transforms: "none", param: "pixels(std 0.01, decorrelate false)" });
    const asked = await visualize(net, "conv:0", { ...own, ...preset("draft"), size: 32, steps: 2 });
    expect(asked.settings.transforms).toBe(
      preset("draft")
        .transforms.map(({ name }) => name)
        .join(" → "),
    );
  });

  it("are weak when only the moved pictures excited the unit", async () => {
    const net = network(
      [8, 8, 1],
      [
        conv("conv", "image", [1, 1, 1, 1], {
          kernel: Float32Array.of(1),
          bias: Float32Array.of(-2),
          activation: { name: "relu" },
        }),
      ],
    );
    const bright: Transform = {
      name: "bright",
      apply: (pictures) => ({
        output: { ...pictures, data: pictures.data.map((value) => 8 * value) },
        adjoint: (gradient) => gradient.map((value) => 8 * value),
      }),
    };
    const options = { preset: "draft", size: 8, steps: 8, engine } as const;
    expect((await visualize(net, "conv:0", { ...options, transforms: [bright] })).status).toBe("weak");
    expect((await visualize(net, "conv:0", { ...options, transforms: [] })).status).toBe("dead");
  });
});
