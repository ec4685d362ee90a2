/** Activation maps and class-activation maps: by hand, against each other, on ResNet-50, and what is refused. */
import { describe, expect, it } from "vitest";
import { createImage } from "../../src/core/image.js";
import { createRandom } from "../../src/core/random.js";
import { activations } from "../../src/dataset/activations.js";
import { cam, gradCAM } from "../../src/dataset/cam.js";
import { fitToInput } from "../../src/dataset/fit-to-input.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { linear } from "../../src/network/ops.js";
import { open } from "../../src/node/open.js";
import { resnet50 } from "../load/shared.js";
import { conv, type Draft, network } from "../network/ops.js";

const engine = cpuEngine();
const relu = { name: "relu" } as const;
const mean: Draft = { kind: "globalPool", name: "mean", inputs: ["maps"], mode: "average" };
const dense = (input: string, kernel: readonly number[], outputs: number): Draft => ({
  kind: "dense",
  name: "classes",
  inputs: [input],
  kernel: Float32Array.from(kernel),
  kernelShape: [kernel.length / outputs, outputs],
  bias: null,
  activation: { name: "softmax" },
});
/** Two copies of a grey image, one of them negative, their means, and two classes: 2·a − b and −a + 3·b. */
const copies = conv("maps", "image", [1, 1, 1, 2], { kernel: Float32Array.of(1, -1), activation: linear });
const net = network([2, 2, 1], [copies, mean, dense("mean", [2, -1, -1, 3], 2)]);
const image = createImage(2, 2, 1, Float32Array.of(0, 0.25, 0.5, 1));

describe("activations", () => {
  it("are the maps of the units asked for, in that order, with the field of their layer", async () => {
    const maps = await activations(net, ["maps:1", "maps:0"], image, { engine });
    expect(maps.map(({ of }) => of)).toEqual(["maps:1", "maps:0"]);
    expect(maps.map(({ data }) => [...data])).toEqual([
      [0, -0.25, -0.5, -1],
      [0, 0.25, 0.5, 1],
    ]);
    expect(maps[0]).toMatchObject({ layer: "maps", height: 2, width: 2, field: { rows: { size: 1, stride: 1 } } });
  });

  it("of a layer are those of all its units", async () => {
    expect((await activations(net, "maps", image, { engine })).map(({ of }) => of)).toEqual(["maps:0", "maps:1"]);
  });

  it("are refused for an image that does not fit, in a sentence", async () => {
    const five = createImage(2, 2, 5);
    await expect(activations(net, "maps", five, { engine })).rejects.toThrow(/cannot be shown to "by hand"/);
  });
});

describe("CAM", () => {
  it("is the class's weights times the maps; its mean is the logit", async () => {
    const map = await cam(net, "classes:0", image, { engine });
    expect(map.of).toBe("CAM of classes:0");
    expect([...map.data]).toEqual([0, 0.75, 1.5, 3]);
  });

  it("is refused where no mean of a map is read", async () => {
    const other = network(
      [2, 2, 1],
      [copies, { kind: "globalPool", name: "mean", inputs: ["maps"], mode: "max" }, dense("mean", [1, 1, 1, 1], 2)],
    );
    await expect(cam(other, "classes:0", image, { engine })).rejects.toThrow(/use gradCAM/);
    await expect(cam(net, "maps:0", image, { engine })).rejects.toThrow(/use gradCAM/);
  });
});

describe("Grad-CAM", () => {
  it("is the positive part of CAM over the number of positions, where CAM is possible", async () => {
    for (const unit of ["classes:0", "classes:1"]) {
      const [direct, gradient] = [await cam(net, unit, image, { engine }), await gradCAM(net, unit, image, { engine })];
      direct.data.forEach((v, i) => expect(gradient.data[i]).toBeCloseTo(Math.max(0, v) / 4, 6));
    }
  });

  it("weighs each channel by the mean gradient of what lies behind the layer, worked out from its kernel", async () => {
    const random = createRandom(3);
    const noise = (n: number) => Float32Array.from({ length: n }, () => random.normal());
    const deep = network(
      [6, 6, 3],
      [
        conv("first", "image", [3, 3, 3, 4], { kernel: noise(108), activation: relu }),
        conv("second", "first", [3, 3, 4, 2], { kernel: noise(72), activation: relu }),
      ],
    );
    const photo = createImage(6, 6, 3, noise(108));
    const map = await gradCAM(deep, "second:1", photo, { engine, layer: "first" });
    // ∂ Σ second / ∂ first[c] at a position is the sum of the taps that reach it; its mean over 4 × 4 is Σ taps · 4 / 16.
    const second = deep.ops.find((op) => op.name === "second")!;
    const kernel = second.kind === "conv" ? second.kernel : new Float32Array(0);
    const alpha = [0, 1, 2, 3].map((c) => {
      let sum = 0;
      for (let tap = 0; tap < 9; tap++) sum += kernel[(tap * 4 + c) * 2 + 1]!;
      return sum / 4;
    });
    const first = await activations(deep, "first", photo, { engine });
    map.data.forEach((v, p) => {
      const expected = alpha.reduce((sum, a, c) => sum + a * first[c]!.data[p]!, 0);
      expect(v).toBeCloseTo(Math.max(0, expected), 4);
    });
  });

  it("refuses a unit before the layer", async () => {
    const skip = network(
      [4, 4, 1],
      [
        conv("a", "image", [1, 1, 1, 2]),
        conv("b", "a", [1, 1, 2, 2]),
        { kind: "add", name: "sum", inputs: ["a", "b"] },
      ],
    );
    const square = createImage(4, 4, 1);
    await expect(gradCAM(skip, "a:0", square, { engine, layer: "b" })).rejects.toThrow('"a" does not read "b"');
    await expect(gradCAM(skip, "a:0", square, { engine })).rejects.toThrow(/no layer before a:0 has positions/);
  });

  it("of ResNet-50 agrees with CAM on any class to 1e-5 of its largest value", async () => {
    const resnet = await open(resnet50, { preprocessing: "caffe" });
    const random = createRandom(5);
    const photo = fitToInput(
      resnet,
      createImage(
        64,
        64,
        3,
        Float32Array.from({ length: 12_288 }, () => random.uniform()),
      ),
    );
    const [direct, gradient] = [await cam(resnet, "fc1000:88", photo), await gradCAM(resnet, "fc1000:88", photo)];
    expect(direct).toMatchObject({ layer: gradient.layer, height: 7, width: 7 });
    const largest = Math.max(...direct.data.map(Math.abs)) / 49;
    direct.data.forEach((v, i) =>
      expect(Math.abs(gradient.data[i]! - Math.max(0, v) / 49)).toBeLessThan(1e-5 * largest),
    );
  }, 60_000);
});
