/** `convlens motifs MODEL FROM TO`: the families of two layers and the motifs between them, with evidence, drawn. */
import { join } from "node:path";
import { Command } from "commander";
import {
  checkWritable,
  type Families,
  type Family,
  type Figure,
  figure,
  findFamilies,
  findMotifs,
  formatUnit,
  type Group,
  type Image,
  type Motif,
  motifKernels,
  type Network,
  objective,
  saveAll,
  toHTML,
  toPNG,
  toSVG,
  visualize,
} from "../index.js";
import { groupNamed } from "./group-name.js";
import { signal } from "./interrupt.js";
import { engineFor, openModel, type PictureOptions, say, wholeNumber, withPictureOptions } from "./options.js";
import { progressReporter } from "./progress.js";

interface MotifsOptions extends PictureOptions {
  readonly group: Group;
  readonly draws: number;
  readonly pictures: boolean;
  readonly most: number;
}

/** The command. */
export function motifsCommand(): Command {
  return withPictureOptions(new Command("motifs"))
    .description("families of transformed units in two layers, and the weights between them that turn together")
    .argument("<from>", "the layer that is read")
    .argument("<to>", "the layer that reads it")
    .option(
      "--group <name>",
      "rotations:8, dihedral:4, flip, hue:6, polarity, hue:2xrotations:8 …",
      groupNamed,
      groupNamed("rotations:8"),
    )
    .option("--draws <n>", "null draws; the smallest p value is 1 / (n + 1)", wholeNumber(19), 49)
    .option("--most <n>", "motifs drawn, the strongest first; the tables and motifs.json have all", wholeNumber(0), 12)
    .option("--pictures", "with pictures of what the units look for", false)
    .action(run);
}

async function run(path: string, from: string, to: string, options: MotifsOptions): Promise<void> {
  const { group, draws, seed } = options;
  const folder = options.out ?? join("motifs", `${plainName(from)}-${plainName(to)}`);
  if (!options.json) await checkWritable(folder);
  const net = await openModel(path, options);
  const progress = progressReporter();
  const how = { group, draws, seed, signal, onProgress: progress.onProgress };
  try {
    const below = await findFamilies(net, from, how);
    const above = await findFamilies(net, to, { ...how, families: below.families });
    const motifs = await findMotifs(net, from, to, { ...how, families: [...below.families, ...above.families] });
    const result = { network: net.name, group: group.name, draws, seed: seed ?? 0, from: below, to: above, motifs };
    if (options.json) return say(asJSON(result));
    const icons = options.pictures ? await iconsOf(net, [...below.families, ...above.families], options, progress) : {};
    await saveAll(
      folder,
      await filesOf(net, { below, above, motifs, group, icons, most: options.most, json: asJSON(result) }),
    );
  } finally {
    progress.end();
  }
  say(join(folder, "index.html"));
}

/** A layer's name as part of a file's. */
function plainName(layer: string): string {
  return layer.replace(/[^\w.-]+/g, "-");
}

/** Weights as plain lists, so that the file can be read by anything. */
function asJSON(result: object): string {
  return JSON.stringify(result, (_, value) => (value instanceof Float32Array ? [...value] : (value as unknown)), 2);
}

async function iconsOf(
  net: Network,
  families: readonly Family[],
  options: MotifsOptions,
  progress: ReturnType<typeof progressReporter>,
): Promise<Record<string, Image>> {
  const names = [...new Set(families.flatMap(({ members }) => members.map(({ unit }) => formatUnit(unit))))];
  if (names.length === 0) return {};
  const engine = await engineFor(net, options);
  try {
    const { seed, steps = 64, size = 64 } = options;
    const look = { engine, signal, onProgress: progress.onProgress, preset: "draft", seed, steps, size } as const;
    const made = await visualize(
      net,
      names.map((name) => objective.channel(name)),
      look,
    );
    return Object.fromEntries(names.map((name, i) => [name, made[i]!.image]));
  } finally {
    engine.dispose();
  }
}

interface Report {
  readonly below: Families;
  readonly above: Families;
  readonly motifs: readonly Motif[];
  readonly group: Group;
  readonly icons: Readonly<Record<string, Image>>;
  /** How many motifs are drawn. */
  readonly most: number;
  readonly json: string;
}

/** The report: every family and the strongest motifs as figures, the tables, and the data. */
async function filesOf(net: Network, report: Report): Promise<Record<string, string | Uint8Array>> {
  const { below, above, motifs, group, icons, most, json } = report;
  const figures: [string, Figure][] = [];
  if (motifs.length > 0) figures.push(["motifs", figure.motifMatrix(motifs)]);
  for (const { layer, families } of [below, above]) {
    for (const [i, each] of families.filter(({ members }) => members.length > 1).entries()) {
      figures.push([`${plainName(layer)}-family-${i + 1}`, figure.family(each, group, { icons })]);
    }
  }
  for (const [i, each] of motifs.slice(0, most).entries()) {
    const kernels = motifKernels(net, each);
    figures.push([`motif-${i + 1}`, figure.motif(each, kernels, { icons })]);
    figures.push([`motif-${i + 1}-kernels`, figure.kernelMatrix(each, kernels, { icons })]);
  }
  const files: Record<string, string | Uint8Array> = {
    "motifs.json": json,
    "index.html": toHTML(
      figures.map(([, drawing]) => drawing),
      { tables: [motifTable(motifs, most), familyTable(below), familyTable(above)] },
    ),
  };
  for (const [name, drawing] of figures) {
    files[`${name}.svg`] = toSVG(drawing);
    files[`${name}.png`] = await toPNG(drawing);
  }
  return files;
}

const units = ({ members }: Family): string => members.map(({ unit, label }) => `${unit.channel} ${label}`).join(", ");

function motifTable(motifs: readonly Motif[], most: number) {
  return {
    caption: `${motifs.length} motifs${motifs.length > most ? `, of which the ${most} strongest are drawn` : ""}`,
    header: ["kind", "reads", "units that read", "score", "chance", "prediction", "p"],
    rows: motifs.map((m) => [
      m.union ? `${m.kind}, a union` : m.kind,
      units(m.source),
      units(m.target),
      m.score.toFixed(2),
      m.chance.toFixed(2),
      m.prediction.toFixed(2),
      m.pValue.toPrecision(2),
    ]),
  };
}

function familyTable({ layer, families, residual, warnings }: Families) {
  const notes = warnings.map((warning) => `; ${warning}`).join("");
  return {
    caption: `${layer}: ${families.length} families and invariant units, ${residual.length} units left over${notes}`,
    header: ["units", "affinity", "prediction", "closure", "missing", "p"],
    rows: families.map((f) => [
      f.members.length === 1 ? `${f.members[0]!.unit.channel}, invariant` : units(f),
      f.affinity.toFixed(2),
      f.prediction.toFixed(2),
      f.closure.toFixed(2),
      `${f.holes.length}`,
      f.pValue.toPrecision(2),
    ]),
  };
}
