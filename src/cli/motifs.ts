/** `convlens motifs MODEL FROM TO`: the families of two layers and the motifs between them, with evidence, drawn. */
import { join } from "node:path";
import { Command, Option } from "commander";
import {
  checkWritable,
  type DatasetItem,
  type Families,
  familiesFromResponses,
  filterImages,
  findFamilies,
  findMotifs,
  fitToInput,
  formatUnit,
  type Group,
  type Image,
  type Network,
  objective,
  photos,
  type ResponseFamilies,
  saveAll,
  saveMotifs,
  visualize,
} from "../index.js";
import { layerName } from "./file-name.js";
import { groupNamed } from "./group-name.js";
import { signal } from "./interrupt.js";
import { agreementLine, motifsFiles } from "./motifs-page.js";
import { engineFor, openModel, type PictureOptions, say, wholeNumber, withPictureOptions } from "./options.js";
import { progressReporter } from "./progress.js";

interface MotifsOptions extends PictureOptions {
  readonly group: Group;
  readonly draws: number;
  readonly pictures: boolean;
  readonly most: number;
  readonly photos?: string;
}

/** As many photographs say what there is to say; each is shown after every element of the group. */
const enough = 24;

/** The command. */
export function motifsCommand(): Command {
  return withPictureOptions(new Command("motifs"))
    .description("families of transformed units in two layers, and the weights between them that turn together")
    .argument("<from>", "the layer that is read")
    .argument("<to>", "the layer that reads it")
    .addOption(
      new Option("--group <name>", "rotations:8, dihedral:4, flip, hue:6, polarity, hue:2xrotations:8 …")
        .argParser(groupNamed)
        .default(groupNamed("rotations:8"), "rotations:8"),
    )
    .option("--draws <n>", "null draws; the smallest p value is 1 / (n + 1)", wholeNumber(19), 49)
    .option("--most <n>", "motifs drawn, the strongest first; the tables and motifs.json have all", wholeNumber(0), 12)
    .option("--pictures", "with pictures of what the units look for; those of a first layer are its weights", false)
    .option("--photos <folder>", `compares with families by responses to ${enough} of these photographs, transformed`)
    .action(run);
}

async function run(path: string, from: string, to: string, options: MotifsOptions): Promise<void> {
  const { group, draws, seed, most } = options;
  const net = await openModel(path, options);
  const names = [from, to].map((layer) => layerName(net, net.layer(layer).name));
  const folder = options.out ?? join("motifs", names.join("-"));
  if (!options.json) await checkWritable(folder);
  const progress = progressReporter();
  const how = { group, draws, seed, signal, onProgress: progress.onProgress };
  const agreements: string[] = [];
  try {
    const below = await findFamilies(net, from, how);
    const above = await findFamilies(net, to, { ...how, families: below.families });
    const families = [below, above];
    const motifs = await findMotifs(net, from, to, { ...how, families: families.flatMap((each) => each.families) });
    const responses = options.photos === undefined ? [] : await shown(net, families, options, progress);
    agreements.push(...responses.map(agreementLine));
    const saved = saveMotifs(net, { families, motifs });
    if (options.json) return say(responses.length > 0 ? withResponses(saved, responses) : saved);
    const icons = { ...filterImages(net, below.layer), ...filterImages(net, above.layer) };
    if (options.pictures) Object.assign(icons, await picturesOf(net, families, { icons, options, progress }));
    await saveAll(folder, await motifsFiles(net, { below, above, motifs, group, icons, most, saved, agreements }));
  } finally {
    progress.end();
  }
  for (const line of agreements) say(line);
  say(join(folder, "index.html"));
}

type Reporter = ReturnType<typeof progressReporter>;

/** Families of both layers by what their units answer, compared with those from the weights. */
async function shown(
  net: Network,
  found: readonly Families[],
  options: MotifsOptions,
  { onProgress }: Reporter,
): Promise<ResponseFamilies[]> {
  const { group, draws, seed } = options;
  const engine = await engineFor(net, options);
  const results: ResponseFamilies[] = [];
  try {
    for (const { layer, families } of found) {
      const how = { group, draws, seed, engine, families, signal, onProgress };
      results.push(await familiesFromResponses(net, layer, photographs(net, options.photos!), how));
    }
  } finally {
    engine.dispose();
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

/** The saved form, which has room for more. */
function withResponses(saved: string, responses: readonly ResponseFamilies[]): string {
  return JSON.stringify({ ...(JSON.parse(saved) as object), responses }, null, 1);
}

/**
 * What the members of families look for, where their weights do not say it: all over a small picture, where the few pixels that a
 * unit of a low layer sees repeat into a texture whose direction can be seen.
 */
async function picturesOf(
  net: Network,
  found: readonly Families[],
  { icons, options, progress }: { icons: Readonly<Record<string, Image>>; options: MotifsOptions; progress: Reporter },
): Promise<Record<string, Image>> {
  const engine = await engineFor(net, options);
  const { seed, steps, size = 64 } = options;
  const look = { engine, signal, onProgress: progress.onProgress, seed, steps, size } as const;
  const made: Record<string, Image> = {};
  try {
    for (const { families } of found) {
      const units = new Set(families.flatMap(({ members }) => members.map(({ unit }) => formatUnit(unit))));
      const names = [...units].filter((name) => !icons[name]);
      if (names.length === 0) continue;
      const pictures = await visualize(
        net,
        names.map((name) => objective.channel(name)),
        look,
      );
      names.forEach((name, i) => {
        made[name] = pictures[i]!.image;
      });
    }
  } finally {
    engine.dispose();
  }
  return made;
}
