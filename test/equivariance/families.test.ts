/** Families and motifs: in planted networks everything that is there is found, in others nothing. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { affinities } from "../../src/equivariance/affinity.js";
import { incoming, type KernelBlock, outgoing, pickOutputs } from "../../src/equivariance/block.js";
import { fixedFilters } from "../../src/equivariance/filters.js";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { fitElements } from "../../src/equivariance/fit-elements.js";
import { foldBySymmetry } from "../../src/equivariance/fold-by-symmetry.js";
import { type Group, tableOf } from "../../src/equivariance/group.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { type Plan, plant } from "./planted.js";
import { motifScore, pairScore } from "./score.js";
import { randomWeights, shuffleWeights } from "./unstructured.js";

async function scores(plan: Plan) {
  const made = plant(plan);
  const table = tableOf(plan.group);
  const first = await findFamilies(made.blocks, "layer0", { group: plan.group });
  const second = await findFamilies(made.blocks, "layer1", {
    group: plan.group,
    families: first.families,
  });
  const families = [...first.families, ...second.families];
  const { motifs } = await findMotifs(made.blocks, "layer0", "layer1", { group: plan.group, families });
  return {
    pairs: [first, second].map(({ families }, layer) => pairScore(families, made.families[layer]!, table)),
    motifs: motifScore(motifs, made),
    found: motifs,
  };
}

/** Four kernels of a 5 × 5 that are one bar, turned by 90°, and two that are nothing of the kind. */
function bars(): KernelBlock {
  const random = createRandom(1);
  const kernel = new Float32Array(25 * 3 * 6);
  for (let step = 0; step < 4; step++) {
    for (let along = 0; along < 5; along++) {
      let [x, y] = [along - 2, -1];
      for (let s = 0; s < step; s++) [x, y] = [-y, x];
      const weight = [5, 4, 3, 1, 1][along]!;
      for (let c = 0; c < 3; c++) kernel[(((y + 2) * 5 + x + 2) * 3 + c) * 6 + step] = weight;
    }
  }
  for (let at = 0; at < 75; at++) for (let o = 4; o < 6; o++) kernel[at * 6 + o] = random.normal();
  return { from: "image", to: "first", shape: [5, 5, 3, 6], kernel };
}

describe("families by hand", () => {
  it("are the four bars with their angles; the other units are left over", async () => {
    const { families, unassigned, inputs } = await findFamilies(bars(), "first", { group: group.rotations(4) });
    expect(families).toHaveLength(1);
    const [family] = families;
    expect(family!.members.map(({ unit, label }) => `${unit.channel} ${label}`)).toEqual([
      "0 0°",
      "1 90°",
      "2 180°",
      "3 270°",
    ]);
    expect(family).toMatchObject({ layer: "first", stabiliser: [0], missing: [], duplicates: [], closure: 1 });
    expect(family!.affinity).toBeCloseTo(1, 5);
    expect(family!.prediction).toBeCloseTo(1, 5);
    expect(unassigned.map(({ channel }) => channel)).toEqual([4, 5]);
    expect(inputs).toBe("fixed");
  });

  it("of a template and its enlarged copy are as alike from either side, though the copy's outside is cut off", async () => {
    const random = createRandom(2);
    const small = Array.from(
      { length: 5 },
      () => [3 * random.uniform() - 1.5, 3 * random.uniform() - 1.5, random.normal()] as const,
    );
    const kernel = new Float32Array(9 * 9 * 2);
    for (let tap = 0; tap < 81; tap++) {
      for (const [x, y, weight] of small) {
        for (const [o, scale] of [
          [0, 1],
          [1, 2],
        ] as const) {
          const distance = (Math.floor(tap / 9) - 4 - scale * y) ** 2 + ((tap % 9) - 4 - scale * x) ** 2;
          kernel[2 * tap + o]! += (weight / scale ** 2) * Math.exp(-distance / (1.5 * scale ** 2));
        }
      }
    }
    const sizes = group.scale(1, 2);
    const filters = fixedFilters(incoming({ from: "a", to: "b", shape: [9, 9, 1, 2], kernel }, "b"), sizes);
    const alike = await affinities(filters, tableOf(sizes), async () => {});
    const [forth, back] = [alike[(0 * 2 + 1) * 3 + 1]!, alike[(1 * 2 + 0) * 3 + 2]!];
    expect(forth).toBeGreaterThan(0.97);
    expect(back).toBe(forth);
  });

  it("have their angles fitted again where they are known to be one family", async () => {
    const four = pickOutputs(incoming(bars(), "first"), [2, 0, 3, 1]);
    const turns = group.rotations(4);
    const elements = await fitElements(fixedFilters(four, turns), tableOf(turns), async () => {});
    expect(elements.map((element) => (element - elements[1]! + 4) % 4)).toEqual([2, 0, 3, 1]);
  });

  it("list an element as missing where no unit has it, and duplicates where one comes twice", async () => {
    const whole = bars();
    // Unit 3 becomes a copy of unit 0, so 270° is empty.
    const kernel = Float32Array.from(whole.kernel, (w, at) => (at % 6 === 3 ? whole.kernel[at - 3]! : w));
    const { families } = await findFamilies({ ...whole, kernel }, "first", { group: group.rotations(4) });
    expect(families[0]!.missing).toEqual([3]);
    expect(families[0]!.duplicates).toEqual([{ layer: "first", channel: 3 }]);
  });

  it("come with a warning where 3×3 kernels are asked for more than multiples of 90°", async () => {
    const block = randomWeights(
      { from: "a", to: "b", shape: [3, 3, 4, 6], kernel: new Float32Array(216) },
      createRandom(1),
    );
    const eight = await findFamilies(block, "b", { group: group.rotations(8), nullDraws: 19 });
    expect(eight.warnings.join()).toMatch(/3×3 kernels hardly tell turns between multiples of 90°/);
    const four = await findFamilies(block, "b", { group: group.rotations(4), nullDraws: 19 });
    expect(four.warnings).toEqual([]);
  });

  it("carry the settings that made them, and go through JSON unchanged", async () => {
    const found = await findFamilies(bars(), "first", { group: group.rotations(4), nullDraws: 29, seed: 4 });
    expect(found.settings).toEqual({
      group: "4 rotations",
      by: "incoming",
      weights: "folded",
      threshold: 0.35,
      alpha: 0.05,
      nullDraws: 29,
      seed: 4,
    });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });
});

describe("planted networks", () => {
  const cases: [string, Plan][] = [
    ["four rotations", { group: group.rotations(4), kernels: [5, 3], channels: 48, noise: 0.25, seed: 7 }],
    [
      "eight rotations, two missing",
      { group: group.rotations(8), members: 6, kernels: [5, 5], channels: 48, noise: 0.5, seed: 7 },
    ],
    ["the mirror", { group: group.flip(), kernels: [5, 5], channels: 32, noise: 0.25, seed: 7 }],
    ["turns and mirrors", { group: group.dihedral(4), kernels: [5, 3], channels: 48, noise: 0.25, seed: 7 }],
    ["light and dark swapped", { group: group.polarity(), kernels: [5, 5], channels: 32, noise: 0.25, seed: 7 }],
    [
      "light and dark swapped, and turns",
      {
        group: group.product(group.polarity(), group.rotations(4)),
        kernels: [5, 5],
        channels: 48,
        noise: 0.25,
        seed: 7,
      },
    ],
  ];
  for (const [name, plan] of cases) {
    it(`of ${name} are found: families, angles, motifs and their kinds`, async () => {
      const { pairs, motifs } = await scores(plan);
      for (const { precision, recall, angles } of pairs) {
        expect(precision).toBeGreaterThanOrEqual(0.95);
        expect(recall).toBeGreaterThanOrEqual(0.9);
        expect(angles).toBe(1);
      }
      expect(motifs).toEqual({ planted: motifs.planted, right: motifs.planted, wrong: 0 });
    }, 60_000);
  }

  it("of hues times rotations are found as one family", async () => {
    const both = group.product(group.hue(3), group.rotations(4));
    const made = plant({ group: both, kernels: [5], channels: 30, noise: 0.1, seed: 3 });
    const { families } = await findFamilies(made.blocks, "layer0", { group: both });
    const score = pairScore(families, made.families[0]!, tableOf(both));
    expect(score).toEqual({ precision: 1, recall: 1, angles: 1 });
  });

  it("of mirrored contrast are found by polarity", async () => {
    const made = plant({ group: group.polarity(), kernels: [5], channels: 24, noise: 0.1, seed: 4, invariant: 0 });
    const { families } = await findFamilies(made.blocks, "layer0", { group: group.polarity() });
    const score = pairScore(families, made.families[0]!, tableOf(group.polarity()));
    expect(score.precision).toBe(1);
    expect(score.recall).toBeGreaterThanOrEqual(0.9);
  });

  it("of three sizes are found whatever the order of the channels, and the two ends as one family", async () => {
    const sizes = group.scale(1);
    const [block] = plant({
      group: sizes,
      kernels: [7],
      channels: 12,
      decoys: 0,
      noise: 0.1,
      seed: 1,
      invariant: 0,
    }).blocks;
    const found = async (order: readonly number[]): Promise<string[]> => {
      const kernel = Float32Array.from(block!.kernel, (_, at) => block!.kernel[at - (at % 12) + order[at % 12]!]!);
      const { families } = await findFamilies({ ...block!, kernel }, "layer0", { group: sizes });
      return families
        .map(({ members }) =>
          [...members].sort((a, b) => sizes.transformation(a.element).scale! - sizes.transformation(b.element).scale!),
        )
        .map((members) => members.map(({ unit, label }) => `${order[unit.channel]} ${label}`).join(", "))
        .sort();
    };
    const inOrder = Array.from({ length: 12 }, (_, i) => i);
    const once = await found(inOrder);
    expect(once).toHaveLength(4);
    expect(once.every((family) => /×0.71.*×1,.*×1.41/.test(family))).toBe(true);
    const random = createRandom(1);
    for (let i = 0; i < 2; i++) {
      const order = inOrder.map((c) => [random.uniform(), c] as const).sort(([a], [b]) => a - b);
      expect(await found(order.map(([, c]) => c))).toEqual(once);
    }
  });

  it("are found by what reads them alone, as the families above move", async () => {
    const plan: Plan = { group: group.rotations(4), kernels: [5, 3], channels: 32, noise: 0.2, seed: 11 };
    const made = plant(plan);
    const above = await findFamilies(made.blocks, "layer1", { group: plan.group });
    const { families, settings } = await findFamilies([made.blocks[1]!], "layer0", {
      group: plan.group,
      by: "outgoing",
      families: above.families,
    });
    expect(settings).toMatchObject({ by: "outgoing" });
    const { precision, recall, angles } = pairScore(families, made.families[0]!, tableOf(plan.group));
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(angles).toBe(1);
    expect(recall).toBeGreaterThanOrEqual(0.9);
  });

  it("are found by all that reads them, though one reader alone is not enough", async () => {
    const plan: Plan = { group: group.rotations(4), kernels: [5, 3], channels: 32, noise: 0.2, seed: 11 };
    const made = plant(plan);
    const [height, width, nIn, nOut] = made.blocks[1]!.shape;
    // The first reader is noise, of another size, and reads with as little as nothing.
    const random = createRandom(4);
    const first = { from: "layer0", to: "beside", shape: [1, 1, nIn, 2] as const };
    const blocks = [
      { ...first, kernel: Float32Array.from({ length: nIn * 2 }, () => 0.01 * random.normal()) },
      made.blocks[1]!,
    ];
    const both = outgoing(blocks, "layer0")!;
    expect([both.height, both.width, both.inputs.length, both.outputs.length]).toEqual([height, width, nOut + 2, nIn]);
    expect(both.data[4]).toBe(blocks[0]!.kernel[0]);
    const above = await findFamilies(made.blocks, "layer1", { group: plan.group });
    const options = { group: plan.group, by: "outgoing", families: above.families } as const;
    const { families } = await findFamilies(blocks, "layer0", options);
    expect(pairScore(families, made.families[0]!, tableOf(plan.group)).recall).toBeGreaterThanOrEqual(0.9);
  });

  it("are folded to one representative, which keeps the share of energy that the score says", async () => {
    const { found } = await scores(cases[0]![1]);
    const motif = found.find(({ kind }) => kind === "equivariant→equivariant")!;
    expect(motif.settings).toMatchObject({ group: "4 rotations", weights: "folded", nullDraws: 49, seed: 0 });
    const { kernelsBefore, kernelsAfter, kept, representative } = foldBySymmetry(motif);
    expect([kernelsBefore, kernelsAfter]).toEqual([16, 4]);
    expect(kept).toBe(motif.score);
    expect(motif.target.members.map(({ unit }) => unit)).toContainEqual(representative);
  });
});

describe("a group of the user's own", () => {
  it("finds what is planted with it as those of the library do: here mirrors along a diagonal", async () => {
    const diagonal: Group = {
      name: "rows and columns swapped",
      order: 2,
      multiply: (a, b) => (a + b) % 2,
      // Left and right swapped, then a quarter turn back.
      transformation: (element) => (element === 0 ? {} : { mirror: true, degrees: 270 }),
      label: (element) => (element === 0 ? "as it is" : "swapped"),
    };
    const { pairs, motifs } = await scores({ group: diagonal, kernels: [5, 5], channels: 24, noise: 0.25, seed: 7 });
    for (const score of pairs) expect(score).toEqual({ precision: 1, recall: 1, angles: 1 });
    expect(motifs).toEqual({ planted: motifs.planted, right: motifs.planted, wrong: 0 });
  }, 60_000);
});

describe("networks without structure", () => {
  it("show families in at most one of twenty", async () => {
    const groups: Group[] = [group.rotations(4), group.rotations(8), group.flip(), group.dihedral(4)];
    let hits = 0;
    for (let seed = 0; seed < 20; seed++) {
      const [block] = plant({ group: groups[seed % 4]!, kernels: [5], channels: 24, noise: 0.2, seed }).blocks;
      const random = createRandom(100 + seed);
      const none = seed % 2 === 0 ? shuffleWeights(block!, random) : randomWeights(block!, random, seed % 4 === 1);
      const { families } = await findFamilies(none, "layer0", { group: groups[seed % 4]!, nullDraws: 19, seed });
      if (families.length > 0) hits++;
    }
    expect(hits).toBeLessThanOrEqual(1);
  }, 60_000);
});

describe("the search", () => {
  const made = plant({ group: group.rotations(4), kernels: [3, 3], channels: 16, seed: 2 });

  it("gives the same for the same seed", async () => {
    const once = await findFamilies(made.blocks, "layer0", { group: group.rotations(4), seed: 3 });
    const again = await findFamilies(made.blocks, "layer0", { group: group.rotations(4), seed: 3 });
    expect(again).toEqual(once);
  });

  it("reports each step and stops when aborted", async () => {
    const steps: number[] = [];
    const stop = new AbortController();
    const run = findFamilies(made.blocks, "layer0", {
      group: group.rotations(4),
      signal: stop.signal,
      onProgress: ({ done, total }) => {
        steps.push(done);
        expect(done).toBeLessThanOrEqual(total);
        if (done === 3) stop.abort(new Error("enough"));
      },
    });
    await expect(run).rejects.toThrow("enough");
    expect(steps).toEqual([1, 2, 3]);
  });

  it("refuses what it cannot do, in one sentence", async () => {
    const g = group.rotations(4);
    const refused = (promise: Promise<unknown>, message: RegExp) => expect(promise).rejects.toThrow(message);
    await refused(findFamilies(made.blocks, "layer0", {} as never), /group is a group such as/);
    await refused(
      findFamilies(made.blocks, "layer7", { group: g }),
      /no block of kernels leads to "layer7".*layer0, layer1/,
    );
    await refused(findFamilies(made.blocks, "layer0", { group: g, threshold: 2 }), /threshold is a number .*got 2/);
    await refused(findFamilies(made.blocks, "layer0", { group: g, nullDraws: 5 }), /at least 19 draws; got 5/);
    await refused(findFamilies(made.blocks, "layer0", { group: g, inputs: "families" }), /no families are known/);
    await refused(findMotifs(made.blocks, "image", "layer1", { group: g }), /"layer1" does not read "image"/);
    const block = { from: "a", to: "b", shape: [3, 3, 2, 2] as const, kernel: [1] };
    await refused(findFamilies(block, "b", { group: g }), /as many weights/);
  });
});
