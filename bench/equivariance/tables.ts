/**
 * What the detector finds and what it costs, as tables: `npx tsx bench/equivariance/tables.ts [planted|gains|continuous|twins|null|no-motifs|inception|first|cost] …`
 * prints them and writes each to `bench/equivariance/<name>.md`. Without names, all of them; that takes a while.
 */
import { existsSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { formatTable } from "../../src/core/print.js";
import { createRandom, type Random } from "../../src/core/random.js";
import type { KernelBlock } from "../../src/equivariance/block.js";
import type { Family } from "../../src/equivariance/family.js";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { type Group, tableOf } from "../../src/equivariance/group.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { squareMoves } from "../../src/equivariance/null.js";
import { twinOf } from "../../src/equivariance/tuning/twin.js";
import { open } from "../../src/node/open.js";
import { angleScore, plantContinuous } from "../../test/equivariance/continuous.js";
import { inceptionBlock } from "../../test/equivariance/inceptionv1.js";
import { allElements, knownFamily } from "../../test/equivariance/known.js";
import { type Plan, plant } from "../../test/equivariance/planted.js";
import { invariantRecall, motifScore, type PairScore, pairScore } from "../../test/equivariance/score.js";
import { randomWeights, shuffleWeights } from "../../test/equivariance/unstructured.js";
import { shared } from "../../test/load/shared.js";
import { networks } from "./networks.js";

interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const two = (n: number): string => n.toFixed(2);

/** Families and motifs of planted networks, half of the channels decoys; two seeds each. */
async function planted(seeds: readonly number[] = [4711, 4712]): Promise<Table> {
  const rows: string[][] = [];
  const cases: [Group, number, readonly number[], number][] = [
    [group.rotations(4), 4, [3, 3], 64],
    [group.rotations(4), 4, [5, 3], 64],
    [group.rotations(4), 4, [4, 6], 64],
    [group.rotations(4), 4, [5, 3, 3], 64],
    [group.rotations(2), 2, [5, 3], 64],
    [group.flip(), 2, [5, 5], 64],
    [group.polarity(), 2, [5, 3], 64],
    [group.hue(4), 4, [5, 3], 64],
    [group.scale(1), 3, [7, 7], 64],
    [group.rotations(8), 8, [3, 3], 64],
    [group.rotations(8), 8, [5, 3], 64],
    [group.rotations(8), 6, [5, 5], 128],
    [group.dihedral(4), 8, [5, 3], 128],
    [group.dihedral(8), 16, [5, 5], 128],
    [group.rotations(4), 4, [5, 3], 256],
    [group.rotations(8), 8, [7, 3], 256],
    [group.product(group.polarity(), group.rotations(4)), 8, [5, 5], 128],
    [group.product(group.hue(4), group.rotations(4)), 16, [5, 3], 128],
    [group.rotations(16), 16, [7, 5], 128],
    [group.rotations(16), 12, [7, 7], 128],
  ];
  for (const [g, members, kernels, channels] of cases) {
    // No template is the same in all sizes of a range.
    const invariant = g.multiply(1, 1) === undefined ? 0 : 2;
    for (const noise of [0, 0.25, 0.5]) {
      for (const seed of seeds) {
        rows.push(await plantedRow({ group: g, members, kernels, channels, noise, seed, invariant }));
        console.error(rows.at(-1)!.join("  "));
      }
    }
  }
  return {
    title: "Planted networks: pairs of units by layer, share of right relative elements, motifs with their kind",
    header: [
      "group",
      "members",
      "kernels",
      "channels",
      "noise",
      "seed",
      "precision by layer",
      "recall by layer",
      "invariant units",
      "angles",
      "motifs",
      "wrong",
    ],
    rows,
  };
}

async function plantedRow(
  plan: Plan & { members: number; noise: number; seed: number; gains?: number },
): Promise<string[]> {
  const planned = plant(plan);
  const made = { ...planned, blocks: withGains(planned.blocks, plan.gains ?? 0, createRandom(plan.seed)) };
  const table = tableOf(plan.group);
  const families: Family[] = [];
  const scores: PairScore[] = [];
  const invariant: number[] = [];
  const motifs = { planted: 0, right: 0, wrong: 0 };
  for (const layer of plan.kernels.keys()) {
    const found = await findFamilies(made.blocks, `layer${layer}`, { group: plan.group, families });
    families.push(...found.families);
    scores.push(pairScore(found.families, made.families[layer]!, table));
    invariant.push(invariantRecall(found.families, made.families[layer]!));
    if (layer === 0) continue;
    const { motifs: between } = await findMotifs(made.blocks, `layer${layer - 1}`, `layer${layer}`, {
      group: plan.group,
      families,
    });
    const score = motifScore(between, made, layer);
    for (const key of ["planted", "right", "wrong"] as const) motifs[key] += score[key];
  }
  return [
    plan.group.name,
    `${plan.members} of ${plan.group.order}`,
    plan.kernels.join(", "),
    `${plan.channels}`,
    two(plan.noise),
    `${plan.seed}`,
    scores.map(({ precision }) => two(precision)).join(", "),
    scores.map(({ recall }) => two(recall)).join(", "),
    invariant.map(two).join(", "),
    two(Math.min(...scores.map(({ angles }) => angles))),
    `${motifs.right} / ${motifs.planted}`,
    `${motifs.wrong}`,
  ];
}

/**
 * The same networks after every channel of a rectified layer was multiplied by a number and what reads it divided by it: a change of
 * the weights that is none of the function. The deviation is that of the numbers' logarithms.
 */
async function gains(seeds: readonly number[] = [4711, 4712, 4713]): Promise<Table> {
  const rows: string[][] = [];
  for (const [g, kernels] of [
    [group.rotations(4), [5, 3, 3]],
    [group.rotations(8), [5, 5, 3]],
  ] as const) {
    for (const deviation of [0, 0.6, 1]) {
      for (const seed of seeds) {
        const plan = { group: g, members: g.order, kernels, channels: 64, noise: 0.25, seed, gains: deviation };
        // Families alone: without the noise, which is the same everywhere, and the motifs.
        rows.push((await plantedRow(plan)).slice(0, -2).toSpliced(4, 1, two(deviation)));
        console.error(rows.at(-1)!.join("  "));
      }
    }
  }
  return {
    title: "Gains of channels that change nothing in the function (noise 0.25)",
    header: [
      "group",
      "members",
      "kernels",
      "channels",
      "deviation of log gains",
      "seed",
      "precision by layer",
      "recall by layer",
      "invariant units",
      "angles",
    ],
    rows,
  };
}

/** Families at any angle, with duplicates and a hole, and what reads them through a bottleneck that mixes all channels. */
async function continuous(seeds: readonly number[] = [1, 2, 3, 4, 5, 6]): Promise<Table> {
  const rows: string[][] = [];
  const turns = group.rotations(8);
  for (const noise of [0, 0.5]) {
    for (const seed of seeds) {
      const { net, edges, readers } = plantContinuous(seed, noise);
      const below = await findFamilies(net, "edges", { group: turns, by: "tuning" });
      const above = await findFamilies(net, "readers", { group: turns, by: "auto" });
      const families = [...below.families, ...above.families];
      const { motifs } = await findMotifs(net, "edges", "readers", { group: turns, families });
      const scores = [angleScore(below.families, edges), angleScore(above.families, readers)];
      rows.push([
        two(noise),
        `${seed}`,
        scores.map(({ precision }) => two(precision)).join(", "),
        scores.map(({ recall }) => two(recall)).join(", "),
        scores.map(({ worst }) => worst.toFixed(0)).join(", "),
        motifs[0] ? `${two(motifs[0].score)} (${two(motifs[0].nullScore)})` : "none",
        motifs[0] ? two(motifs[0].prediction) : "",
        motifs[0] ? `${motifs[0].pValue}` : "",
      ]);
      console.error(rows.at(-1)!.join("  "));
    }
  }
  return {
    title:
      "Families at any angle (edges by tuning, their readers behind a bottleneck by auto), and the motif between them",
    header: [
      "noise",
      "seed",
      "precision",
      "recall",
      "largest error of a relative angle",
      "score (chance)",
      "prediction",
      "p",
    ],
    rows,
  };
}

/** Networks without structure: two layers, families of both and motifs between them, at level 0.05; seeds nobody tuned on. */
async function nothing(count = 400, firstSeed = 7000): Promise<Table> {
  const kinds = ["normal weights", "heavy-tailed weights", "shuffled weights", "shuffled kernels"] as const;
  const groups = [
    group.rotations(4),
    group.rotations(8),
    group.flip(),
    group.hue(6),
    group.polarity(),
    group.dihedral(4),
    group.product(group.hue(2), group.rotations(4)),
    group.scale(1),
  ];
  const sizes = [
    [3, 3],
    [5, 3],
    [5, 5],
    [1, 1],
  ] as const;
  const hits = new Map<string, [number, number]>();
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const kind = kinds[seed % kinds.length]!;
    const g = groups[Math.floor(seed / kinds.length) % groups.length]!;
    // Shuffled kernels are of no group; templates that all sizes of a range change are rare.
    const ranged = g.multiply(1, 1) === undefined;
    const plan: Plan = {
      group: ranged ? group.rotations(4) : g,
      kernels: [5, 5],
      channels: 32,
      noise: 0.2,
      seed,
      invariant: 0,
    };
    const kernels = sizes[Math.floor(seed / (kinds.length * groups.length)) % sizes.length]!;
    const model = plant(plan).blocks.map((block, layer) => middleOf(block, kernels[layer]!));
    const blocks: KernelBlock[] = model.map((block) =>
      seed % 4 < 2
        ? randomWeights(block, createRandom(seed), seed % 4 === 1)
        : shuffleWeights(block, createRandom(seed), seed % 4 === 3),
    );
    const first = await findFamilies(blocks, "layer0", { group: g, seed });
    const second = await findFamilies(blocks, "layer1", { group: g, seed, families: first.families });
    const families = [...first.families, ...second.families];
    const motifs =
      families.length > 0 ? (await findMotifs(blocks, "layer0", "layer1", { group: g, seed, families })).motifs : [];
    const key = `${kind}, ${g.name}`;
    const [found, all] = hits.get(key) ?? [0, 0];
    hits.set(key, [found + (families.length + motifs.length > 0 ? 1 : 0), all + 1]);
    if (families.length > 0)
      console.error(key, seed, kernels, first.families.length, second.families.length, motifs.length);
    if ((seed - firstSeed + 1) % 20 === 0) console.error(`${seed - firstSeed + 1} of ${count}`);
  }
  const rows = [...hits].sort().map(([key, [found, all]]) => [key, `${all}`, `${found}`]);
  const total = [...hits.values()].reduce((sum, [found]) => sum + found, 0);
  rows.push(["all", `${count}`, `${total} (${((100 * total) / count).toFixed(1)} %)`]);
  return {
    title: "Networks without structure (two layers of 32 units): with any family or motif at level 0.05",
    header: ["weights", "networks", "with a finding"],
    rows,
  };
}

/**
 * Blocks without motifs: kernels of planted networks, each turned or mirrored by itself and put in another place. Once between
 * families that are known, once as the small blocks that articles print, of which nothing is known.
 */
async function noMotifs(count = 200, first = 9000): Promise<Table> {
  const groups = [group.rotations(4), group.rotations(8), group.flip()];
  const hits = new Map<string, [number, number]>();
  for (let seed = first; seed < first + count; seed++) {
    const g = groups[seed % groups.length]!;
    const kernels = [
      [3, 3],
      [5, 3],
      [5, 5],
    ][Math.floor(seed / groups.length) % 3]!;
    const made = plant({ group: g, kernels, channels: 32, noise: 0.2, seed });
    const random = createRandom(seed);
    const block = shuffleWeights(turnedApart(made.blocks[1]!, random), random, true);
    const families = made.families.flatMap((layer, i) =>
      layer.map(({ channels, elements, invariant }) =>
        knownFamily(g, `layer${i}`, {
          members: channels.map((channel, at): [number, number] => [channel, invariant ? 0 : elements[at]!]),
          stabiliser: invariant ? allElements(g) : [0],
        }),
      ),
    );
    const { motifs: between } = await findMotifs([made.blocks[0]!, block], "layer0", "layer1", {
      group: g,
      seed,
      families,
    });
    const plain = cutOut(block, 6, 3);
    const { motifs: alone } = await findMotifs(plain, plain.from, plain.to, { group: g, seed });
    for (const [kind, found] of [
      ["between known families", between.length],
      ["6 × 3 kernels alone", alone.length],
    ] as const) {
      const key = `${kind}, ${g.name}`;
      const [some, all] = hits.get(key) ?? [0, 0];
      hits.set(key, [some + (found > 0 ? 1 : 0), all + 1]);
      if (found > 0) console.error(key, seed, kernels, found);
    }
  }
  const rows = [...hits].sort().map(([key, [found, all]]) => [key, `${all}`, `${found}`]);
  for (const kind of ["6 × 3 kernels alone", "between known families"]) {
    const found = [...hits].reduce((sum, [key, [some]]) => (key.startsWith(kind) ? sum + some : sum), 0);
    rows.push([`${kind}, all`, `${count}`, `${found} (${((100 * found) / count).toFixed(1)} %)`]);
  }
  return {
    title: "Kernels without structure between two layers: blocks with any motif at level 0.05",
    header: ["kernels", "blocks", "with a motif"],
    rows,
  };
}

/** Every channel of a layer multiplied by a number of this log deviation, and what reads it divided by it. */
function withGains(blocks: readonly KernelBlock[], deviation: number, random: Random): KernelBlock[] {
  let below = new Float64Array(blocks[0]!.shape[2]).fill(1);
  return blocks.map((block) => {
    const [, , nIn, nOut] = block.shape;
    const own = Float64Array.from({ length: nOut }, () => Math.exp(deviation * random.normal()));
    const scaled = Float32Array.from(
      block.kernel,
      (weight, at) => (weight * own[at % nOut]!) / below[Math.floor(at / nOut) % nIn]!,
    );
    below = own;
    return { ...block, kernel: scaled };
  });
}

/** Families by tuning in twins of real networks whose weights are random, each judged against twins of its own. */
async function twins(seeds: readonly number[] = [101, 102, 103]): Promise<Table> {
  const rows: string[][] = [];
  let [some, all] = [0, 0];
  for (const [name, path, layers] of [
    [
      "GoogLeNet",
      shared("models", "googlenet-bvlc", "bvlc_googlenet.onnx"),
      ["conv1_7x7_s2", "conv2_3x3", "inception_3a_3x3", "inception_3a_5x5", "inception_3b_5x5"],
    ],
    ["VGG-19", shared("models", "vgg19-block1to3"), ["block1_conv2", "block2_conv2", "block3_conv1"]],
  ] as const) {
    if (!existsSync(path)) continue;
    const net = await open(path, { preprocessing: "caffe" });
    for (const layer of layers) {
      const found: string[] = [];
      for (const seed of seeds) {
        const twin = twinOf(net, layer, createRandom(seed));
        const { families } = await findFamilies(twin, layer, { group: group.rotations(8), by: "tuning", seed });
        all++;
        if (families.length > 0) some++;
        found.push(`${families.length}`);
      }
      rows.push([name, layer, found.join(", ")]);
      console.error(rows.at(-1)!.join("  "));
    }
  }
  rows.push(["all", `${all} layers`, `${some} with a family`]);
  return {
    title: "Families by tuning in networks with random weights, three of each (eight rotations, level 0.05)",
    header: ["network", "layer", "families"],
    rows,
  };
}

/** The middle of every kernel. */
function middleOf(block: KernelBlock, size: number): KernelBlock {
  const [height, width, nIn, nOut] = block.shape;
  const places = nIn * nOut;
  const kernel = new Float32Array(size * size * places);
  for (let tap = 0; tap < size * size; tap++) {
    const row = (height - size) / 2 + Math.floor(tap / size);
    const at = (row * width + (width - size) / 2 + (tap % size)) * places;
    for (let place = 0; place < places; place++) kernel[tap * places + place] = block.kernel[at + place]!;
  }
  return { ...block, shape: [size, size, nIn, nOut], kernel };
}

/** Every kernel turned or mirrored by itself. */
function turnedApart(block: KernelBlock, random: Random): KernelBlock {
  const [height, width, nIn, nOut] = block.shape;
  const moves = squareMoves({ height, width });
  const places = nIn * nOut;
  const kernel = new Float32Array(block.kernel.length);
  for (let place = 0; place < places; place++) {
    const move = random.pick(moves);
    for (let tap = 0; tap < height * width; tap++)
      kernel[tap * places + place] = block.kernel[move[tap]! * places + place]!;
  }
  return { ...block, kernel };
}

/** The kernels of the first inputs and outputs. */
function cutOut(block: KernelBlock, ins: number, outs: number): KernelBlock {
  const [height, width, nIn, nOut] = block.shape;
  const kernel = new Float32Array(height * width * ins * outs);
  for (let tap = 0; tap < height * width; tap++)
    for (let i = 0; i < ins; i++)
      for (let o = 0; o < outs; o++) kernel[(tap * ins + i) * outs + o] = block.kernel[(tap * nIn + i) * nOut + o]!;
  return { from: block.from, to: block.to, shape: [height, width, ins, outs], kernel };
}

/** Motifs in the kernels of InceptionV1 that the articles show. */
async function inception(): Promise<Table> {
  const rows: string[][] = [];
  const cases: [string, 3 | 5, Group][] = [
    ["greenpurple_contrast_to_center", 3, group.rotations(4)],
    ["bw_3a_to_3b_center", 3, group.rotations(4)],
    ["line_to_circle_divergence", 3, group.rotations(8)],
    ["human_animal_4c_to_4d", 5, group.flip()],
    ["doghead_merge_4a_to_4b", 5, group.flip()],
  ];
  for (const [name, size, g] of cases) {
    const block = inceptionBlock(name, size);
    const { motifs } = await findMotifs(block, block.from, block.to, { group: g, nullDraws: 499 });
    for (const motif of motifs) {
      const ids = (family: Family): string => family.members.map(({ unit }) => unit.channel).join(" ");
      rows.push([
        name,
        g.name,
        motif.kind,
        ids(motif.source),
        ids(motif.target),
        motif.union ? "yes" : "no",
        two(motif.score),
        two(motif.nullScore),
        two(motif.permutedScore),
        two(motif.prediction),
        motif.pValue.toFixed(4),
      ]);
    }
  }
  return {
    title: "Kernels of InceptionV1",
    header: [
      "block",
      "group",
      "kind",
      "source",
      "target",
      "union",
      "score",
      "chance",
      "angles permuted",
      "prediction",
      "p",
    ],
    rows,
  };
}

/** Families of first layers. */
async function first(): Promise<Table> {
  const rows: string[][] = [];
  const groups = [
    group.rotations(8),
    group.flip(),
    group.hue(6),
    group.polarity(),
    group.product(group.hue(2), group.rotations(8)),
  ];
  for (const [name, { path, options }] of Object.entries(networks)) {
    if (!existsSync(path)) continue;
    const net = await open(path, options);
    const layer = net.layers.find(({ kernel }) => kernel !== null)!.name;
    for (const g of groups) {
      try {
        const { families, cutoff, unassigned } = await findFamilies(net, layer, { group: g, nullDraws: 99 });
        const list = families.map(
          (f) =>
            `${f.members.length === 1 ? "·" : ""}${f.members.map(({ unit, label }) => `${unit.channel}@${label}`).join(" ")} (${two(f.affinity)}, p ${two(f.pValue)}${f.stabiliser.length > 1 && f.members.length > 1 ? `, ${f.stabiliser.length}-fold` : ""})`,
        );
        rows.push([
          name,
          layer,
          g.name,
          `${families.length}`,
          `${unassigned.length}`,
          two(cutoff),
          list.join("; ") || "none",
        ]);
      } catch (error) {
        rows.push([name, layer, g.name, "–", "–", "–", (error as Error).message]);
      }
      console.error(rows.at(-1)!.join("  "));
    }
  }
  return {
    title: "First layers: families (members at element; affinity, p)",
    header: ["network", "layer", "group", "families", "unassigned", "cutoff", "which"],
    rows,
  };
}

/** Seconds for one layer, with 49 draws. */
async function cost(): Promise<Table> {
  const rows: string[][] = [];
  for (const [channels, g] of [
    [64, 8],
    [128, 8],
    [256, 8],
    [512, 8],
    [256, 4],
    [256, 16],
  ] as const) {
    const random = createRandom(1);
    const kernel = Float32Array.from({ length: 9 * channels * channels }, () => random.normal());
    const block: KernelBlock = { from: "a", to: "b", shape: [3, 3, channels, channels], kernel };
    const started = performance.now();
    await findFamilies(block, "b", { group: group.rotations(g) });
    const quick = performance.now() - started;
    const made = plant({ group: group.rotations(g), kernels: [3, 3], channels, noise: 0.2 });
    const families = made.families[0]!.map(({ channels, elements, invariant }) =>
      knownFamily(group.rotations(g), "layer0", {
        members: channels.map((channel, at): [number, number] => [channel, elements[at]!]),
        stabiliser: invariant ? allElements(group.rotations(g)) : [0],
      }),
    );
    const again = performance.now();
    const found = await findFamilies(made.blocks, "layer1", { group: group.rotations(g), families });
    const slow = performance.now() - again;
    const between = performance.now();
    const { motifs } = await findMotifs(made.blocks, "layer0", "layer1", {
      group: group.rotations(g),
      families: [...families, ...found.families],
    });
    rows.push([
      `${channels} × ${channels}`,
      `${g}`,
      two(quick / 1000),
      two(slow / 1000),
      `${found.families.length} of ${made.families[1]!.length}`,
      two((performance.now() - between) / 1000),
      `${motifScore(motifs, made).right} of ${made.motifs.length}`,
    ]);
    console.error(rows.at(-1)!.join("  "));
  }
  return {
    title: `Seconds for one layer of 3×3 kernels, 49 draws (${cpus()[0]!.model.trim()}, one thread)`,
    header: ["channels", "members", "random weights", "planted, families below known", "found", "motifs", "found"],
    rows,
  };
}

const tables: Record<string, () => Promise<Table>> = {
  planted,
  gains,
  continuous,
  twins,
  null: nothing,
  "no-motifs": noMotifs,
  inception,
  first,
  cost,
};
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(tables)) {
  const { title, header, rows } = await tables[name]!();
  console.log(`\n${title}\n\n${formatTable(header, rows)}`);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const text = [`# ${title}`, "", line(header), line(header.map(() => "---")), ...rows.map(line), ""].join("\n");
  writeFileSync(join(import.meta.dirname, `${name}.md`), text);
}
