/** `convlens examples MODEL UNIT… --photos DIR`: the photographs that excite units most, as numbers, crops and quilts. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import {
  type Bands,
  type Example,
  type Examples,
  encodePNG,
  examples,
  type Figure,
  type FigureTable,
  figure,
  formatUnit,
  isLensError,
  LensError,
  type Network,
  parse,
  photos,
  save,
  stringify,
  toHTML,
  toPNG,
  unitFileName,
} from "../index.js";
import { withFolder } from "../node/folder-lock.js";
import { makeFolder } from "../node/save.js";
import { command, type Job } from "./command.js";
import { Interrupted, signal } from "./interrupt.js";
import { choice, custom, flag, type Given, many, requiredText, type Values, whole } from "./option.js";
import { checkPhotographs } from "./photographs.js";
import { bands, engine, readSize, type SizeGiven, seed } from "./shared-options.js";

const taken = { units: many('"layer:channel", or "layer" for all of its units') };

const options = {
  photos: requiredText("--photos <folder>", "photographs; folders in it are labels"),
  count: whole("--count <n>", "photographs with the largest activations", { from: 0, to: 10_000, fallback: 9 }),
  bottom: whole("--bottom <n>", "photographs with the smallest activations", { from: 0, to: 10_000, fallback: 0 }),
  random: whole("--random <n>", "photographs drawn by chance", { from: 0, to: 10_000, fallback: 0 }),
  statistic: choice("--statistic <name>", "a photograph's value", ["max", "mean"], "max"),
  per: choice("--per <what>", "one example per photograph, or every position", ["picture", "position"], "picture"),
  preActivation: flag("--pre-activation", "values before the layer's activation function"),
  size: custom<SizeGiven | undefined>(
    "--size <pixels>",
    "height and width the network is given: 96, or 24x40",
    readSize,
  ),
  fit: choice("--fit <how>", "how a photograph is brought to that size", ["cover", "contain", "fill"], "cover"),
  batch: whole("--batch <n>", "photographs at once", { from: 1, to: 256, fallback: 4 }),
  seed,
  bands,
  engine,
  shard: custom("--shard <i/n>", "only each n-th photograph, from the i-th: 1/4 to 4/4 make a whole", readShard),
  resume: flag("--resume", "go on with a pass that was stopped"),
};

type ExamplesJob = Job<Given<typeof taken>, Values<typeof options>>;

/** The command. */
export const examplesCommand: () => Command = command(
  "examples",
  {
    description: "the photographs that excite units most, cropped to what the unit saw",
    arguments: taken,
    options,
    out: () => "examples",
    async check(_, { photos: folder }) {
      await checkPhotographs(folder);
    },
  },
  async (job) => {
    const { net, folder } = job;
    const found = folder === null ? await pass(job) : await resumable(job, folder);
    const json = stringify(found);
    return {
      json,
      lines: [
        `${found.seen.length} photographs, ${found.units.length} units of ${net.name}, engine ${found.engine.name}`,
        ...found.broken.map(({ id, reason }) => `left out: ${id}: ${reason}`),
      ],
      files: () => filesOf(net, found, { json, bands: job.options.bands }),
    };
  },
);

/** Goes through the photographs. */
async function pass(job: ExamplesJob, from?: Examples, onPart?: (part: Examples) => Promise<void>): Promise<Examples> {
  const { net, args, onProgress, options: given } = job;
  const { photos: source, shard, count, bottom, random, statistic, per, preActivation, size, fit, batch } = given;
  return examples(net, args.units, photos(source, { shard }), {
    ...{ count, bottom, random, statistic, per, preActivation, size, fit, batch, seed: given.seed },
    ...(from && { from }),
    ...(onPart && { onPart }),
    engine: await job.engine(),
    signal,
    onProgress: ({ done, total }) => {
      // A line per twentieth in a pipe.
      const step = Math.ceil(total / 20);
      onProgress({ task: `photographs to ${Math.min(total, Math.ceil(done / step) * step)}`, done, total });
    },
  });
}

/** Goes through the photographs and keeps what is found so far in the folder, until the pass is whole. */
async function resumable(job: ExamplesJob, folder: string): Promise<Examples> {
  const partial = join(folder, "examples.partial.json");
  const from = job.options.resume ? await partOf(partial) : undefined;
  const unmake = await makeFolder(folder);
  let kept = 0;
  try {
    return await withFolder(folder, async () => {
      const found = await pass(job, from, async (part) => {
        await save(partial, stringify(part));
        kept = part.seen.length;
      });
      await rm(partial, { force: true });
      return found;
    });
  } catch (error) {
    if (!signal.aborted || kept === 0) throw error;
    throw new Interrupted(`${kept} photographs are done; the same command with --resume goes on`);
  } finally {
    await unmake();
  }
}

/** Units whose quilts are also written as PNG files; with more the page has them all. */
const mostQuilts = 16;

/** Everything that is written: all numbers, a page of quilts, a quilt and its crops per unit while they are few. */
async function filesOf(
  net: Network,
  found: Examples,
  { json, bands: shown }: { readonly json: string; readonly bands: Bands | undefined },
): Promise<Record<string, string | Uint8Array>> {
  const quilts: Figure[] = found.units.map((unit) => figure.examples(unit, { bands: shown }));
  const files: Record<string, string | Uint8Array> = {
    "examples.json": json,
    "index.html": toHTML(quilts, { tables: [tableOf(found)] }),
  };
  if (found.units.length > mostQuilts) return files;
  for (const [i, { unit, top }] of found.units.entries()) {
    const name = unitFileName(net, unit);
    files[`${name}.png`] = await toPNG(quilts[i]!, { signal });
    top.forEach(({ crop }, rank) => {
      if (crop) files[`${name}-${rank + 1}.png`] = encodePNG(crop, { bands: shown });
    });
  }
  return files;
}

function tableOf({ units }: Examples): FigureTable {
  const row = (unit: string, { value, id, position }: Example): string[] => [
    unit,
    value.toPrecision(5),
    id,
    position ? position.join(", ") : "",
  ];
  return {
    caption: "Largest activations",
    header: ["unit", "activation", "photograph", "row, column"],
    rows: units.flatMap(({ unit, top }) => top.map((example) => row(formatUnit(unit), example))),
  };
}

/** What a stopped pass left; nothing where there is no such file. */
async function partOf(path: string): Promise<Examples | undefined> {
  const saved = await readFile(path, "utf8").catch(() => undefined);
  if (saved === undefined) return undefined;
  try {
    return parse("examples", saved);
  } catch (cause) {
    if (!isLensError(cause)) throw cause;
    const message = `"${path}" cannot be gone on with (${cause.message}); leave out --resume to begin anew`;
    throw new LensError("file", message, { cause });
  }
}

function readShard(given: string): { readonly index: number; readonly of: number } | undefined {
  const [, index, of] = /^(\d{1,9})\/(\d{1,9})$/.exec(given) ?? [];
  if (!index || !of || Number(index) < 1 || Number(index) > Number(of)) {
    throw new InvalidArgumentError("A shard is i/n with i from 1 to n, such as 2/4.");
  }
  return { index: Number(index) - 1, of: Number(of) };
}
