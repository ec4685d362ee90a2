/** Motifs between families that are known: their kind, what they do and do not say, and how the search behaves. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import type { KernelBlock } from "../../src/equivariance/block.js";
import type { Family } from "../../src/equivariance/family.js";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { allElements, knownFamily } from "./known.js";
import { plant } from "./planted.js";

const turns = group.rotations(4);
const four = (layer: string): Family =>
  knownFamily(turns, layer, { members: [0, 1, 2, 3].map((i) => [i, i] as const) });

/** A 3 × 3 kernel after quarter turns clockwise. */
function turned(kernel: readonly number[], count: number): number[] {
  let out = [...kernel];
  for (let step = 0; step < count; step++) out = out.map((_, tap) => out[(2 - (tap % 3)) * 3 + Math.floor(tap / 3)]!);
  return out;
}

/** A block of 3 × 3 kernels. */
function block(inputs: number, outputs: number, kernel: (from: number, to: number) => readonly number[]): KernelBlock {
  const data = new Float32Array(9 * inputs * outputs);
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < outputs; o++)
      kernel(i, o).forEach((weight, tap) => {
        data[(tap * inputs + i) * outputs + o] = weight;
      });
  return { from: "a", to: "b", shape: [3, 3, inputs, outputs], kernel: data };
}

const random = createRandom(3);
const noise = (size: number): number[] => Array.from({ length: 9 }, () => size * random.normal());
const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + b[i]!);

describe("the kind of a motif", () => {
  const shared = noise(1);

  it("passes the group on where the angles of what is read matter, and the score falls when they are permuted", async () => {
    const own = [noise(1), noise(1), noise(1), noise(1)];
    const weights = block(4, 4, (i, o) => plus(turned(own[(i - o + 4) % 4]!, o), noise(0.2)));
    const {
      motifs: [motif],
    } = await findMotifs(weights, "a", "b", { group: turns, families: [four("a"), four("b")] });
    expect(motif!.kind).toBe("equivariant→equivariant");
    expect(motif!.permutedScore).toBeLessThan(0.6 * motif!.score);
  });

  it("makes the group where they hardly do, though a little of the weights goes with them", async () => {
    const own = [noise(0.4), noise(0.4), noise(0.4), noise(0.4)];
    const weights = block(4, 4, (i, o) => plus(turned(plus(shared, own[(i - o + 4) % 4]!), o), noise(0.1)));
    const {
      motifs: [motif],
    } = await findMotifs(weights, "a", "b", { group: turns, families: [four("a"), four("b")] });
    expect(motif!.kind).toBe("invariant→equivariant");
    expect(motif!.score).toBeGreaterThan(0.7);
  });

  it("is a union only where every case excites more somewhere than it inhibits anywhere", async () => {
    const bar = [0, 0, 0, 1, 2, 3, 0, -1, 0];
    const still = knownFamily(turns, "b", { members: [[0, 0]], stabiliser: allElements(turns) });
    const found = async (sign: number) => {
      const weights = block(4, 1, (i) =>
        plus(
          turned(bar, i).map((w) => sign * w),
          noise(0.05),
        ),
      );
      return (await findMotifs(weights, "a", "b", { group: turns, families: [four("a"), still] })).motifs;
    };
    expect(await found(1)).toMatchObject([{ kind: "equivariant→invariant", union: true, assumedInvariant: false }]);
    expect(await found(-1)).toMatchObject([{ kind: "equivariant→invariant", union: false, assumedInvariant: false }]);
  });

  it("is seen in pairs of opposite sign that read what stays in place", async () => {
    const signs = group.polarity();
    const pairs = Array.from({ length: 6 }, () => [noise(1), noise(1), noise(1), noise(1)]);
    const weights = block(4, 12, (i, o) =>
      plus(
        pairs[o >> 1]![i]!.map((w) => (o % 2 === 0 ? w : -w)),
        noise(0.1),
      ),
    );
    const { families } = await findFamilies(weights, "b", { group: signs, inputs: "fixed" });
    expect(families).toHaveLength(6);
    const still = knownFamily(signs, "a", { members: [0, 1, 2, 3].map((i) => [i, 0] as const), stabiliser: [0, 1] });
    const { motifs } = await findMotifs(weights, "a", "b", { group: signs, families: [...families, still] });
    expect(motifs.map(({ kind }) => kind)).toEqual(new Array(6).fill("invariant→equivariant"));
  });
});

describe("the search for motifs", () => {
  const made = plant({ group: turns, kernels: [5, 3], channels: 24, noise: 0.1, seed: 3 });
  const known = made.families.flatMap((families, layer) =>
    families.map(({ channels, elements, invariant }) =>
      knownFamily(turns, `layer${layer}`, {
        members: channels.map((channel, i) => [channel, elements[i]!] as const),
        stabiliser: invariant ? allElements(turns) : [0],
      }),
    ),
  );
  const search = async (more: object) =>
    (await findMotifs(made.blocks, "layer0", "layer1", { group: turns, families: known, ...more })).motifs;

  it("tells of its steps as one task, to the end", async () => {
    const steps: { task: string; done: number; total: number }[] = [];
    await search({ onProgress: (step: (typeof steps)[number]) => steps.push(step) });
    expect(new Set(steps.map(({ task, total }) => `${task} of ${total}`)).size).toBe(1);
    expect(steps.every(({ done }, i) => i === 0 || done >= steps[i - 1]!.done)).toBe(true);
    expect(steps.at(-1)!.done).toBe(steps.at(-1)!.total);
  });

  it("comes to the end of each task where there is nothing to find, too", async () => {
    const random = createRandom(3);
    const layer = (from: string, to: string, nIn: number): KernelBlock => ({
      ...{ from, to, shape: [3, 3, nIn, 8] },
      kernel: Float32Array.from({ length: 72 * nIn }, () => random.normal()),
    });
    const last = new Map<string, { done: number; total: number }>();
    const onProgress = (step: { task: string; done: number; total: number }): void => void last.set(step.task, step);
    const found = await findMotifs([layer("image", "a", 3), layer("a", "b", 8)], "a", "b", {
      group: group.rotations(4),
      onProgress,
    });
    expect(found.motifs).toEqual([]);
    expect([...last].map(([task, { done, total }]) => [task, done / total])).toEqual([
      ["a", 1],
      ["b", 1],
      ["a → b", 1],
    ]);
  });

  it("stops when aborted: before it begins, and at every step", async () => {
    let steps = 0;
    const onProgress = (): void => {
      steps++;
    };
    await expect(search({ signal: AbortSignal.abort(new Error("before")), onProgress })).rejects.toThrow("before");
    expect(steps).toBe(0);
    const stop = new AbortController();
    const stopAtThird = (): void => {
      if (++steps === 3) stop.abort(new Error("enough"));
    };
    await expect(search({ signal: stop.signal, onProgress: stopAtThird })).rejects.toThrow("enough");
    expect(steps).toBe(3);
  });

  it("puts motifs between families before those with an end that is held still without evidence", async () => {
    // Nobody says of the invariant units below that they are.
    const families = known.filter(({ layer, members }) => layer === "layer1" || members.length > 1);
    const motifs = await search({ families });
    const assumed = motifs.map((motif) => motif.assumedInvariant);
    expect(new Set(assumed)).toEqual(new Set([false, true]));
    expect([...assumed].sort((a, b) => Number(a) - Number(b))).toEqual(assumed);
    for (const motif of motifs) expect(motif.assumedInvariant).toBe(!families.includes(motif.source));
  });

  it("refuses the image, of which there are no families", async () => {
    await expect(findMotifs(made.blocks, "image", "layer0", { group: turns })).rejects.toThrow(
      /"image" is the image.*call findFamilies/,
    );
  });
});
