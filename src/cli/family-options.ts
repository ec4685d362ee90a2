/** What the commands about families and motifs share: options, photographs that families are compared on, and pictures of members. */
import { readFileSync } from "node:fs";
import {
  type DatasetItem,
  type Families,
  familiesFromResponses,
  fitToInput,
  formatUnit,
  type Group,
  type Image,
  LensError,
  type Network,
  objective,
  photos,
  type ResponseFamilies,
  visualize,
} from "../index.js";
import type { Job } from "./command.js";
import { groupNamed } from "./group-name.js";
import { custom, flag, type OptionSpec, whole } from "./option.js";
import { photosOption, pictureOptions, type SizeGiven } from "./shared-options.js";

/** As many photographs say what there is to say; each is shown after every element of the group. */
const enough = 24;

/** Angles of units, in degrees, by name. */
export type AnglesGiven = Readonly<Record<string, number>>;

/** Reports of families show the first three bands. */
const { seed, engine, steps, size } = pictureOptions;

/** Options of both commands. */
export const familyOptions: Omit<typeof pictureOptions, "bands"> & {
  readonly group: OptionSpec<Group>;
  readonly draws: OptionSpec<number>;
  readonly angles: OptionSpec<AnglesGiven | undefined>;
  readonly pictures: OptionSpec<boolean | undefined>;
  readonly photos: OptionSpec<string | undefined>;
} = {
  ...{ seed, engine, steps, size },
  group: custom("--group <name>", "rotations:8, dihedral:4, flip, hue:6, polarity, hue:2xrotations:8 …", groupNamed, {
    fallback: groupNamed("rotations:8"),
    fallbackWords: "rotations:8",
  }),
  draws: whole("--draws <n>", "null draws; the smallest p value is 1 / (n + 1)", {
    from: 19,
    to: 100_000,
    fallback: 49,
  }),
  angles: custom<AnglesGiven | undefined>(
    "--angles <json>",
    'angles of units that are known, in degrees clockwise: \'{"conv2:0":30,"conv2:5":75}\', or a file of such JSON',
    readAngles,
  ),
  pictures: flag("--pictures", "with pictures of what the units look for; those of a first layer are its weights"),
  photos: photosOption(`compares with families by responses to ${enough} of these photographs, transformed`),
};

type FamilyJob = Pick<Job<unknown, unknown>, "net" | "signal" | "onProgress" | "engine"> & {
  readonly options: {
    readonly group: Group;
    readonly draws: number;
    readonly seed: number;
    readonly steps: number | undefined;
    readonly size: SizeGiven | undefined;
  };
};

/** Families of layers by what their units answer to photographs, compared with those that were found otherwise. */
export async function responsesOf(
  job: FamilyJob,
  found: readonly Families[],
  folder: string,
): Promise<ResponseFamilies[]> {
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
export async function picturesOf(
  job: FamilyJob,
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

/** Reads angles as JSON, or from a file of JSON. */
function readAngles(given: string): AnglesGiven {
  const inline = given.trim().startsWith("{");
  try {
    return JSON.parse(inline ? given : readFileSync(given, "utf8")) as AnglesGiven;
  } catch (error) {
    throw new LensError(
      "bad-argument",
      `angles are JSON such as {"conv2:0":30}, or a file of it: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
