/** Families and a motif planted at any angle, with duplicates and a hole, behind a bottleneck that mixes all channels. */
import { describe, expect, it } from "vitest";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { parse, stringify } from "../../src/results/codec.js";
import { angleScore, plantContinuous } from "./continuous.js";

const turns = group.rotations(8);

describe("planted at any angle, with duplicates and a hole, behind a bottleneck", () => {
  for (const [seed, noise] of [
    [1, 0],
    [2, 0.5],
  ] as const) {
    it(`is found, members and angles and the motif, seed ${seed}, noise ${noise}`, async () => {
      const { net, edges, readers } = plantContinuous(seed, noise);
      const below = await findFamilies(net, "edges", { group: turns, by: "tuning" });
      const above = await findFamilies(net, "readers", { group: turns, by: "auto" });
      for (const [found, planted] of [
        [below, edges],
        [above, readers],
      ] as const) {
        const { precision, recall, worst } = angleScore(found.families, planted);
        expect(precision).toBeGreaterThanOrEqual(0.95);
        expect(recall).toBeGreaterThanOrEqual(0.9);
        expect(worst).toBeLessThanOrEqual(10);
      }
      expect(below.families[0]!.missing.length).toBeGreaterThan(0);
      expect(below.families[0]!.duplicates.length).toBeGreaterThan(0);
      const families = [...below.families, ...above.families];
      const { motifs } = await findMotifs(net, "edges", "readers", { group: turns, families });
      expect(motifs[0]).toMatchObject({ kind: "equivariant→equivariant", pValue: 0.005 });
      expect(motifs[0]!.prediction).toBeGreaterThan(0.8);
      expect(motifs[0]!.permutedScore).toBeLessThan(0.5 * motifs[0]!.score);
      expect(parse("families", stringify(above))).toEqual(above);
    }, 300_000);
  }
});
