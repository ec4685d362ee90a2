/** `convlens see MODEL UNIT…`: a picture of what each unit looks for; of many, a folder with a contact sheet. */
import { join } from "node:path";
import { Command, Option } from "commander";
import {
  checkWritable,
  type Engine,
  encodePNG,
  figure,
  fingerprint,
  formatUnit,
  type Network,
  objective,
  type PresetName,
  resolveUnit,
  save,
  saveAll,
  toHTML,
  toPNG,
  unitsOf,
  visualize,
  wasmEngine,
} from "../index.js";
import { fileName } from "./file-name.js";
import { signal } from "./interrupt.js";
import { engineFor, openModel, type PictureOptions, say, sayJSON, wholeNumber, withPictureOptions } from "./options.js";
import { openFolder, type PictureFolder, type PictureRecord } from "./picture-folder.js";
import { progressReporter } from "./progress.js";
import { runShares, type Share, shareOf } from "./shares.js";

interface SeeOptions extends PictureOptions {
  readonly preset: PresetName;
  readonly view: "neuron" | "channel";
  readonly batch: number;
  readonly workers: number;
  readonly share?: Share;
}

/** The command. */
export function seeCommand(): Command {
  return withPictureOptions(new Command("see"))
    .description(
      "a picture of what each unit looks for, by gradient ascent; of several, a folder with a contact sheet, which a killed run goes on with",
    )
    .argument("<units...>", '"layer:channel", or "layer" for all its units')
    .addOption(
      new Option("--preset <name>", "settings to start from")
        .choices(["swift", "lucid", "draft", "maco", "classic"])
        .default("swift"),
    )
    .addOption(
      new Option("--view <which>", "the unit at its centre, or its mean over the map")
        .choices(["neuron", "channel"])
        .default("channel"),
    )
    .option("--batch <n>", "pictures made at once", wholeNumber(1), 4)
    .option("--workers <n>", "processes that share the pictures", wholeNumber(1), 1)
    .addOption(
      new Option("--share <k/n>", "only every n-th batch: what a worker is started with").argParser(shareOf).hideHelp(),
    )
    .action(async (path: string, wanted: string[], options: SeeOptions) => {
      const net = await openModel(path, options);
      const units = unitsWanted(net, wanted);
      if (units.length === 1) await seeOne(net, units[0]!, options);
      else await seeMany(net, units, path, options);
    });
}

/** Units by name, layers opened up; each once. */
function unitsWanted(net: Network, wanted: readonly string[]): string[] {
  const all = wanted.flatMap((name) => {
    if (!name.includes(":")) return unitsOf(net, name);
    return [formatUnit(resolveUnit(net, name))];
  });
  return [...new Set(all)];
}

/** One picture, into a file. */
async function seeOne(net: Network, unit: string, options: SeeOptions): Promise<void> {
  const folder = options.out ?? ".";
  await checkWritable(folder);
  const engine = await engineFor(net, options);
  const progress = progressReporter();
  try {
    const { preset, seed, steps, size } = options;
    const goal = objective[options.view](unit);
    const look = { preset, seed, steps, size, engine, signal, onProgress: progress.onProgress };
    const { image, status, value, settings } = await visualize(net, goal, look);
    const file = join(folder, `${fileName(unit)}.png`);
    await save(file, encodePNG(image));
    progress.end();
    if (options.json) sayJSON([{ unit, file, status, value, settings }]);
    else say(`${file}  ${unit}  ${noteOn({ status, value })}`);
  } finally {
    progress.end();
    engine.dispose();
  }
}

/** Many pictures, into a folder, with a sheet and a page. */
async function seeMany(net: Network, units: readonly string[], path: string, options: SeeOptions): Promise<void> {
  const folder = options.out ?? "see";
  await checkWritable(folder);
  const { preset, view, seed, steps = null, size = null, batch, share, workers } = options;
  const engine = share ? await workerEngine(net, options) : await engineFor(net, options);
  const progress = progressReporter();
  try {
    const kept = await openFolder(folder, {
      model: fingerprint(net),
      preset,
      view,
      seed,
      steps,
      size,
      batch,
      engine: engine.name,
    });
    if (workers > 1 && !share)
      await runShares(workers, [...workerArguments(path, units, folder, options), "--engine", engine.name]);
    else await climbMissing(net, kept, { units, engine, options, progress });
    if (share) return;
    const records = await Promise.all(units.map((unit) => kept.recordOf(unit)));
    await finish(net, kept, records as PictureRecord[], { folder, json: options.json ?? false });
  } finally {
    progress.end();
    engine.dispose();
  }
}

/**
 * Climbs the batches with a picture missing. Batches are cut from the whole list, finished or not, so that the pictures of a
 * batch are the same whenever it is made.
 */
async function climbMissing(
  net: Network,
  kept: PictureFolder,
  run: {
    readonly units: readonly string[];
    readonly engine: Engine;
    readonly options: SeeOptions;
    readonly progress: ReturnType<typeof progressReporter>;
  },
): Promise<void> {
  const { units, engine, options, progress } = run;
  const { preset, view, seed, steps, size, batch, share } = options;
  const batches = Array.from({ length: Math.ceil(units.length / batch) }, (_, i) =>
    units.slice(i * batch, (i + 1) * batch),
  );
  for (const [i, group] of batches.entries()) {
    if (share && i % share.of !== share.number) continue;
    const missing = new Set<string>();
    for (const unit of group) if (!(await kept.recordOf(unit))) missing.add(unit);
    if (missing.size === 0) continue;
    const targets = group.map((unit) => objective[view](unit));
    await visualize(net, targets, {
      preset,
      seed,
      steps,
      size,
      batch,
      engine,
      signal,
      onProgress: ({ task, done, total }) =>
        progress.onProgress({ task, done: i * batch + (done / total) * group.length, total: units.length }),
      onPicture: async (picture, n) => {
        const unit = group[n]!;
        if (!missing.has(unit)) return;
        const record = await kept.keep(unit, picture);
        if (!options.json && !share) {
          progress.end();
          say(`${record.file}  ${unit}  ${noteOn(record)}`);
        }
      },
    });
  }
}

async function finish(
  net: Network,
  kept: PictureFolder,
  records: readonly PictureRecord[],
  { folder, json }: { readonly folder: string; readonly json: boolean },
): Promise<void> {
  const pictures = [];
  for (const record of records) {
    pictures.push({ image: await kept.imageOf(record), name: record.unit, note: noteOn(record) });
  }
  const sheet = figure.contactSheet(pictures, { title: `${records.length} units of ${net.name}` });
  await saveAll(folder, { "sheet.png": await toPNG(sheet), "index.html": toHTML(sheet) });
  await kept.finish(records);
  if (json) sayJSON(records);
  else for (const file of ["sheet.png", "index.html", "see.json"]) say(join(folder, file));
}

/** What a worker is told to make: everything but how many there are. */
function workerArguments(path: string, units: readonly string[], folder: string, options: SeeOptions): string[] {
  const { preset, view, seed, steps, size, batch, preprocessing } = options;
  const given = { preset, view, seed, steps, size, batch, preprocessing, out: folder };
  const flags = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  return ["see", path, ...units, ...flags];
}

/** Workers have a processor each: one thread. */
async function workerEngine(net: Network, options: SeeOptions): Promise<Engine> {
  const engine = await engineFor(net, options);
  if (engine.name !== "wasm") return engine;
  engine.dispose();
  return wasmEngine({ threads: 1 });
}

function noteOn({ status, value }: { readonly status: "alive" | "dead"; readonly value: number }): string {
  return status === "dead" ? "dead: nothing excited it" : `activation ${value.toFixed(3)}`;
}
