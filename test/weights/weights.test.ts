/** Reading weights: by hand on a small network whose every weight is known, and on VGG-19 against plain loops over the file. */

import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkArgument } from "../../src/core/check.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { inputs, outputs } from "../../src/weights/inputs.js";
import { slice } from "../../src/weights/slice.js";
import { strengthFunction, strengthSchema } from "../../src/weights/strength.js";
import { secondKernel, writeTiny } from "../built/tiny.js";
import { hasShared, shared } from "../load/shared.js";

const folder = mkdtempSync(join(tmpdir(), "convlens-weights-"));
let net: Network;
beforeAll(async () => {
  net = await open(writeTiny(folder));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a slice", () => {
  it("of two units is the kernel between them", () => {
    const kernel = slice(net, "second:1", "first:2");
    expect([...kernel.data]).toEqual(secondKernel(1, 2));
    expect([kernel.height, kernel.width]).toEqual([3, 3]);
  });

  it("of units that are not joined is refused", () => {
    expect(() => slice(net, "first:0", "second:0")).toThrow(/second:0/);
    expect(() => slice(net, "second:2")).toThrow(/second/);
    expect(() => slice(net, "third:0")).toThrow(/third/);
  });
});

describe("strength", () => {
  const weights = Float32Array.of(3, -4, 0, 0);

  it("is 5, 7, 4 and −1 for 3 and −4", () => {
    expect((["l2", "l1", "max", "sum"] as const).map((name) => strengthFunction(name)(weights))).toEqual([5, 7, 4, -1]);
  });

  it("of another name is refused", () => {
    expect(() => checkArgument("strength", strengthSchema, "l3")).toThrow(/strength is "l2", "l1", .*"l3"/);
    expect(() => strengthFunction(() => Number.NaN)(weights)).toThrow("strength is a number; got NaN");
  });
});

describe("inputs", () => {
  it("are all of them, strongest first, with shares that add up to 1", () => {
    const found = inputs(net, "second:0");
    expect(found).toHaveLength(4);
    const lengths = found.map(({ unit }) => Math.hypot(...secondKernel(0, unit.channel)));
    found.forEach(({ strength }, i) => expect(strength).toBeCloseTo(lengths[i]!, 6));
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    for (const { kernel, sign } of found) {
      expect(sign).toBe(kernel.data.reduce((sum, w) => sum + w, 0) > 0 ? "excitatory" : "inhibitory");
    }
  });

  it("of a unit and outputs of its inputs are the same edges", () => {
    for (const input of inputs(net, "second:1")) {
      const back = outputs(net, input.unit).find(({ unit }) => unit.layer === "second" && unit.channel === 1)!;
      expect(back.kernel.data).toEqual(input.kernel.data);
      expect(back.share).toBe(input.share);
    }
  });

  it("are as many as asked for, at least one", () => {
    expect(inputs(net, "second:0", { count: 2 })).toEqual(inputs(net, "second:0").slice(0, 2));
    expect(() => inputs(net, "second:0", { count: 0 })).toThrow("count is a whole number from 1; got 0");
  });
});

describe.skipIf(!hasShared)("the strongest inputs of VGG-19 block3_conv3:195", () => {
  it("are those that plain loops over the weights file find", async () => {
    const path = shared("models", "vgg19-block1to3", "model.json");
    const found = inputs(await open(path), "block3_conv3:195", { count: 6 });
    const { weightsManifest } = JSON.parse(await readFile(path, "utf8")) as {
      weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
    };
    let kernel: Float32Array | undefined;
    for (const { paths, weights } of weightsManifest) {
      const bytes = Buffer.concat(await Promise.all(paths.map((name) => readFile(join(path, "..", name)))));
      let at = 0;
      for (const { name, shape } of weights) {
        const length = shape.reduce((n, size) => n * size, 1);
        if (/block3_conv3\/kernel/.test(name)) kernel = new Float32Array(bytes.buffer.slice(at, at + 4 * length));
        at += 4 * length;
      }
    }
    expect(kernel).toHaveLength(9 * 256 * 256);
    const lengths = Array.from({ length: 256 }, (_, i) => {
      let sum = 0;
      for (let tap = 0; tap < 9; tap++) sum += kernel![(tap * 256 + i) * 256 + 195]! ** 2;
      return { i, strength: Math.sqrt(sum) };
    }).sort((a, b) => b.strength - a.strength);
    expect(found.map(({ unit }) => unit.channel)).toEqual(lengths.slice(0, 6).map(({ i }) => i));
    expect(found.map(({ unit }) => unit.channel)).toEqual([244, 113, 124, 169, 219, 104]);
    found.forEach(({ strength }, rank) => expect(strength).toBeCloseTo(lengths[rank]!.strength, 6));
  });
});
