import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLensError } from "../../src/core/errors.js";
import type { DatasetItem } from "../../src/dataset/dataset.js";
import type { Examples } from "../../src/dataset/example.js";
import { examples } from "../../src/dataset/examples.js";
import { mergeExamples } from "../../src/dataset/merge-examples.js";
import { byQuantile } from "../../src/dataset/quantile.js";
import { streamActivations } from "../../src/dataset/stream-activations.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { parse, stringify } from "../../src/results/codec.js";
import { resnet } from "../conformance/networks.js";
import { dots, noisePictures, twoUnits } from "./scenes.js";

const engine = cpuEngine();
const named = (items: Record<string, ReturnType<typeof dots>>): DatasetItem[] =>
  Object.entries(items).map(([id, image]) => ({ id, image }));
const briefly = (found: Examples): unknown =>
  found.units.map(({ top }) => top.map(({ id, value, position }) => `${id} ${value} at ${position}`));

describe("examples", () => {
  it("are by default the nine pictures with the largest activation, one each, with crops", async () => {
    const { settings } = await examples(twoUnits(), "conv", named({ a: dots() }), { engine });
    expect(settings).toEqual({
      ...{
        count: 9,
        bottom: 0,
        random: 0,
        statistic: "max",
        per: "picture",
        preActivation: false,
        size: [4, 4],
        fit: "cover",
      },
      ...{ crops: true, pictures: false, seed: 0 },
    });
  });

  it("of a unit worked out by hand: value, place, receptive field, and a crop with the padding left clear", async () => {
    const set = named({ middle: dots([1, 1, 0.5]), corner: dots([0, 0, 1]), both: dots([0, 0, 1], [0, 1, 0.5]) });
    const found = await examples(twoUnits(), ["conv:1", "conv:0"], set, { engine });
    expect(briefly(found)).toEqual([
      ["corner 1 at 0,0", "both 0.5 at 0,0", "middle 0.5 at 1,1"],
      ["both 1.5 at 0,0", "corner 1 at 0,0", "middle 0.5 at 0,0"],
    ]);
    const [corner] = found.units[0]!.top;
    expect(corner!.field).toEqual({ top: -1, left: -1, height: 3, width: 3 });
    const alpha = corner!.crop!.data.filter((_, i) => i % 4 === 3);
    expect([...alpha]).toEqual([0, 0, 0, 0, 1, 1, 0, 1, 1]);
    expect([...corner!.crop!.data.subarray(16, 20)]).toEqual([1, 1, 1, 1]);
  });

  it("breaks ties by the picture's name and then by reading order, whatever the order of the dataset", async () => {
    const same = dots([1, 1, 1], [2, 2, 1]);
    const set = named({ b: same, a: same, c: same });
    const per = { count: 4, per: "position", engine } as const;
    const found = await examples(twoUnits(), "conv:1", set, per);
    expect(briefly(found)).toEqual([["a 1 at 1,1", "a 1 at 2,2", "b 1 at 1,1", "b 1 at 2,2"]]);
    expect(await examples(twoUnits(), "conv:1", set.toReversed(), per)).toEqual(found);
  });

  it("at the bottom are the smallest activations, before the activation function also below zero", async () => {
    const set = named({ right: dots([1, 1, 1]), none: dots() });
    const found = await examples(twoUnits(), "conv:1", set, { count: 0, bottom: 2, preActivation: true, engine });
    expect(found.units[0]!.bottom).toMatchObject([
      { id: "right", value: -1, position: [1, 0] },
      { id: "none", value: 0, position: [0, 0] },
    ]);
  });

  it("by the mean show the whole picture", async () => {
    const set = named({ bright: dots([1, 1, 1]), dim: dots([0, 0, 1]) });
    const found = await examples(twoUnits(), "conv:0", set, { statistic: "mean", engine });
    expect(found.units[0]!.top).toMatchObject([
      { id: "bright", value: 9 / 16, position: null, field: { top: 0, left: 0, height: 4, width: 4 } },
      { id: "dim", value: 4 / 16 },
    ]);
  });

  it("equal a brute-force pass over all activations of a network with strides, branches and sums", async () => {
    const net = resnet(3);
    const set = noisePictures(23);
    const found = await examples(net, "sum", set, { count: 5, engine, size: 12, preActivation: true });
    const all: { id: string; value: number; at: number }[][] = [];
    for await (const { item, layers } of streamActivations(net, "sum", set, {
      batch: 1,
      engine,
      size: 12,
      preActivation: true,
    })) {
      const { channels, data } = layers[0]!.map;
      for (let c = 0; c < channels; c++) {
        const values = [...data.filter((_, i) => i % channels === c)];
        const value = Math.max(...values);
        (all[c] ??= []).push({ id: item.id, value, at: values.indexOf(value) });
      }
    }
    found.units.forEach(({ top }, c) => {
      const wanted = all[c]!.sort((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1)).slice(0, 5);
      expect(top.map(({ id, value }) => ({ id, value }))).toEqual(wanted.map(({ id, value }) => ({ id, value })));
    });
  });

  it("do not depend on how many pictures are run at once", async () => {
    const run = (batch: number): Promise<Examples> =>
      examples(resnet(1), "sum", noisePictures(7), { batch, size: 12, engine });
    const one = await run(1);
    expect(await run(3)).toEqual(one);
    expect(await run(20)).toEqual(one);
  });

  it("of shards, joined in any order, are those of one pass, bit for bit", { timeout: 60_000 }, async () => {
    const net = resnet(2);
    const set = noisePictures(12);
    const options = { count: 3, bottom: 2, random: 4, size: 12, engine };
    const whole = await examples(net, ["sum:0", "mixed:1"], set, options);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 12, maxLength: 12 }), async (shards) => {
        const parts: Examples[] = [];
        for (const shard of [2, 0, 1]) {
          const mine = set.filter((_, i) => shards[i] === shard);
          if (mine.length > 0)
            parts.push(parse("examples", stringify(await examples(net, ["sum:0", "mixed:1"], mine, options))));
        }
        expect(mergeExamples(parts)).toEqual(whole);
        expect(stringify(mergeExamples(parts.toReversed()))).toBe(stringify(whole));
      }),
      { numRuns: 12 },
    );
  });

  it("go on from what a stopped pass had handed out, without reading its pictures again, to the same result", async () => {
    const set = noisePictures(11);
    const options = { count: 2, random: 3, crops: false, size: 12, engine };
    const whole = await examples(resnet(4), "sum", set, options);
    for (const every of [1, 3, 8]) {
      let kept = "";
      const stop = new Error("stopped");
      const stopped = examples(resnet(4), "sum", set, {
        ...options,
        every,
        onPart: (part) => {
          if (kept) throw stop;
          kept = stringify(part);
        },
      });
      await (every === 8 ? stopped : expect(stopped).rejects.toBe(stop));
      const from = parse("examples", kept);
      expect(from.seen).toHaveLength(every);
      const read = new Set<string>();
      const watched = set.map((item) => ({
        ...item,
        image: () => {
          read.add(item.id);
          return (item.image as () => ReturnType<typeof dots>)();
        },
      }));
      expect(await examples(resnet(4), "sum", watched, { ...options, from })).toEqual(whole);
      expect([...read].sort()).toEqual(
        set
          .map(({ id }) => id)
          .filter((id) => !from.seen.includes(id))
          .sort(),
      );
    }
  });

  it("names, counts and leaves out pictures that cannot be read", async () => {
    const broken = { id: "broken", image: () => Promise.reject(new Error("the file ends too early")) };
    const found = await examples(twoUnits(), "conv", [broken, ...named({ fine: dots([1, 1, 1]) })], { engine });
    expect(found.seen).toEqual(["fine"]);
    expect(found.broken).toEqual([{ id: "broken", reason: "the file ends too early" }]);
  });

  it("drawn by chance are the same pictures for every unit, in parts from little to much", async () => {
    const found = await examples(resnet(5), "sum", noisePictures(40), {
      count: 0,
      random: 20,
      crops: false,
      size: 12,
      engine,
    });
    const ids = found.units.map(({ random }) => random.map(({ id }) => id).sort());
    expect(new Set(ids.map(String)).size).toBe(1);
    const parts = byQuantile(found.units[0]!, { parts: 4, count: 2 });
    expect(parts.map((part) => part.length)).toEqual([2, 2, 2, 2]);
    const values = parts.flat().map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    const others = await examples(resnet(5), "sum", noisePictures(40), {
      count: 0,
      random: 20,
      seed: 1,
      crops: false,
      size: 12,
      engine,
    });
    expect(others.units[0]!.random.map(({ id }) => id).sort()).not.toEqual(ids[0]);
  });

  it("stop at the signal with its reason", async () => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const run = examples(resnet(1), "sum", noisePictures(20), {
      batch: 2,
      size: 12,
      engine,
      signal: stop.signal,
      onProgress: ({ done, total }) => {
        expect(total).toBe(20);
        if (done >= 4) stop.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
  });

  it("refuse what cannot be meant, in a sentence", async () => {
    const net = twoUnits();
    const set = named({ a: dots() });
    const refusal = (run: Promise<unknown>): Promise<string> =>
      run.then(
        () => "accepted",
        (error: unknown) => (isLensError(error) ? `${error.code}: ${error.message}` : String(error)),
      );
    const ask = (options: object, units: string | string[] = "conv", data: unknown = set): Promise<string> =>
      refusal(examples(net, units, data as DatasetItem[], { engine, ...options }));
    expect(await ask({ count: -1 })).toBe("bad-argument: count is a whole number from 0; got -1");
    expect(await ask({ count: 0 })).toMatch(/ask for at least one example/);
    expect(await ask({ statistic: "median" })).toBe('bad-argument: statistic is "max" or "mean"; got "median"');
    expect(await ask({ statistic: "mean", per: "position" })).toMatch(/no positions/);
    expect(await ask({ fit: "squeeze" })).toBe('bad-argument: fit is "cover", "contain" or "fill"; got "squeeze"');
    expect(await ask({ batch: 0 })).toBe("bad-argument: batch is a whole number from 1 to 1000000; got 0");
    expect(await ask({}, ["conv:0", "conv"])).toBe("bad-argument: the unit conv:0 was asked for twice; give it once");
    expect(await ask({}, "conv:2")).toMatch(/bad-unit: layer "conv" has units 0 to 1; got 2/);
    expect(await ask({}, "conf")).toMatch(/unknown-layer/);
    expect(await ask({}, "conv", 5)).toMatch(/dataset is an iterable of \{ id, image \}/);
    expect(await ask({}, "conv", [...set, ...set])).toMatch(/two items of the dataset are called "a"/);
    expect(await ask({}, "conv", [])).toBe("file: the dataset has no pictures; give at least one");
    expect(await ask({}, "conv", [{ id: "x", image: () => Promise.reject(new Error("gone")) }])).toMatch(
      /none of the 1 pictures could be read; the first, "x": gone/,
    );
    const found = await examples(net, "conv", set, { engine });
    expect(() => mergeExamples([found, found])).toThrow(/these 1 were seen by two: a/);
    expect(() => mergeExamples([])).toThrow(/parts are one result or more/);
    const other = await examples(net, "conv", named({ b: dots() }), { engine, count: 3 });
    expect(() => mergeExamples([found, other])).toThrow(/settings "count" differ: 9 and 3/);
    expect(() => parse("examples", "{}")).toThrow(/make it again with this version/);
    expect(() => byQuantile(found.units[0]!)).toThrow(/give examples\(\) \{ random: 15 \}/);
  });
});
