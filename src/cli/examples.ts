/** `convlens examples MODEL UNIT… --photos DIR`: the photographs that excite units most, as numbers, crops and quilts. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  checkWritable,
  type Example,
  type Examples,
  encodePNG,
  examples,
  type FigureTable,
  type Fit,
  figure,
  formatUnit,
  type Network,
  openExamples,
  photos,
  save,
  saveAll,
  saveExamples,
  toHTML,
  toPNG,
} from "../index.js";
import { fileName } from "./file-name.js";
import { signal } from "./interrupt.js";
import { engineFor, openModel, type PictureOptions, say, wholeNumber, withModel } from "./options.js";
import { progressReporter } from "./progress.js";

interface ExamplesCommandOptions extends Omit<PictureOptions, "steps"> {
  readonly photos: string;
  readonly count: number;
  readonly bottom: number;
  readonly random: number;
  readonly statistic: "max" | "mean";
  readonly per: "picture" | "position";
  readonly preActivation?: boolean;
  readonly fit: Fit;
  readonly batch: number;
  readonly shard?: { readonly index: number; readonly of: number };
  readonly resume?: boolean;
}

/** The command. */
export function examplesCommand(): Command {
  return withModel(new Command("examples"))
    .description("the photographs that excite units most, cropped to what the unit saw")
    .argument("<units...>", '"layer:channel", or "layer" for all of its units')
    .requiredOption("--photos <folder>", "photographs; folders in it are labels")
    .option("--out <folder>", "where to write", "examples")
    .option("--count <n>", "photographs with the largest activations", wholeNumber(0), 9)
    .option("--bottom <n>", "photographs with the smallest activations", wholeNumber(0), 0)
    .option("--random <n>", "photographs drawn by chance", wholeNumber(0), 0)
    .addOption(new Option("--statistic <name>", "a photograph's value").choices(["max", "mean"]).default("max"))
    .addOption(
      new Option("--per <what>", "one example per photograph, or every position")
        .choices(["picture", "position"])
        .default("picture"),
    )
    .option("--pre-activation", "values before the layer's activation function")
    .option("--size <pixels>", "height and width the network is given", wholeNumber(1))
    .addOption(
      new Option("--fit <how>", "how a photograph is brought to that size")
        .choices(["cover", "contain", "fill"])
        .default("cover"),
    )
    .option("--batch <n>", "photographs at once", wholeNumber(1), 4)
    .option("--seed <n>", "seed of the photographs drawn by chance", wholeNumber(0), 0)
    .option("--engine <name>", "wasm, tfjs-wasm, tfjs-cpu or cpu")
    .option("--shard <i/n>", "only each n-th photograph, from the i-th: 1/4 to 4/4 make a whole", shardOf)
    .option("--resume", "go on with a pass that was stopped")
    .action(run);
}

async function run(path: string, units: string[], options: ExamplesCommandOptions): Promise<void> {
  const { out = "examples", photos: folder, shard, resume, engine: _, json, ...settings } = options;
  await checkWritable(out);
  const partial = join(out, "examples.partial.json");
  const from = resume ? await partOf(partial) : undefined;
  const net = await openModel(path, options);
  const engine = await engineFor(net, options);
  const progress = progressReporter();
  try {
    const found = await examples(net, units, photos(folder, { shard }), {
      ...settings,
      from,
      engine,
      signal,
      onProgress: ({ done, total }) => {
        // A line per twentieth in a pipe.
        const step = Math.ceil(total / 20);
        progress.onProgress({ task: `photographs to ${Math.min(total, Math.ceil(done / step) * step)}`, done, total });
      },
      onPart: (part) => save(partial, saveExamples(part)),
    });
    const files = await filesOf(net, found);
    await saveAll(out, files);
    await rm(partial, { force: true });
    progress.end();
    if (json) return say(saveExamples(found));
    say(
      `${found.seen.length} photographs, ${found.units.length} units of ${net.name}, engine ${found.settings.engine}`,
    );
    for (const { id, reason } of found.broken) say(`left out: ${id}: ${reason}`);
    if (!net.input.stated)
      say(`preprocessing ${net.input.preprocessing.name} was assumed; give --preprocessing if it is another`);
    say(join(out, "index.html"));
    say(join(out, "examples.json"));
  } finally {
    progress.end();
    engine.dispose();
  }
}

/** Units whose quilts are also written as PNG files; with more the page has them all. */
const mostQuilts = 16;

/** Everything that is written: all numbers, a page of quilts, a quilt and its crops per unit while they are few. */
async function filesOf(net: Network, found: Examples): Promise<Record<string, string | Uint8Array>> {
  const quilts = found.units.map((unit) => figure.examples(unit));
  const files: Record<string, string | Uint8Array> = {
    "examples.json": saveExamples(found),
    "index.html": toHTML(quilts, { tables: [tableOf(found)] }),
  };
  if (found.units.length > mostQuilts) return files;
  for (const [i, { unit, top }] of found.units.entries()) {
    const name = fileName(net, formatUnit(unit));
    files[`${name}.png`] = await toPNG(quilts[i]!);
    top.forEach(({ crop }, rank) => {
      if (crop) files[`${name}-${rank + 1}.png`] = encodePNG(crop);
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
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : openExamples(text);
}

function shardOf(text: string): { index: number; of: number } {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (!index || !of || Number(index) < 1 || Number(index) > Number(of)) {
    throw new InvalidArgumentError("A shard is i/n with i from 1 to n, such as 2/4.");
  }
  return { index: Number(index) - 1, of: Number(of) };
}
