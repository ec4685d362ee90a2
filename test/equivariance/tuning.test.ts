/** Families by tuning and motifs at any angle: planted at known angles, by hand, and in a real network. */

import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import type { KernelBlock } from "../../src/equivariance/block.js";
import type { Family } from "../../src/equivariance/family.js";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { align } from "../../src/equivariance/tuning/align.js";
import { circularFamily } from "../../src/equivariance/tuning/circular-family.js";
import { curvesOf } from "../../src/equivariance/tuning/curves.js";
import { mirroredZero, tuningSweeps } from "../../src/equivariance/tuning/sweeps.js";
import { exceedance } from "../../src/equivariance/tuning/tuned-units.js";
import { open } from "../../src/node/open.js";
import { hasShared, shared } from "../load/shared.js";
import { conv, network } from "../network/ops.js";

const turns = group.rotations(8);

describe("curves of one shape", () => {
  const bump = (shift: number): number[] =>
    Array.from({ length: 24 }, (_, k) => Math.exp(3 * (Math.cos((2 * Math.PI * (k - shift)) / 24) - 1)));

  it("are brought to one place between the samples", () => {
    const shifts = [0, 3.3, 11.75, 20.1];
    const { shifts: found, cosines, errors } = align(shifts.map(bump), 24, shifts.map(Math.round));
    found.forEach((shift, i) => {
      expect(shift - found[0]!).toBeCloseTo(shifts[i]! - shifts[0]!, 1);
    });
    for (const cosine of cosines) expect(cosine).toBeGreaterThan(0.999);
    for (const error of errors) expect(error).toBeLessThan(0.1);
  });

  it("have no part that does not mind the angle", () => {
    expect(Math.hypot(...curvesOf(Array(24).fill(3), 24))).toBeCloseTo(0);
    expect(Math.hypot(...curvesOf(bump(2), 24))).toBeCloseTo(1);
  });
});

describe("what twins say", () => {
  it("is the chance that so many of one kind come before all of the other", () => {
    expect(exceedance(1, 10, 10)).toBeCloseTo(1 / 2);
    expect(exceedance(2, 2, 1)).toBeCloseTo(1 / 3);
    expect(exceedance(3, 2, 1)).toBe(0);
  });
});

describe("motifs at any angle", () => {
  const source = [12, 57, 101, 160, 203, 244, 300, 341];
  const target = [5, 48, 133, 190, 251, 333];
  const family = (layer: string, angles: readonly number[]): Family =>
    circularFamily(
      angles.map((angle, channel) => ({ unit: { layer, channel }, prediction: 1, angle })),
      { layer, group: turns, period: 360, affinity: 1, pValue: 0, qValue: 0 },
    );
  const block = (at: readonly number[]): KernelBlock => {
    const kernel = new Float32Array(25 * source.length * target.length);
    source.forEach((a, i) => {
      at.forEach((b, o) => {
        for (let tap = 0; tap < 25; tap++) {
          const [x, y] = [(tap % 5) - 2, Math.floor(tap / 5) - 2];
          const beta = (b * Math.PI) / 180;
          const [u, v] = [x * Math.cos(beta) + y * Math.sin(beta), y * Math.cos(beta) - x * Math.sin(beta)];
          const delta = ((a - b) * Math.PI) / 180;
          kernel[(tap * source.length + i) * target.length + o] =
            Math.exp(-((u - 0.8) ** 2 + v ** 2) / 2) * (Math.cos(delta) + 0.5 * Math.sin(2 * delta));
        }
      });
    });
    return { from: "a", to: "b", shape: [5, 5, source.length, target.length], kernel };
  };

  it("are predicted, a unit left out, and gone when the angles change places", async () => {
    const families = [family("a", source), family("b", target)];
    const { motifs } = await findMotifs(block(target), "a", "b", { group: turns, families });
    expect(motifs).toHaveLength(1);
    expect(motifs[0]!.kind).toBe("equivariant→equivariant");
    expect(motifs[0]!.prediction).toBeGreaterThan(0.85);
    expect(motifs[0]!.pValue).toBeLessThanOrEqual(0.01);
    const order = [3, 0, 5, 1, 4, 2];
    const mixed = [
      family("a", source),
      family(
        "b",
        order.map((o) => target[o]!),
      ),
    ];
    expect((await findMotifs(block(target), "a", "b", { group: turns, families: mixed })).motifs).toEqual([]);
  });

  it("take angles of the inputs instead of families, and blind kernels say that they need them", async () => {
    const angles = Object.fromEntries(source.map((angle, channel) => [`a:${channel}`, angle]));
    const found = await findFamilies(block(target), "b", { group: turns, angles });
    expect(found.inputs).toBe("families");
    const noise = block(target);
    const random = (at: number): number => Math.sin(12.9898 * at + 4) * 43758.5453;
    const blind = {
      ...noise,
      kernel: Float32Array.from(noise.kernel, (_, at) => random(at) - Math.floor(random(at)) - 0.5),
    };
    const { motifs, warnings } = await findMotifs(blind, "a", "b", { group: turns });
    expect(motifs).toEqual([]);
    expect(warnings.join()).toMatch(/angles of the inputs are needed/);
    await expect(findFamilies(blind, "b", { group: turns, angles: { "a:0": Number.NaN } })).rejects.toThrow(
      /angles\.a:0 is a number/,
    );
  });

  it("ask a network, and a group that is a circle", async () => {
    await expect(findFamilies(block(target), "b", { group: turns, by: "tuning" })).rejects.toThrow(/asks a network/);
    const net = network([9, 9, 1], [conv("edges", "image", [3, 3, 1, 1], {})]);
    await expect(findFamilies(net, "edges", { group: group.polarity(), by: "tuning" })).rejects.toThrow(/swept round/);
  });
});

describe("families by tuning under mirrors", () => {
  const angles = [40, 140, 220, 320, 92];
  const [size, decoys] = [11, 10];
  const channels = angles.length + decoys;
  const kernel = new Float32Array(size * size * channels);
  const random = createRandom(3);
  for (let o = 0; o < channels; o++) {
    const angle = (angles[o] ?? 0) * (Math.PI / 180);
    const weights = Array.from({ length: size * size }, (_, tap) => {
      const [x, y] = [(tap % size) - 5, Math.floor(tap / size) - 5];
      const edge = (x * Math.cos(angle) + y * Math.sin(angle)) * Math.exp(-(x * x + y * y) / 12);
      return o < angles.length ? edge : random.normal();
    });
    weights.forEach((weight, tap) => {
      kernel[tap * channels + o] = weight / Math.hypot(...weights);
    });
  }
  const net = network([48, 48, 1], [conv("edges", "image", [size, size, 1, channels], { kernel })]);

  it("pair what is left and right of each other; what is its own image stays alone", async () => {
    const { families } = await findFamilies(net, "edges", { group: group.flip(), by: "tuning" });
    const pairs = families.map(({ members }) => members.map(({ unit, element }) => [unit.channel, element]));
    expect(pairs).toHaveLength(2);
    expect(pairs).toContainEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(pairs).toContainEqual([
      [2, 0],
      [3, 1],
    ]);
    for (const { tuning, pValue } of families) {
      expect(Math.hypot(...tuning!.curve)).toBeCloseTo(1);
      expect(pValue).toBeLessThanOrEqual(0.05);
    }
  }, 60_000);

  it("know where a mirror takes the angle of every stimulus", () => {
    for (const { name, axes, count, image } of tuningSweeps(net, "edges", "degrees")) {
      const { values, period } = axes.at(-1)!;
      for (const index of [1, count - 2]) {
        const angle = values[index % values.length]!;
        const there = (((mirroredZero(name) - angle) % period!) + period!) % period!;
        const at = index - (index % values.length) + values.findIndex((value) => Math.abs(value - there) < 1e-6);
        const { width, channels, data } = image(index);
        const other = image(at).data;
        data.forEach((value, i) => {
          const [pixel, channel] = [Math.floor(i / channels), i % channels];
          const mirrored = pixel - (pixel % width) + width - 1 - (pixel % width);
          expect(other[mirrored * channels + channel]).toBeCloseTo(value, 4);
        });
      }
    }
  });

  it("join turns and mirrors in one family, which a mirror leaves as it is", async () => {
    const { families } = await findFamilies(net, "edges", { group: group.dihedral(8), by: "tuning" });
    expect(families).toHaveLength(1);
    expect(families[0]!.members.map(({ unit }) => unit.channel).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(families[0]!.stabiliser).toHaveLength(2);
  }, 60_000);
});

describe.skipIf(!hasShared)("GoogLeNet's inception_3a", () => {
  it("has families of high–low detectors and early curves by tuning", async () => {
    const net = await open(shared("models", "googlenet-bvlc", "bvlc_googlenet.onnx"), { preprocessing: "caffe" });
    const { families } = await findFamilies(net, "inception_3a_3x3", { group: turns, by: "tuning" });
    const units = (name: string): number[] =>
      families.find(({ tuning }) => tuning!.stimulus === name)!.members.map(({ unit }) => unit.channel);
    expect([57, 84, 59, 64, 62, 14].filter((unit) => units("highLow").includes(unit)).length).toBeGreaterThanOrEqual(5);
    expect(
      [20, 66, 43, 0, 74, 80, 28, 19, 107, 109].filter((u) => units("arc").includes(u)).length,
    ).toBeGreaterThanOrEqual(8);
  }, 300_000);
});
