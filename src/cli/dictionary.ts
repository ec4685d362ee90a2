/** `convlens dictionary MODEL LAYER --photos DIR`: directions that stand for the units of a layer, and what they lose. */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { type Dictionary, dictionary, formatTable, LensError, photos, stringify } from "../index.js";
import { command, type Files } from "./command.js";
import { custom, one, requiredText, text, whole } from "./option.js";
import { checkPhotographs } from "./photographs.js";
import { engine, readSize, type SizeGiven, seed } from "./shared-options.js";

/** The command. */
export const dictionaryCommand: () => Command = command(
  "dictionary",
  {
    description: "directions that stand for the units of a layer, found on photographs or given, and what they lose",
    arguments: { layer: one("the layer") },
    options: {
      photos: requiredText("--photos <folder>", "a folder of photographs"),
      count: whole("--count <n>", "directions to find; a quarter of the layer's channels when absent", {
        from: 1,
        to: 100_000,
      }),
      vectors: text("--vectors <file>", "directions instead, as a JSON list of lists with a number per channel"),
      positions: whole("--positions <n>", "positions looked at in each photograph", {
        from: 1,
        to: 1_000_000,
        fallback: 32,
      }),
      size: custom<SizeGiven | undefined>(
        "--size <pixels>",
        "height and width of the photographs: 96, or 24x40; the network's own when absent",
        readSize,
      ),
      seed,
      engine,
    },
    out: "asked",
    async check(_, { photos: folder, vectors, count }) {
      if (vectors !== undefined && count !== undefined)
        throw new LensError("bad-argument", "--count is of directions to find; leave it or --vectors out");
      await checkPhotographs(folder);
    },
  },
  async ({ net, args: { layer }, options, engine: engineOf, signal, onProgress }) => {
    const { count, positions, size, seed: lot } = options;
    const vectors = options.vectors === undefined ? undefined : await vectorsOf(options.vectors);
    const how = { count, vectors, positions, size, seed: lot, signal, onProgress };
    const found = await dictionary(net, layer, photos(options.photos), { ...how, engine: await engineOf() });
    const saved = stringify(found);
    return { json: saved, lines: linesOf(found), files: (): Files => ({ "dictionary.json": saved }) };
  },
);

async function vectorsOf(file: string): Promise<number[][]> {
  const refuse = (why: string): LensError => new LensError("file", `"${file}" ${why}`);
  const words = await readFile(file, "utf8").catch((error: Error) => {
    throw refuse(`cannot be read (${error.message})`);
  });
  let value: unknown;
  try {
    value = JSON.parse(words);
  } catch {
    throw refuse("is not JSON");
  }
  const isList = (given: unknown): given is unknown[] => Array.isArray(given) && given.length > 0;
  if (
    isList(value) &&
    value.every((row) => isList(row) && row.every((v) => typeof v === "number" && Number.isFinite(v)))
  )
    return value as number[][];
  throw refuse("is not a list of lists of numbers");
}

function linesOf({ layer, features, errorShare, unexplained, active, sampled, broken }: Dictionary): string[] {
  const percent = (part: number): string => `${(100 * part).toFixed(2)} %`;
  const rows = features.map(({ share, firingRate, largest }, k) => [
    `${layer}/features:${k}`,
    percent(share),
    percent(firingRate),
    largest.toFixed(3),
  ]);
  return [
    ...formatTable(
      ["direction", "share", "fires", "largest"],
      [...rows, [`${layer}/error`, percent(errorShare), "", ""]],
    ).split("\n"),
    `${active.toFixed(1)} of ${features.length} directions at a position; ${percent(unexplained)} of the variance is not explained; ${sampled} positions`,
    ...broken.map(({ id, reason }) => `left out: ${id}: ${reason}`),
  ];
}
