/** `convlens motifs MODEL FROM TO`: the families of two layers and the motifs between them, with evidence, drawn. */
import { join } from "node:path";
import type { Command } from "commander";
import {
  describeAgreement,
  type Family,
  filterImages,
  findFamilies,
  findMotifs,
  formatTable,
  layerFileName,
  type Motifs,
  motifsReport,
  parseUnit,
  stringify,
} from "../index.js";
import { command, type Files } from "./command.js";
import { type AnglesGiven, familyOptions, picturesOf, responsesOf } from "./family-options.js";
import { choice, one, whole } from "./option.js";
import { checkPhotographs } from "./photographs.js";

const taken = { from: one("the layer that is read"), to: one("the layer that reads it") };

const options = {
  ...familyOptions,
  by: choice(
    "--by <what>",
    "what the families of both layers are found by: the weights they read, their tuning, or what has evidence",
    ["incoming", "tuning", "auto"],
    "incoming",
  ),
  most: whole("--most <n>", "motifs drawn, the strongest first; the tables and motifs.json have all", {
    from: 0,
    to: 1000,
    fallback: 12,
  }),
};

/** The command. */
export const motifsCommand: () => Command = command(
  "motifs",
  {
    description: "families of transformed units in two layers, and the weights between them that turn together",
    arguments: taken,
    options,
    out: (net, { from, to }) =>
      join("motifs", [from, to].map((layer) => layerFileName(net, net.layer(layer).name)).join("-")),
    check: (_, { photos: folder }) => checkPhotographs(folder),
  },
  async (job) => {
    const { net, args, options: given, signal, onProgress } = job;
    const { group, draws: nullDraws, seed, most, by, angles } = given;
    for (const layer of [args.from, args.to]) net.layer(layer);
    const engine = by === "incoming" ? undefined : await job.engine();
    const how = { group, nullDraws, seed, engine, angles, signal, onProgress };
    const below = await findFamilies(net, args.from, { ...how, by });
    // Units whose angles are given count as one family; what was found of their layer is not needed then.
    const needed = withoutGiven(below.families, angles);
    const above = await findFamilies(net, args.to, { ...how, by, families: needed });
    const families = [below, above] as const;
    const known = [...needed, ...withoutGiven(above.families, angles)];
    const found = await findMotifs(net, args.from, args.to, { ...how, families: known });
    const responses = given.photos === undefined ? [] : await responsesOf(job, families, given.photos);
    const saved = stringify([...families, found, ...responses]);
    return {
      json: saved,
      lines: [...linesOf(found), ...responses.map(describeAgreement)],
      async files(): Promise<Files> {
        const icons = { ...filterImages(net, below.layer), ...filterImages(net, above.layer) };
        if (given.pictures) Object.assign(icons, await picturesOf(job, families, icons));
        const report = motifsReport(net, { families, motifs: found.motifs, group, icons, most, responses });
        return { "motifs.json": saved, "index.html": report.page, ...report.figures };
      },
    };
  },
);

/** Families of layers in which no unit's angle is given. */
function withoutGiven(families: readonly Family[], angles: AnglesGiven = {}): Family[] {
  const given = new Set(Object.keys(angles).map((name) => parseUnit(name).layer));
  return families.filter(({ layer }) => !given.has(layer));
}

/** The motifs as a table, and what limits them. */
function linesOf({ motifs, warnings }: Motifs): string[] {
  if (motifs.length === 0) return ["no motifs", ...warnings];
  const units = ({ members }: Family): string => members.map(({ unit }) => unit.channel).join(" ");
  const rows = motifs.map((each) => [
    each.union ? `${each.kind}, a union` : each.kind,
    units(each.source),
    units(each.target),
    each.score.toFixed(2),
    each.nullScore.toFixed(2),
    each.permutedScore.toFixed(2),
    each.prediction.toFixed(2),
    each.pValue.toPrecision(2),
    each.qValue.toPrecision(2),
  ]);
  const header = ["kind", "reads", "units that read", "score", "chance", "permuted", "prediction", "p", "q"];
  return [...formatTable(header, rows).split("\n"), ...warnings];
}
