import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DatasetItem } from "../../src/dataset/dataset.js";
import { binAt, binCount, binOf, filledBins, quantile } from "../../src/dataset/histogram.js";
import { mergeStatistics } from "../../src/dataset/merge-statistics.js";
import { statistics } from "../../src/dataset/statistics.js";
import { streamActivations } from "../../src/dataset/stream-activations.js";
import type { Statistics } from "../../src/dataset/unit-statistics.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { parse, stringify } from "../../src/results/codec.js";
import { resnet } from "../conformance/networks.js";
import { dots, noisePictures, twoUnits } from "./scenes.js";

const engine = cpuEngine();

describe("statistics", () => {
  it("of a unit worked out by hand", async () => {
    const set: DatasetItem[] = [
      { id: "a", label: "dot", image: dots([1, 1, 1]) },
      { id: "b", label: "nothing", image: dots() },
    ];
    const { units } = await statistics(twoUnits(), "conv", set, { engine });
    // Nine of the first picture's 16 windows hold the dot; of the second none.
    expect(units[0]).toMatchObject({
      ...{ count: 32, firingRate: 9 / 32, mean: 9 / 32, variance: 9 / 32 - (9 / 32) ** 2, smallest: 0, largest: 1 },
      state: "selective",
      histogram: [
        { from: 0, to: 0, count: 23 },
        { from: 1, to: 1.0625, count: 9 },
      ],
      classes: [
        { label: "dot", pictures: 1, mean: 9 / 16, share: 1 },
        { label: "nothing", pictures: 1, mean: 0, share: 0 },
      ],
    });
    expect(units[0]!.quantiles.find(({ share }) => share === 0.5)!.value).toBe(0);
    expect(units[0]!.quantiles.find(({ share }) => share === 0.99)!.value).toBe(1);
  });

  it("tell units that never fire and units that always do", async () => {
    const flat = dots();
    const dead = await statistics(twoUnits(), "conv", [{ id: "a", image: flat }], { engine });
    expect(dead.units.map(({ state }) => state)).toEqual(["dead", "dead"]);
    const bright = { ...flat, data: flat.data.map(() => 0.5) };
    const lit = await statistics(twoUnits(), "conv", [{ id: "a", image: bright }], { engine });
    expect(lit.units.map(({ state }) => state)).toEqual(["always on", "selective"]);
  });

  it("equal two passes over all values, quantiles to within a bin, correlations as defined", async () => {
    const set = noisePictures(9);
    const options = { engine, size: 12, preActivation: true };
    const { units, correlation } = await statistics(resnet(3), "sum", set, { ...options, correlation: true });
    const values: number[][] = units.map(() => []);
    for await (const { layers } of streamActivations(resnet(3), "sum", set, options)) {
      const { data, channels } = layers[0]!.map;
      data.forEach((v, i) => values[i % channels]!.push(v));
    }
    const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    const centred = values.map((list) => list.map((v) => v - mean(list)));
    const covariance = (i: number, j: number): number => mean(centred[i]!.map((v, k) => v * centred[j]![k]!));
    units.forEach((unit, i) => {
      const list = values[i]!.toSorted((a, b) => a - b);
      expect(unit.count).toBe(list.length);
      expect(unit.mean).toBeCloseTo(mean(list), 10);
      expect(unit.variance).toBeCloseTo(covariance(i, i), 10);
      expect(unit.firingRate).toBe(list.filter((v) => v > 0).length / list.length);
      expect([unit.smallest, unit.largest]).toEqual([list[0], list.at(-1)]);
      for (const { share, value } of unit.quantiles) {
        const exact = list[Math.min(list.length - 1, Math.floor(share * list.length))]!;
        const near = list[Math.max(0, Math.ceil(share * list.length) - 1)]!;
        const off = Math.min(Math.abs(value - exact), Math.abs(value - near));
        expect(off).toBeLessThanOrEqual(Math.max(Math.abs(exact), Math.abs(near)) / 16 + 1e-6);
      }
      units.forEach((_, j) => {
        expect(correlation![i]![j]).toBeCloseTo(covariance(i, j) / Math.sqrt(covariance(i, i) * covariance(j, j)), 8);
      });
    });
  });

  it("of shards, joined in any order, are those of one pass, bit for bit", { timeout: 60_000 }, async () => {
    const net = resnet(2);
    const set = noisePictures(10);
    const options = { engine, size: 12, correlation: true };
    const whole = await statistics(net, "sum", set, options);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 10, maxLength: 10 }), async (shards) => {
        const parts: Statistics[] = [];
        for (const shard of [2, 0, 1]) {
          const mine = set.filter((_, i) => shards[i] === shard).toReversed();
          if (mine.length > 0) parts.push(parse("statistics", stringify(await statistics(net, "sum", mine, options))));
        }
        expect(stringify(mergeStatistics(parts))).toBe(stringify(whole));
      }),
      { numRuns: 8 },
    );
    let from: Statistics | undefined;
    await statistics(net, "sum", set.slice(0, 7), { ...options, every: 3, onPart: (part) => void (from ??= part) });
    expect(from!.seen).toHaveLength(3);
    expect(stringify(await statistics(net, "sum", set, { ...options, from }))).toBe(stringify(whole));
  });

  it("refuse correlations across layers, and activations that are not finite", async () => {
    const across = statistics(resnet(1), ["sum", "mixed"], noisePictures(1), { engine, size: 12, correlation: true });
    await expect(across).rejects.toThrow(/units of one layer; got units of sum, mixed/);
    const poisoned = statistics(twoUnits(), "conv", [{ id: "a", image: dots([0, 0, Number.NaN]) }], { engine });
    await expect(poisoned).rejects.toThrow(/conv:0 answers "a" with a value that is not finite/);
    expect(() => parse("statistics", "[]")).toThrow(/this text holds a list/);
  });
});

describe("the histogram", () => {
  const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

  it("puts every float of ordinary size into the bin that holds it", () => {
    fc.assert(
      fc.property(fc.float({ min: -(2 ** 23), max: 2 ** 23, noNaN: true }), (value) => {
        const counts = new Float64Array(binCount);
        counts[binOf(bitsOf(value))]! += 1;
        const [bin] = filledBins(counts);
        if (Math.abs(value) < 2 ** -24) {
          expect(bin).toMatchObject({ from: 0, to: 0 });
          return;
        }
        expect(bin!.from <= value && value <= bin!.to).toBe(true);
        expect((bin!.to - bin!.from) / Math.abs(value)).toBeLessThanOrEqual(1 / 16);
        expect(binAt(bin!)).toBe(binOf(bitsOf(value)));
      }),
    );
  });

  it("reads quantiles evenly inside a bin", () => {
    const bins = [
      { from: -1, to: 0, count: 2 },
      { from: 1, to: 2, count: 2 },
    ];
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile(bins, share))).toEqual([-1, -0.5, 0, 1.5, 2]);
  });
});
