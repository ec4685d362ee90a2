/** `convlens motifs MODEL FROM TO`: the families of two layers and the motifs between them, with evidence, drawn. */
import { join } from "node:path";
import type { Command } from "commander";
import {
  type DatasetItem,
  describeAgreement,
  type Families,
  familiesFromResponses,
  filterImages,
  findFamilies,
  findMotifs,
  fitToInput,
  formatUnit,
  type Image,
  layerFileName,
  motifsReport,
  type Network,
  objective,
  photos,
  type ResponseFamilies,
  stringify,
  visualize,
} from "../index.js";
import { command, type Files, type Job } from "./command.js";
import { groupNamed } from "./group-name.js";
import { custom, flag, type Given, one, type Values, whole } from "./option.js";
import { checkPhotographs } from "./photographs.js";
import { photosOption, pictureOptions } from "./shared-options.js";

/** As many photographs say what there is to say; each is shown after every element of the group. */
const enough = 24;

const taken = { from: one("the layer that is read"), to: one("the layer that reads it") };

const options = {
  ...pictureOptions,
  group: custom("--group <name>", "rotations:8, dihedral:4, flip, hue:6, polarity, hue:2xrotations:8 …", groupNamed, {
    fallback: groupNamed("rotations:8"),
    fallbackWords: "rotations:8",
  }),
  draws: whole("--draws <n>", "null draws; the smallest p value is 1 / (n + 1)", {
    from: 19,
    to: 100_000,
    fallback: 49,
  }),
  most: whole("--most <n>", "motifs drawn, the strongest first; the tables and motifs.json have all", {
    from: 0,
    to: 1000,
    fallback: 12,
  }),
  pictures: flag("--pictures", "with pictures of what the units look for; those of a first layer are its weights"),
  photos: photosOption(`compares with families by responses to ${enough} of these photographs, transformed`),
};

type MotifsJob = Job<Given<typeof taken>, Values<typeof options>>;

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
    const { group, draws: nullDraws, seed, most } = given;
    const how = { group, nullDraws, seed, signal, onProgress };
    for (const layer of [args.from, args.to]) net.layer(layer);
    const below = await findFamilies(net, args.from, how);
    const above = await findFamilies(net, args.to, { ...how, families: below.families });
    const families = [below, above] as const;
    const known = families.flatMap((each) => each.families);
    const found = await findMotifs(net, args.from, args.to, { ...how, families: known });
    const responses = given.photos === undefined ? [] : await responsesOf(job, families, given.photos);
    const saved = stringify([...families, found, ...responses]);
    return {
      json: saved,
      lines: responses.map(describeAgreement),
      async files(): Promise<Files> {
        const icons = { ...filterImages(net, below.layer), ...filterImages(net, above.layer) };
        if (given.pictures) Object.assign(icons, await picturesOf(job, families, icons));
        const report = motifsReport(net, { families, motifs: found.motifs, group, icons, most, responses });
        return { "motifs.json": saved, "index.html": report.page, ...report.figures };
      },
    };
  },
);

/** Families of both layers by what their units answer, compared with those from the weights. */
async function responsesOf(job: MotifsJob, found: readonly Families[], folder: string): Promise<ResponseFamilies[]> {
  const { net, options: given, signal, onProgress } = job;
  const { group, draws: nullDraws, seed } = given;
  const engine = await job.engine();
  const results: ResponseFamilies[] = [];
  for (const { layer, families } of found) {
    const how = { group, nullDraws, seed, engine, families, signal, onProgress };
    results.push(await familiesFromResponses(net, layer, photographs(net, folder), how));
  }
  return results;
}

/** The first photographs of a folder at the network's size, which are turned faster than large ones. */
async function* photographs(net: Network, folder: string): AsyncGenerator<DatasetItem, void> {
  let count = 0;
  for await (const { id, image } of photos(folder)) {
    if (count++ === enough) return;
    yield { id, image: async () => fitToInput(net, typeof image === "function" ? await image() : image) };
  }
}

/**
 * What the members of families look for, where their weights do not say it: all over a small picture, where the few pixels that a
 * unit of a low layer sees repeat into a texture whose direction can be seen.
 */
async function picturesOf(
  job: MotifsJob,
  found: readonly Families[],
  known: Readonly<Record<string, Image>>,
): Promise<Record<string, Image>> {
  const { net, options: given, signal, onProgress } = job;
  const { seed, steps, size = 64 } = given;
  const look = { engine: await job.engine(), signal, onProgress, seed, steps, size } as const;
  const members = found.flatMap(({ families }) => families.flatMap((each) => each.members));
  const names = [...new Set(members.map(({ unit }) => formatUnit(unit)))].filter((name) => !known[name]);
  if (names.length === 0) return {};
  const targets = names.map((name) => objective.channel(name));
  const made = await visualize(net, targets, look);
  return Object.fromEntries(names.map((name, i) => [name, made[i]!.image]));
}
