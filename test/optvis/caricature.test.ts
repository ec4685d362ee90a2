/** Caricatures and inversions of an image: it goes the way of the picture, through the same draws of the same transforms. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createImage, type Image } from "../../src/core/image.js";
import type { Engine } from "../../src/engine/engine.js";
import { compile } from "../../src/engine/plan.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { objective, param, transform } from "../../src/optvis/namespaces.js";
import { toInput } from "../../src/optvis/preprocess.js";
import type { PresetName } from "../../src/optvis/preset.js";
import { preset } from "../../src/optvis/preset.js";
import { visualize } from "../../src/optvis/visualize.js";
import { writeTiny } from "../built/tiny.js";
import { noise } from "./adjoint.js";

const folder = mkdtempSync(join(tmpdir(), "convlens-caricature-"));
let net: Network;
let engine: Engine;
beforeAll(async () => {
  net = await open(writeTiny(folder));
  engine = await wasmEngine({ threads: 1, precision: "exact" });
});
afterAll(() => {
  engine.dispose();
  rmSync(folder, { recursive: true });
});

/** Stripes and a spot. */
const photo: Image = createImage(
  32,
  32,
  3,
  Float32Array.from({ length: 3072 }, (_, i) => {
    const [y, x, c] = [Math.floor(i / 96), Math.floor(i / 3) % 32, i % 3];
    return 0.5 + 0.3 * Math.sin(0.7 * x + 0.3 * y * c) + (Math.hypot(y - 9, x - 20) < 5 ? 0.2 : 0);
  }),
);

async function activationsOf(layer: string, image: Image): ReturnType<typeof forward> {
  return forward(layer, image);
}
async function forward(layer: string, { height, width, channels, data }: Image) {
  const executable = await engine.load(compile(net, [{ layer }]));
  const [map] = await executable.forward(toInput({ count: 1, height, width, channels, data }, net.input));
  executable.dispose();
  return map!;
}

describe.each(["swift", "lucid", "draft", "maco", "classic"] satisfies PresetName[])("with the preset %s", (preset) => {
  // Many crops are slow, and small ones are crops as well.
  const crops = { transforms: [transform.crops({ count: 2, size: 24, side: [0.6, 0.4] })] };
  const short = { preset, size: 32, seed: 1, ...(preset === "maco" ? crops : {}) } as const;

  it.each([
    ["a caricature of an image", () => objective.caricature("second", photo, { cosinePower: 1 })],
    ["less of the difference from an image", () => objective.activationDifference("first", photo).times(-1)],
  ] as const)("%s rises", async (_, goal) => {
    const first = await visualize(net, goal(), { ...short, engine, steps: 1 });
    const last = await visualize(net, goal(), { ...short, engine, steps: 24 });
    expect(last.value).toBeGreaterThan(first.value);
    expect(last.status).toBe("alive");
  });
});

describe("an image beside the picture", () => {
  /** A picture that is the photograph, and stays it. */
  const same = {
    name: "the photograph",
    prepare: ({ count }: { count: number }) => ({
      start: () => new Float64Array(1),
      pictures: () => ({
        count,
        height: 32,
        width: 32,
        channels: 3,
        data: Float64Array.from({ length: count * 3072 }, (_, i) => photo.data[i % 3072]!),
      }),
      adjoint: () => new Float64Array(1),
    }),
  };

  it.each([
    ["a pad and a turn", [transform.pad(3), transform.jitter(5), transform.rotate([-10, 20])]],
    ["three crops", [transform.crops({ count: 3, size: 20 }), transform.noise(0.1)]],
  ])("is moved as the picture is, through %s: of the same picture nothing differs", async (_, transforms) => {
    const goal = objective.activationDifference("first", photo);
    const { history } = await visualize(net, goal, { size: 32, steps: 5, engine, param: same, transforms });
    expect(Math.max(...history)).toBeLessThan(1e-6);
    const two = await visualize(net, [goal, objective.channel("first:0")], {
      size: 32,
      steps: 5,
      engine,
      param: same,
      transforms,
    });
    expect(Math.max(...two[0]!.history)).toBeLessThan(1e-6);
    expect(two[1]!.history[0]).toBeGreaterThan(1e-3);
  });

  it("is each term's own", async () => {
    const other = createImage(
      32,
      32,
      3,
      Float32Array.from(noise(3072, 3, 0.1), (v) => 0.5 + v),
    );
    const look = { size: 32, steps: 1, engine, param: same, transforms: [] } as const;
    const [mine, its] = await visualize(
      net,
      [objective.activationDifference("first", photo), objective.activationDifference("first", other)],
      look,
    );
    expect(mine!.value).toBeLessThan(1e-6);
    const [a, b] = [await activationsOf("first", photo), await activationsOf("first", other)];
    const mean = a.data.reduce((sum, v, i) => sum + Math.abs(v - b.data[i]!), 0) / a.data.length;
    expect(its!.value).toBeCloseTo(mean, 5);
  });

  it("climbs as its activations do where nothing moves", async () => {
    const look = { size: 32, steps: 6, engine, transforms: [], param: param.fourier() } as const;
    const answer = await activationsOf("second", photo);
    const byImage = await visualize(net, objective.caricature("second", photo), look);
    const byActivations = await visualize(net, objective.caricature("second", answer), look);
    expect(byImage.image.data).toEqual(byActivations.image.data);
    expect(byImage.value).toBeCloseTo(byActivations.value, 5);
  });

  it("survives JSON", async () => {
    const look = { size: 32, steps: 4, engine, seed: 4 } as const;
    const goal = objective.caricature("second", photo).minus(objective.activationDifference("first", photo));
    const back = objective.from(JSON.parse(JSON.stringify(goal)));
    expect((await visualize(net, back, look)).image).toEqual((await visualize(net, goal, look)).image);
  });
});

describe("refused in a sentence is", () => {
  it("an image of another size, with what to do", async () => {
    await expect(visualize(net, objective.caricature("second", photo), { size: 40, engine })).rejects.toThrow(
      "the image to compare with is 32×32×3, the picture 40×40×3; give the image that size, or set size to its height and width",
    );
  });

  it("a list of activations whose map transforms changed, with what to do", async () => {
    const answer = await activationsOf("second", photo);
    const look = { size: 32, steps: 2, engine, transforms: preset("swift").transforms } as const;
    await expect(visualize(net, objective.caricature("second", answer), look)).rejects.toThrow(
      /the activations given for "second" are 32×32×2, its map here is \d+×\d+×2; give the image they are of instead/,
    );
    await expect(visualize(net, objective.activationDifference("second", [...answer.data]), look)).rejects.toThrow(
      /the activations given for "second" are 2048 numbers, its map here is/,
    );
  });
});
