/** Weights in factors: planted ones found again, NMF and SVD against what they promise, and real first layers. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { oneSidedNMF, principalAxes } from "../../src/math/factorize.js";
import { open } from "../../src/node/open.js";
import { factor } from "../../src/weights/factor.js";
import { resnet50 } from "../load/shared.js";
import { conv, network } from "../network/ops.js";

type Rows = Float64Array[];

function product(scores: readonly ArrayLike<number>[], factors: readonly ArrayLike<number>[], rows: number): Rows {
  return Array.from({ length: rows }, (_, r) =>
    Float64Array.from({ length: factors[0]!.length }, (_, i) =>
      factors.reduce((sum, each, k) => sum + scores[k]![r]! * each[i]!, 0),
    ),
  );
}

const squares = (rows: readonly Float64Array[]): number =>
  rows.reduce((sum, row) => sum + row.reduce((s, w) => s + w * w, 0), 0);
const difference = (a: Rows, b: Rows): number => squares(a.map((row, r) => row.map((w, i) => w - b[r]![i]!)));

describe("factors of a matrix", () => {
  it("by SVD of a hand-worked one are its axes: [[3, 0], [0, 1]] has (1, 0) and (0, 1)", async () => {
    const { factors, scores } = await principalAxes([Float64Array.of(3, 0), Float64Array.of(0, 1)], 2);
    expect(factors.map((row) => [...row].map((w) => Math.round(w * 1e9) / 1e9 + 0))).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(scores[0]![0]).toBeCloseTo(3, 9);
    expect(scores[1]![1]).toBeCloseTo(1, 9);
  });

  it("by SVD stand at right angles and give back all there is when as many as columns", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer(), async (n, seed) => {
        const random = createRandom(seed);
        const matrix = Array.from({ length: 9 }, () => Float64Array.from({ length: n }, () => random.normal()));
        const { factors, scores } = await principalAxes(matrix, n);
        factors.forEach((a, k) =>
          factors.forEach((b, l) => {
            expect(a.reduce((sum, w, i) => sum + w * b[i]!, 0)).toBeCloseTo(k === l ? 1 : 0, 8);
          }),
        );
        expect(difference(matrix, product(scores, factors, 9)) / squares(matrix)).toBeLessThan(1e-12);
      }),
      { numRuns: 25 },
    );
  });

  it("by NMF are the groups of channels that were planted, whatever the sign of their kernels", async () => {
    const random = createRandom(3);
    const groups = [
      Float64Array.of(1, 1, 1, 0, 0, 0, 0, 0, 0),
      Float64Array.of(0, 0, 0, 1, 2, 1, 0, 0, 0),
      Float64Array.of(0, 0, 0, 0, 0, 0, 2, 1, 2),
    ];
    const scores = groups.map(() => Float64Array.from({ length: 60 }, () => random.normal()));
    const matrix = product(scores, groups, 60);
    const found = await oneSidedNMF(matrix, 3, { random, sweeps: 200, starts: 3 });
    for (const group of groups) {
      const length = Math.hypot(...group);
      const best = Math.max(
        ...found.factors.map((each) => each.reduce((sum, w, i) => sum + (w * group[i]!) / length, 0)),
      );
      expect(best).toBeGreaterThan(0.999);
    }
    for (const each of found.factors) expect(Math.min(...each)).toBeGreaterThanOrEqual(0);
  });

  it("by NMF leave less the longer it looks", async () => {
    const draws = createRandom(5);
    const matrix = Array.from({ length: 40 }, () => Float64Array.from({ length: 8 }, () => draws.normal()));
    const left: number[] = [];
    for (const sweeps of [1, 3, 10, 100]) {
      const { factors, scores } = await oneSidedNMF(matrix, 3, { random: createRandom(1), sweeps, starts: 1 });
      // The parted matrix is what the search makes small, and it bounds the signed one from above but for ties of sign.
      left.push(difference(matrix, product(scores, factors, 40)));
    }
    expect(left.at(-1)!).toBeLessThan(left[0]!);
    expect(left.at(-1)!).toBeLessThan(squares(matrix));
  });
});

describe("factors of a layer", () => {
  it("part colour from black and white in the first layer of ResNet-50", async () => {
    const net = await open(resnet50);
    const { factors, explained, sources, height } = await factor(net, "conv1", { method: "svd", weights: "stored" });
    expect(sources.map(({ channel }) => channel)).toEqual([0, 1, 2]);
    expect(height).toBe(7);
    expect(explained).toBeCloseTo(1, 9);
    const [grey, ...colours] = factors;
    expect(Math.min(...grey!.channels)).toBeGreaterThan(0);
    expect(grey!.share).toBeGreaterThan(0.7);
    for (const { channels } of colours) expect(Math.min(...channels)).toBeLessThan(-0.3);
  });

  it("are kernels by unit: a layer of two planted ones gives them back", async () => {
    // Unit 0 reads channels 0 and 1 alike, unit 1 reads channel 2.
    const kernel = new Float32Array(3 * 3 * 3 * 2);
    for (let tap = 0; tap < 9; tap++) {
      kernel[(tap * 3 + 0) * 2] = tap - 4;
      kernel[(tap * 3 + 1) * 2] = tap - 4;
      kernel[(tap * 3 + 2) * 2 + 1] = 1;
    }
    const net = network([8, 8, 3], [conv("a", "image", [3, 3, 3, 2], { kernel })]);
    const { factors, explained } = await factor(net, "a", { count: 2 });
    expect(explained).toBeCloseTo(1, 6);
    expect([...factors[0]!.channels].map((w) => Math.round(1e4 * w) / 1e4)).toEqual([0.7071, 0.7071, 0]);
    expect([...factors[0]!.kernels.subarray(0, 9)].map((w) => Math.round((1e3 * w) / Math.SQRT2) / 1e3)).toEqual([
      -4, -3, -2, -1, 0, 1, 2, 3, 4,
    ]);
    expect(Math.hypot(...factors[0]!.kernels.subarray(9))).toBeLessThan(1e-6);
    expect(factors.map(({ share }) => share.toFixed(4))).toEqual(["0.9302", "0.0698"]);
    expect((await factor(net, "a", { count: 2 })).factors).toEqual(factors);
    expect((await factor(net, "a", { count: 1, channels: [1] })).factors[0]!.channels[2]).toBeCloseTo(1, 6);
  });

  it("are refused in a sentence", async () => {
    const net = network([8, 8, 4], [conv("a", "image", [1, 1, 4, 4]), conv("g", "a", [1, 1, 2, 4], { groups: 2 })]);
    await expect(factor(net, "a", { count: 5 })).rejects.toThrow("count is at most the 4 channels read; got 5");
    await expect(factor(net, "a", { channels: [4] })).rejects.toThrow('channels of "a" are 0 to 3');
    await expect(factor(net, "a", { from: "g" })).rejects.toThrow('from is a layer that "a" reads, image; got "g"');
    await expect(factor(net, "g")).rejects.toThrow("reads its channels in groups");
  });
});
