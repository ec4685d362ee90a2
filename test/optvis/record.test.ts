/** What is recorded of a picture is all that is needed to make it again. */
import { expect, it } from "vitest";
import { version } from "../../src/core/version.js";
import type { WasmEngine } from "../../src/engine/wasm/wasm.js";
import { fingerprint } from "../../src/network/fingerprint.js";
import { optimizer, param, transform } from "../../src/optvis/namespaces.js";
import type { Param } from "../../src/optvis/param/param.js";
import { visualize } from "../../src/optvis/visualize.js";
import { tiny } from "./tiny.js";

const { net, engine } = await tiny();

it("holds every setting, the model and the library", async () => {
  const {
    settings,
    engine: ran,
    model,
    library,
  } = await visualize(net, "second:0", {
    engine,
    seed: 9,
    size: [20, 24],
    steps: 2,
    param: param.laplacian({ levels: 2 }),
    transforms: [transform.crops({ count: 2, size: 20, sideStd: 0.3 })],
    optimizer: optimizer.rmsprop({ learningRate: 0.1, rho: 0.5 }),
  });
  expect(settings).toEqual({
    objective: "channel(second:0)",
    preset: "swift",
    steps: 2,
    stepsDone: 2,
    size: [20, 24],
    param: "laplacian(levels 2, std 0.01)",
    transforms: "crops(2, 0.5…0.5, size 20, sideStd 0.3)",
    optimizer: "rmsprop(0.1, rho 0.5)",
    redirectSteps: 17,
    plateau: 0,
    batch: 1,
    count: 1,
    seed: 9,
  });
  expect(ran).toEqual({ name: "wasm", arithmetic: (engine as WasmEngine).relaxed ? "fast, relaxed" : "fast" });
  expect(model).toMatchObject({ fingerprint: fingerprint(net), stated: net.input.stated });
  expect(model.preprocessing.name).toBe(net.input.preprocessing.name);
  expect(library).toBe(version);
});

it("makes a picture that stopped early again: steps are those planned, over which the rate changes", async () => {
  const look = { engine, size: 20, steps: 150, plateau: 0.5, seed: 2 } as const;
  const first = await visualize(net, "first:0", look);
  const { steps, stepsDone, plateau, seed, size } = first.settings;
  expect(stepsDone).toBeLessThan(steps);
  expect(first.history).toHaveLength(stepsDone);
  const again = await visualize(net, "first:0", { engine, steps, plateau, seed, size });
  expect(again).toEqual(first);
});

it.each<[string, string]>([
  [optimizer.adam().name, "adam(0.05)"],
  [optimizer.adam({ beta2: 0.9, epsilon: 1e-4 }).name, "adam(0.05, beta2 0.9, epsilon 0.0001)"],
  [optimizer.nadam({ learningRate: 1, peak: 2, beta1: 0.5 }).name, "nadam(1…2, beta1 0.5)"],
  [optimizer.rmsprop({ epsilon: 1e-3 }).name, "rmsprop(1, epsilon 0.001)"],
  [param.fourier().name, "fourier(std 0.01, decay 1)"],
  [param.fourier({ decay: 1.5, range: "clip" }).name, "fourier(std 0.01, decay 1.5, range clip)"],
  [param.pixels({ decorrelate: false }).name, "pixels(std 0.01, decorrelate false)"],
  [param.maco({ exponent: 2 }).name, "maco(exponent 2, std 1)"],
  [
    param.maco({ spectrum: { height: 8, width: 6, channels: 3, magnitudes: [] } }).name,
    "maco(spectrum of 8×6×3, std 1)",
  ],
  [param.shared().name, "shared(factor 4, std 0.01)"],
  [param.alpha(param.cppn()).name, "alpha(cppn(layers 8, width 24))"],
])("%s", (name, wanted) => {
  expect(name).toBe(wanted);
});

it("a parameterization of one's own is recorded by its name", async () => {
  const mine: Param = {
    name: "mine",
    prepare: ({ count, height, width, channels }) => ({
      start: () => new Float64Array(count * height * width * channels).fill(0.4),
      pictures: (data) => ({ count, height, width, channels, data: data.slice() }),
      adjoint: (gradient) => gradient.slice(),
    }),
  };
  const {
    settings,
    engine: ran,
    model,
    library,
  } = await visualize(net, "second:0", { engine, size: 20, steps: 1, param: mine });
  expect(settings.param).toBe("mine");
});
