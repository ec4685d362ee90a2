/** Several pictures of one objective: what they share and how they compare counts; alone, or in a list, it cannot. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { objective, optimizer, param } from "../../src/optvis/namespaces.js";
import type { Picture } from "../../src/optvis/picture.js";
import { visualize } from "../../src/optvis/visualize.js";
import { tiny } from "./tiny.js";

const { net, engine } = await tiny();

const channel = objective.channel("first:1");

describe("count", () => {
  it("climbs so many pictures of one objective, each with its own value and history", async () => {
    const told: number[] = [];
    const three = await visualize(net, channel, {
      count: 3,
      size: 20,
      steps: 16,
      engine,
      onProgress: ({ done, total }) => told.push(done / total),
    });
    expect(three).toHaveLength(3);
    expect(told.at(-1)).toBe(1);
    const pixels = new Set(three.map(({ image }) => image.data.join()));
    expect(pixels.size).toBe(3);
    for (const { value, history, status, settings } of three) {
      expect(history).toHaveLength(16);
      expect(value).toBeGreaterThan(history[0]!);
      expect(status).toBe("alive");
      expect(settings).toMatchObject({ batch: 1, count: 3, objective: "channel(first:1)" });
    }
  });

  it("of one is a list of one, the picture alone", async () => {
    const look = { size: 20, steps: 4, engine, seed: 3 } as const;
    const [one] = await visualize(net, channel, { ...look, count: 1 });
    expect(one).toEqual(await visualize(net, channel, look));
  });

  it("makes diversity count: less of it leaves pictures less alike", async () => {
    const likeness = async (pictures: readonly Picture[]): Promise<number> => {
      const [a, b] = pictures.map(({ image }) => image.data);
      const gap = a!.reduce((sum, v, i) => sum + (v - b![i]!) ** 2, 0);
      return -gap;
    };
    const look = { count: 2, size: 20, steps: 24, engine, transforms: [], seed: 1 } as const;
    const alike = await visualize(net, channel, look);
    const unlike = await visualize(net, channel.minus(objective.diversity("first").times(10)), look);
    expect(await likeness(unlike)).toBeLessThan(await likeness(alike));
  });

  it("makes alignment count: more of it leaves neighbours nearer", async () => {
    const look = { count: 3, size: 20, steps: 24, engine, transforms: [], param: param.fourier(), seed: 1 } as const;
    const value = async (goal: typeof channel): Promise<number> =>
      (await visualize(net, goal, look)).reduce((sum, { image }, n, all) => {
        const next = all[n + 1]?.image.data;
        return next ? sum + image.data.reduce((gap, v, i) => gap + (v - next[i]!) ** 2, 0) : sum;
      }, 0);
    const pulled = channel.minus(objective.alignment("image").times(1e4));
    expect(await value(pulled)).toBeLessThan(0.5 * (await value(channel)));
  });

  it("gives shared pictures a part in common", async () => {
    const look = {
      count: 2,
      size: 20,
      steps: 12,
      engine,
      transforms: [],
      optimizer: optimizer.adam({ learningRate: 0.05 }),
    } as const;
    const apart = await visualize(net, channel, look);
    const shared = await visualize(net, channel, { ...look, param: param.shared({ factor: 4 }) });
    expect(shared).toHaveLength(2);
    expect(correlation(shared)).toBeGreaterThan(correlation(apart));
  });
});

function correlation(pictures: readonly Picture[]): number {
  const [a, b] = pictures.map(({ image: { data } }) => {
    const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
    return data.map((v) => v - mean);
  });
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  return dot(a!, b!) / Math.sqrt(dot(a!, a!) * dot(b!, b!));
}

describe("refused in a sentence is", () => {
  it.each<[string, () => Promise<unknown>, string]>([
    [
      "diversity of a picture alone",
      () => visualize(net, channel.minus(objective.diversity("first")), { engine, size: 20 }),
      '"diversity(first)" compares the pictures of a batch, and there is one; give one objective and count: 4',
    ],
    [
      "alignment in a list, whose pictures do not know of each other",
      () => visualize(net, [channel.minus(objective.alignment("image")), "first:0"], { engine, size: 20 }),
      '"alignment(image)" is of a batch, and cannot be of picture 0 alone; give one objective, and count',
    ],
    [
      "a shared part of a picture alone",
      () => visualize(net, channel, { engine, size: 20, param: param.shared() }),
      "shared pictures are at least two, and this one is alone; give one objective and count: 4",
    ],
    [
      "a shared part in a list",
      () => visualize(net, ["first:0", "first:1"], { engine, size: 20, param: param.shared() }),
      "shared pictures are at least two",
    ],
    [
      "count of a list",
      () => visualize(net, ["first:0", "first:1"], { engine, count: 2 } as never),
      "count is for one objective, and there is a list; give one, or leave count out",
    ],
    ["count of none", () => visualize(net, channel, { engine, count: 0 }), "count is a whole number from 1; got 0"],
  ])("%s", async (_, act, message) => {
    await expect(act()).rejects.toThrow(message);
  });
});
