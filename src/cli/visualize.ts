/** `convlens visualize MODEL UNIT…`: a picture of what each unit looks for; of many, a folder with a contact sheet. */
import { join } from "node:path";
import type { Command } from "commander";
import {
  formatUnit,
  LensError,
  type Network,
  objective,
  type PictureRecord,
  resolveUnit,
  savePictures,
  unitsOf,
  visualize,
} from "../index.js";
import { savePicture, settingsOfFolder } from "../node/picture-folder.js";
import { engineOfFolder, noteOn, summaryFiles } from "../node/save-pictures.js";
import { command, type Job } from "./command.js";
import { Interrupted } from "./interrupt.js";
import { choice, custom, type Given, many, share, type Values, whole } from "./option.js";
import { pictureOptions, presets, readSize, type SizeGiven, views } from "./shared-options.js";

const taken = { units: many('"layer:channel", or "layer" for all its units') };

const options = {
  ...pictureOptions,
  size: custom<SizeGiven | "auto" | undefined>(
    "--size <pixels>",
    'height and width of pictures: 96, 24x40, or "auto": what the unit sees, for --view neuron',
    (given) => (given === "auto" ? given : readSize(given)),
  ),
  preset: choice("--preset <name>", "settings to start from", presets, "swift"),
  view: choice("--view <which>", "the unit at its centre, or its mean over the map", views, "channel"),
  plateau: share("--plateau <share>", "stop a picture when a quarter of its steps gained less than this share, 0 to 1"),
  batch: whole("--batch <n>", "of several units, pictures made at once", { from: 1, to: 256, fallback: 4 }),
  workers: whole("--workers <n>", "of several units, threads that share the batches", {
    from: 1,
    to: 256,
    fallback: 1,
  }),
};

type VisualizeJob = Job<Given<typeof taken>, Values<typeof options>>;

/** The command. */
export const visualizeCommand: () => Command = command(
  "visualize",
  {
    alias: "see",
    description:
      "a picture of what each unit looks for, by gradient ascent; of several, a folder with a contact sheet, which a killed run goes on with",
    arguments: taken,
    options,
    out: (net, { units }) => (unitsWanted(net, units).length > 1 ? "visualize" : "."),
    filesAreTheResult: true,
    check(_, { size, view }) {
      if (size !== "auto" || view === "neuron") return;
      throw new LensError(
        "bad-argument",
        "--size auto is what a unit at one place sees; give --view neuron, or pixels",
      );
    },
  },
  async (job) => {
    const folder = job.folder!;
    const units = unitsWanted(job.net, job.args.units);
    const isBegun = (await settingsOfFolder(folder)) !== null;
    const records =
      units.length > 1 || isBegun ? await several(job, units, folder) : await alone(job, units[0]!, folder);
    return { json: records.map((record) => ({ ...record, file: join(folder, record.file) })), lines: [] };
  },
);

/** Units by name, layers opened up; each once. */
function unitsWanted(net: Network, wanted: readonly string[]): string[] {
  const isLayer = (name: string): boolean => !name.includes(":") || net.layers.some((layer) => layer.name === name);
  const all = wanted.flatMap((name) => (isLayer(name) ? unitsOf(net, name) : [formatUnit(resolveUnit(net, name))]));
  return [...new Set(all)];
}

/** One picture, into a file. */
async function alone(job: VisualizeJob, unit: string, folder: string): Promise<PictureRecord[]> {
  const { net, signal, onProgress, options } = job;
  const { preset, seed, steps, size, plateau, view, bands } = options;
  const engine = await job.engine();
  const look = { preset, seed, steps, size, plateau, engine, signal, onProgress };
  const record = await savePicture(net, folder, { unit, bands }, await visualize(net, objective[view](unit), look));
  tell(job, folder, record);
  return [record];
}

/** Several pictures, into a folder that keeps records of them. */
async function several(job: VisualizeJob, units: readonly string[], folder: string): Promise<PictureRecord[]> {
  const { net, signal, onProgress, options } = job;
  const { preset, seed, steps, size, plateau, view, bands, batch, workers } = options;
  const engine = await job.engine(await engineOfFolder(folder));
  let kept = 0;
  try {
    const records = await savePictures(net, units, folder, {
      ...{ preset, seed, steps, size, plateau, view, bands, batch, workers, engine, signal, onProgress },
      onRecord(record, isNew) {
        kept++;
        if (isNew) tell(job, folder, record);
      },
    });
    for (const file of summaryFiles) job.say(join(folder, file));
    return records;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Interrupted(`${kept} of ${units.length} pictures are kept; the same command goes on`);
  }
}

/** Says that a picture is finished, and what is wrong with it. */
function tell(job: VisualizeJob, folder: string, record: PictureRecord): void {
  if (record.flaw) job.note(`${record.unit} is ${record.flaw}`);
  const shows = record.shows === null ? "" : `  shows ${record.shows}`;
  job.say(`${join(folder, record.file)}  ${record.unit}  ${noteOn(record)}${shows}`);
}
