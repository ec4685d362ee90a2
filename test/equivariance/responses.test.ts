/** Families from responses, and their agreement with those from weights. */
import { describe, expect, it } from "vitest";
import { createImage, type Image } from "../../src/core/image.js";
import { createRandom } from "../../src/core/random.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { agreement } from "../../src/equivariance/agreement.js";
import { familiesFromResponses } from "../../src/equivariance/families-from-responses.js";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { transformImage } from "../../src/equivariance/transform-image.js";
import { conv, network } from "../network/ops.js";
import { allElements, knownFamily } from "./known.js";
import { plant } from "./planted.js";

const turns = group.rotations(4);

/** Pictures of soft blobs of colour. */
function blobs(count: number, size: number): { id: string; image: Image }[] {
  const random = createRandom(11);
  return Array.from({ length: count }, (_, n) => {
    const data = new Float32Array(size * size * 3).fill(0.5);
    for (let blob = 0; blob < 12; blob++) {
      const [x, y, spread] = [random.uniform() * size, random.uniform() * size, 0.8 + 1.5 * random.uniform()];
      const weight = [random.normal(), random.normal(), random.normal()];
      for (let i = 0; i < data.length; i++) {
        const pixel = Math.floor(i / 3);
        const distance = ((pixel % size) - x) ** 2 + (Math.floor(pixel / size) - y) ** 2;
        data[i]! += 0.3 * weight[i % 3]! * Math.exp(-distance / (2 * spread ** 2));
      }
    }
    return { id: `blobs ${n}`, image: createImage(size, size, 3, data) };
  });
}

const made = plant({ group: turns, kernels: [5], channels: 24, noise: 0.05, seed: 7 });
const [block] = made.blocks;
const net = network(
  [25, 25, 3],
  [conv("layer0", "image", [5, 5, 3, 24], { kernel: Float32Array.from(block!.kernel), padding: "valid" })],
);

describe("a picture after an element", () => {
  it("is turned clockwise by 90° without loss, inside its disc", () => {
    const size = 21;
    const data = new Float32Array(size * size * 3).fill(0.5);
    data.fill(1, (4 * size + 10) * 3, (4 * size + 10) * 3 + 3);
    const turned = transformImage(createImage(size, size, 3, data), { degrees: 90 });
    const at = (row: number, column: number): number => turned.data[(row * size + column) * 3]!;
    expect(at(10, 16)).toBeCloseTo(1, 5);
    expect(at(4, 10)).toBeCloseTo(0.5, 5);
    expect(at(0, 0)).toBe(0.5);
  });

  it("has left and right, light and dark, or its hues changed", () => {
    const data = Float32Array.from({ length: 9 * 9 * 3 }, (_, i) =>
      i % 3 === 0 && Math.floor(i / 3) % 9 < 4 ? 0.9 : 0.5,
    );
    const image = createImage(9, 9, 3, data);
    const at = (of: Image, column: number): number[] =>
      [0, 1, 2].map((c) => Math.round(of.data[(4 * 9 + column) * 3 + c]! * 100) / 100);
    expect(at(transformImage(image, { mirror: true }), 5)).toEqual([0.9, 0.5, 0.5]);
    expect(at(transformImage(image, { polarity: -1 }), 3)).toEqual([0.1, 0.5, 0.5]);
    expect(at(transformImage(image, { hue: 120 }), 3)).toEqual([0.5, 0.9, 0.5]);
  });
});

describe("families from responses", () => {
  it("are those of the weights", async () => {
    const weights = await findFamilies(block!, "layer0", { group: turns });
    const found = await familiesFromResponses(net, "layer0", blobs(16, 25), {
      group: turns,
      families: weights.families,
      engine: cpuEngine(),
    });
    expect(found.pictures).toBe(16);
    expect(found.warnings).toEqual([]);
    expect(found.agreement!.f1).toBeGreaterThanOrEqual(0.9);
    expect(found.agreement!.elements).toBe(1);
  }, 60_000);

  it("are none where units have nothing to do with each other", async () => {
    const random = createRandom(5);
    const kernel = Float32Array.from({ length: 5 * 5 * 3 * 12 }, () => random.normal());
    const apart = network([25, 25, 3], [conv("layer0", "image", [5, 5, 3, 12], { kernel, padding: "valid" })]);
    const { families } = await familiesFromResponses(apart, "layer0", blobs(12, 25), {
      group: turns,
      engine: cpuEngine(),
    });
    expect(families).toEqual([]);
  }, 60_000);

  it("warn of few pictures, and refuse none, a range, and families of another group", async () => {
    const few = await familiesFromResponses(net, "layer0", blobs(2, 25), { group: turns, engine: cpuEngine() });
    expect(few.warnings.join()).toMatch(/2 pictures say little/);
    const refused = (options: Parameters<typeof familiesFromResponses>[3], images = blobs(1, 25)) =>
      familiesFromResponses(net, "layer0", images, { engine: cpuEngine(), ...options });
    await expect(refused({ group: turns }, [])).rejects.toThrow(/one picture or more/);
    await expect(refused({ group: group.scale(1) })).rejects.toThrow(/range/);
    const other = knownFamily(group.flip(), "layer0", {
      members: [
        [0, 0],
        [1, 1],
      ],
    });
    await expect(refused({ group: turns, families: [other] })).rejects.toThrow(/"flip" under "4 rotations"/);
  });
});

describe("agreement", () => {
  const family = knownFamily(turns, "a", {
    members: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
  });

  it("counts pairs in both, and relative elements whatever the template", () => {
    const same = knownFamily(turns, "a", {
      members: [
        [0, 1],
        [1, 2],
        [3, 0],
      ],
    });
    expect(agreement([family], [same], turns)).toEqual({ pairs: [3, 3], both: 1, f1: 1 / 3, elements: 1 });
    const wrong = knownFamily(turns, "a", {
      members: [
        [0, 0],
        [1, 2],
      ],
    });
    expect(agreement([family], [wrong], turns)).toMatchObject({ both: 1, elements: 0 });
  });

  it("is whole between nothing and nothing, and up to what leaves units alike", () => {
    expect(agreement([], [], turns).f1).toBe(1);
    const half = knownFamily(turns, "a", {
      members: [
        [0, 2],
        [1, 1],
      ],
      stabiliser: [0, 2],
    });
    expect(agreement([family], [half], turns).elements).toBe(1);
    expect(allElements(turns)).toHaveLength(4);
  });
});
