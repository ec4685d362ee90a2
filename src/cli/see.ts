/** `convlens see MODEL UNIT…`: a picture of what each unit looks for; of many, a folder with a contact sheet. */
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  checkWritable,
  describePreprocessing,
  type Engine,
  type EngineName,
  figure,
  fingerprint,
  formatUnit,
  LensError,
  type Network,
  objective,
  type PresetName,
  type Progress,
  parseUnit,
  resolveUnit,
  saveAll,
  toHTML,
  toPNG,
  unitsOf,
  type VisualizeManyOptions,
  version,
  visualize,
} from "../index.js";
import { squared } from "./channel-tiles.js";
import { Interrupted, signal } from "./interrupt.js";
import {
  engineFor,
  openModel,
  type PictureOptions,
  pixels,
  say,
  sayJSON,
  wholeNumber,
  withPictureOptions,
} from "./options.js";
import {
  type FolderSettings,
  openFolder,
  type PictureFolder,
  type PictureRecord,
  savePicture,
  settingsOfFolder,
} from "./picture-folder.js";
import { progressReporter } from "./progress.js";

interface SeeOptions extends Omit<PictureOptions, "size"> {
  readonly preset: PresetName;
  readonly view: "neuron" | "channel";
  readonly size?: number | "auto";
  readonly plateau?: number;
  readonly batch: number;
  readonly workers: number;
}

/** A run: what is asked for, and what it is made with. */
interface Run {
  readonly net: Network;
  readonly units: readonly string[];
  readonly folder: string;
  readonly options: SeeOptions;
  readonly engine: Engine;
  readonly progress: ReturnType<typeof progressReporter>;
}

/** The command. */
export function seeCommand(): Command {
  return withPictureOptions(new Command("see"), {
    words: ', or "auto": what the unit sees, for --view neuron',
    read: sizeOf,
  })
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
    .option(
      "--plateau <share>",
      "stop a picture when a quarter of its steps gained less than this share, 0 to 1",
      shareOf,
    )
    .option("--batch <n>", "of several units, pictures made at once", wholeNumber(1), 4)
    .option("--workers <n>", "of several units, threads that share the batches", wholeNumber(1), 1)
    .action(async (path: string, wanted: string[], options: SeeOptions) => {
      if (options.size === "auto" && options.view !== "neuron")
        throw new LensError(
          "bad-argument",
          "--size auto is what a unit at one place sees; give --view neuron, or pixels",
        );
      const net = await openModel(path, options);
      await see(net, unitsWanted(net, wanted), options);
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

/** One picture is a file; several, and one more in their folder, are kept with records, and made by the folder's engine. */
async function see(net: Network, units: readonly string[], options: SeeOptions): Promise<void> {
  const folder = options.out ?? (units.length > 1 ? "see" : ".");
  await checkWritable(folder);
  const begun = await settingsOfFolder(folder);
  const engine = await engineFor(net, { engine: options.engine ?? (begun?.engine as EngineName | undefined) });
  const progress = progressReporter();
  const run = { net, units, folder, options, engine, progress };
  try {
    const records = units.length > 1 || begun ? await seeMany(run) : await seeOne(run);
    progress.end();
    if (options.json) sayJSON(records.map((record) => ({ ...record, file: join(folder, record.file) })));
  } finally {
    progress.end();
    engine.dispose();
  }
}

/** One picture, into a file. */
async function seeOne(run: Run): Promise<PictureRecord[]> {
  const [unit] = run.units as [string];
  const [picture] = await visualize(run.net, [objective[run.options.view](unit)], lookOf(run));
  const record = await savePicture(run.net, run.folder, unit, picture!);
  tell(run, record);
  return [record];
}

/** Many pictures, into a folder, with a sheet and a page. */
async function seeMany(run: Run): Promise<PictureRecord[]> {
  const { net, units, folder, options } = run;
  const lists = options.size === "auto" ? byLayer(units) : [units];
  const kept = await openFolder(net, folder, { settings: settingsOf(run), lists, batch: options.batch });
  try {
    await climbMissing(run, kept);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Interrupted(
      `${kept.recordsOf(units).length} of ${units.length} pictures are kept; the same command goes on`,
    );
  }
  await finish(run, kept);
  return kept.recordsOf(units);
}

/** Units of one layer see as much, and get pictures of one size. */
function byLayer(units: readonly string[]): string[][] {
  const layers = new Map<string, string[]>();
  for (const unit of units) {
    const { layer } = parseUnit(unit);
    layers.set(layer, [...(layers.get(layer) ?? []), unit]);
  }
  return [...layers.values()];
}

/** Climbs the batches with a picture missing, as they were cut: those of one length at a time. */
async function climbMissing(run: Run, kept: PictureFolder): Promise<void> {
  const { net, units, options, progress } = run;
  const batches = kept.unfinished(units);
  const total = batches.flat().length;
  let before = 0;
  for (const batch of new Set(batches.map(({ length }) => length))) {
    const list = batches.filter(({ length }) => length === batch).flat();
    const targets = list.map((unit) => objective[options.view](unit));
    await visualize(net, targets, {
      ...lookOf(run),
      batch,
      workers: options.workers,
      onProgress: (part: Progress) =>
        progress.onProgress({ ...part, done: before + (part.done / part.total) * list.length, total }),
      onPicture: async (picture, place) => {
        const record = await kept.keep(list[place]!, picture);
        if (record) tell(run, record);
      },
    });
    before += list.length;
  }
}

function lookOf({ options, engine, progress }: Run): VisualizeManyOptions {
  const { preset, seed, steps, size, plateau } = options;
  return { preset, seed, steps, size, plateau, engine, signal, onProgress: progress.onProgress };
}

/** What pictures of one folder have in common. */
function settingsOf({ net, options, engine }: Run): FolderSettings {
  const { preset, view, seed, steps = null, size = null, plateau = null } = options;
  return {
    convlens: version,
    model: fingerprint(net),
    preprocessing: describePreprocessing(net.input.preprocessing),
    ...{ preset, view, seed, steps, size, plateau },
    engine: engine.name,
    arithmetic: engine.arithmetic ?? null,
  };
}

/** The sheet, the page and the list of all pictures in the folder. */
async function finish({ net, folder, options }: Run, kept: PictureFolder): Promise<void> {
  const records = kept.recordsOf();
  const pictures = [];
  for (const record of records) {
    pictures.push({ image: squared(await kept.imageOf(record)), name: record.unit, note: noteOn(record) });
  }
  const sheet = figure.contactSheet(pictures, { title: `${records.length} units of ${net.name}` });
  await saveAll(folder, { "sheet.png": await toPNG(sheet), "index.html": toHTML(sheet) });
  await kept.finish();
  if (!options.json) for (const file of ["sheet.png", "index.html", "see.json"]) say(join(folder, file));
}

/** Says that a picture is finished, and what is wrong with it. */
function tell({ folder, options, progress }: Run, record: PictureRecord): void {
  progress.end();
  if (record.flaw) process.stderr.write(`${record.unit} is ${record.flaw}\n`);
  if (!options.json) say(`${join(folder, record.file)}  ${record.unit}  ${noteOn(record)}`);
}

function noteOn({ flaw, value }: PictureRecord): string {
  return flaw ?? `activation ${value.toFixed(3)}`;
}

function sizeOf(text: string): number | "auto" {
  return text === "auto" ? text : pixels(text);
}

function shareOf(text: string): number {
  const share = Number(text);
  if (text.trim() === "" || !(share >= 0 && share <= 1))
    throw new InvalidArgumentError("A share from 0 to 1 is needed.");
  return share;
}
