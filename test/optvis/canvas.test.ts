/** `size: "auto"`: as much canvas as the unit at the centre sees, whatever the strides. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { opsAt } from "../../src/network/at-size.js";
import type { Network } from "../../src/network/network.js";
import { receptiveFields } from "../../src/network/receptive-field.js";
import { open } from "../../src/node/open.js";
import { sizeSeen } from "../../src/optvis/canvas.js";
import { objective, optimizer, param } from "../../src/optvis/namespaces.js";
import type { Picture } from "../../src/optvis/picture.js";
import { visualize } from "../../src/optvis/visualize.js";
import { hasShared, resnet50, shared } from "../load/shared.js";

let engine: Engine;
let resnet: Network;
let vgg: Network | null = null;
beforeAll(async () => {
  engine = await wasmEngine({ threads: 2, precision: "exact" });
  resnet = await open(resnet50, { preprocessing: "caffe" });
  if (hasShared) vgg = await open(shared("models", "vgg19-block1to3"), { preprocessing: "caffe" });
});
afterAll(() => engine.dispose());

/** Rows that the unit at the centre of a layer's map sees: the first, and the one after the last. */
function centre(net: Network, layer: string, n: number): [first: number, end: number] {
  const ops = opsAt(net, layer, [n, n]);
  const { name, output } = ops.at(-1)!;
  const { start, stride, size } = receptiveFields(ops).get(name)!.rows;
  const first = start + Math.floor(output[0]! / 2) * stride;
  return [first, first + size];
}

/** Plain ascent without anything that moves the picture. */
const still = (net: Network, unit: string, size: number | "auto", rate: number): Promise<Picture> =>
  visualize(net, objective.neuron(unit), {
    engine,
    size,
    steps: 4,
    transforms: [],
    redirectSteps: 0,
    param: param.pixels({ std: 0 }),
    optimizer: optimizer.sgd({ normalize: false, learningRate: rate }),
  });

/** A small canvas's picture and value against the part of a large one that the unit at its centre sees. */
async function expectMiddle(net: Network, unit: string, rate: number): Promise<void> {
  const layer = unit.split(":")[0]!;
  const small = await still(net, unit, "auto", rate);
  const n = small.image.height;
  expect(n).toBeLessThan(net.layer(layer).receptiveField!.rows.size + net.layer(layer).receptiveField!.rows.stride);
  const big = n + 40;
  const large = await still(net, unit, big, rate);
  const [from, end] = centre(net, layer, n);
  expect(from).toBeGreaterThanOrEqual(0);
  expect(end).toBeLessThanOrEqual(n);
  const shift = centre(net, layer, big)[0] - from;
  expect(small.value).not.toBe(small.history[0]);
  expect(Math.abs(small.value - large.value)).toBeLessThan(1e-3 * Math.abs(large.value));
  let [most, moved] = [0, 0];
  for (let y = from; y < end; y++) {
    for (let x = from; x < end; x++) {
      const a = small.image.data[(y * n + x) * 3]!;
      const b = large.image.data[((y + shift) * big + x + shift) * 3]!;
      most = Math.max(most, Math.abs(a - b));
      moved = Math.max(moved, Math.abs(a - 0.48));
    }
  }
  expect(moved).toBeGreaterThan(0.01);
  expect(most).toBeLessThan(1e-3 * moved);
}

describe("a canvas of its own size", () => {
  it.each([
    ["conv1:3", 1e-4],
    ["res3a_branch2b:7", 1e-3],
  ] as const)("gives %s of ResNet-50 the middle of a larger canvas", async (unit, rate) => {
    await expectMiddle(resnet, unit, rate);
  });

  it.skipIf(!hasShared)("gives block3_conv3:30 of VGG-19 the middle of a larger canvas", async () => {
    await expectMiddle(vgg!, "block3_conv3:30", 1e-5);
  });

  it.skipIf(!hasShared)("is the field, and what the stride of its map asks for, in VGG-19", () => {
    const sides = ["block1_conv2", "block2_conv2", "block3_conv1", "block3_conv4"].map((layer) => {
      const n = sizeSeen(vgg!, [layer])![0];
      const [first, end] = centre(vgg!, layer, n);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(n);
      return n - vgg!.layer(layer).receptiveField!.rows.size;
    });
    // Units of block3 stand four pixels apart, and their field does not divide so.
    expect(sides[0]).toBe(0);
    expect(sides.slice(2).every((more) => more > 0 && more < 4)).toBe(true);
  });

  it("is the smallest that holds the field: one pixel less cuts it", () => {
    for (const layer of ["conv1", "res2a_branch2b", "res3a_branch2b"]) {
      const n = sizeSeen(resnet, [layer])![0];
      const [first, end] = centre(resnet, layer, n - 1);
      expect(first < 0 || end > n - 1).toBe(true);
    }
  });

  it("is the network's own image where the field is larger, or all of it", () => {
    expect(sizeSeen(resnet, ["activation_48"])).toEqual([224, 224]);
    expect(sizeSeen(resnet, ["fc1000"])).toEqual([224, 224]);
  });

  it("of several layers is large enough for each", () => {
    const layers = ["conv1", "res2a_branch2b", "res3a_branch2b"];
    const n = sizeSeen(resnet, layers)![0];
    for (const layer of layers) {
      const [first, end] = centre(resnet, layer, n);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(n);
    }
  });

  it("is that of each target in a list, in their order, whatever is climbed at once", async () => {
    const units = ["conv1:0", "res2a_branch2b:0", "conv1:3", "conv1:4"];
    const targets = units.map((unit) => objective.neuron(unit));
    const told: number[] = [];
    const look = { size: "auto", steps: 3, transforms: [], engine } as const;
    const list = await visualize(resnet, targets, { ...look, batch: 2, onPicture: (_, n) => void told.push(n) });
    const sides = list.map(({ image }) => image.height);
    expect(sides).toEqual([8, 22, 8, 8]);
    expect(told).toEqual([0, 1, 2, 3]);
    expect(list.map(({ settings }) => [settings.objective, settings.batch])).toEqual([
      ["neuron(conv1:0)", 1],
      ["neuron(res2a_branch2b:0)", 1],
      ["neuron(conv1:3)", 2],
      ["neuron(conv1:4)", 2],
    ]);
    const alone = await visualize(resnet, targets[1]!, look);
    expect(list[1]!.image).toEqual(alone.image);
  });
});

it.each<[string, unknown, string]>([
  ["in words", "big", 'size is a number of pixels, a pair [height, width] or "auto"; got "big"'],
  ["of one side", [30], 'size is a number of pixels, a pair [height, width] or "auto"; got [30]'],
  ["of half a pixel", 30.5, 'size is a number of pixels, a pair [height, width] or "auto"; got 30.5'],
  ["of nothing", Number.NaN, 'size is a number of pixels, a pair [height, width] or "auto"; got NaN'],
])("a size %s is refused", async (_, size, message) => {
  await expect(visualize(resnet, "conv1:0", { size: size as never, engine, steps: 1 })).rejects.toThrow(message);
});

it("an automatic size needs a layer", async () => {
  await expect(visualize(resnet, objective.l1(), { size: "auto", engine })).rejects.toThrow(
    "this objective looks at no layer; give a number of pixels",
  );
});
