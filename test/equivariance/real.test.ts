/** Kernels of InceptionV1 that the articles show, and the first layers of real networks. */
import { describe, expect, it } from "vitest";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import type { Motif } from "../../src/equivariance/motif.js";
import { open } from "../../src/node/open.js";
import { hasShared, resnet50 } from "../load/shared.js";
import { inceptionBlock } from "./inceptionv1.js";

const channels = (family: Motif["source"]): number[] =>
  family.members.map(({ unit }) => unit.channel).sort((a, b) => a - b);

describe.skipIf(!hasShared)("kernels of InceptionV1", () => {
  it("colour contrast to centre-surround takes rotation away", async () => {
    const block = inceptionBlock("greenpurple_contrast_to_center", 3);
    const { motifs } = await findMotifs(block, block.from, block.to, { group: group.rotations(4), nullDraws: 99 });
    const [motif] = motifs;
    expect(motif!.kind).toBe("equivariant→invariant");
    expect(motif!.score).toBeGreaterThanOrEqual(0.9);
    expect(channels(motif!.source)).toHaveLength(4);
    expect(motif!.union).toBe(true);
    expect(motif!.pValue).toBeLessThanOrEqual(0.05);
  });

  it("black-white contrast to centre-surround too", async () => {
    const block = inceptionBlock("bw_3a_to_3b_center", 3);
    const {
      motifs: [motif],
    } = await findMotifs(block, block.from, block.to, { group: group.rotations(4), nullDraws: 99 });
    expect(motif!.kind).toBe("equivariant→invariant");
    expect(motif!.score).toBeGreaterThanOrEqual(0.9);
  });

  it("lines to circle and to divergence take rotation away", async () => {
    const block = inceptionBlock("line_to_circle_divergence", 3);
    const { motifs } = await findMotifs(block, block.from, block.to, { group: group.rotations(8), nullDraws: 99 });
    expect(motifs.map(({ kind }) => kind)).toEqual(["equivariant→invariant", "equivariant→invariant"]);
    expect(new Set(motifs.map(({ target }) => channels(target)[0]))).toEqual(new Set([137, 146]));
  });

  it("human beside animal is made by the mirror out of what the mirror leaves alike", async () => {
    const block = inceptionBlock("human_animal_4c_to_4d", 5);
    const { motifs } = await findMotifs(block, block.from, block.to, { group: group.flip(), nullDraws: 99 });
    // Each of the two could be called invariant by itself; that they are each other's mirror image explains more.
    expect(motifs.map(({ kind, target }) => [kind, channels(target)])).toEqual([["invariant→equivariant", [427, 429]]]);
    expect(motifs[0]!.score).toBeGreaterThan(0.9);
    expect(motifs[0]!.union).toBe(false);
  });

  it("dog heads of both sides join in one that has no side", async () => {
    const block = inceptionBlock("doghead_merge_4a_to_4b", 5);
    const { motifs } = await findMotifs(block, block.from, block.to, { group: group.flip(), nullDraws: 99 });
    expect(motifs).toHaveLength(1);
    expect(motifs[0]).toMatchObject({ kind: "equivariant→invariant", union: true, assumedInvariant: true });
    const sides = (element: number): number[] =>
      motifs[0]!.source.members.flatMap((m) => (m.element === element ? [m.unit.channel] : [])).sort((a, b) => a - b);
    expect([sides(0), sides(1)]).toContainEqual([234, 308]);
    expect([sides(0), sides(1)]).toContainEqual([222, 325]);
  });
});

describe("the first layer of ResNet-50", () => {
  it("has a family of four Gabors at right angles", async () => {
    const net = await open(resnet50);
    const layer = net.layers.find(({ kernel }) => kernel !== null)!.name;
    const { families } = await findFamilies(net, layer, { group: group.rotations(4), nullDraws: 39 });
    const largest = families.map((family) => channels(family));
    expect(largest).toContainEqual([17, 19, 25, 58]);
  }, 60_000);
});
