/** Pictures of many units in a folder, with a contact sheet, a page and a list; a run that was stopped goes on where it was. */
import { optional } from "valibot";
import { checkArgument } from "../core/check.js";
import { wholeNumber } from "../core/numbers.js";
import type { RunOptions } from "../core/run.js";
import { pause } from "../core/run.js";
import { formatUnit, parseUnit, type UnitLike } from "../core/unit.js";
import { version } from "../core/version.js";
import { withEngine } from "../engine/choose.js";
import { checkEngineName, createEngine, type EngineName } from "../engine/create.js";
import type { Engine } from "../engine/engine.js";
import { type Bands, bandsSchema } from "../figure/bands.js";
import { contactSheet, type SheetPicture } from "../figure/contact-sheet.js";
import { toHTML } from "../figure/html.js";
import { encodeAhead, squared } from "../figure/picture.js";
import { fingerprint } from "../network/fingerprint.js";
import { type Network, resolveUnit } from "../network/network.js";
import { describePreprocessing } from "../network/preprocessing.js";
import { channel, neuron } from "../optvis/objective/units.js";
import type { VisualizeManyOptions } from "../optvis/visualize-options.js";
import { withFolder } from "./folder-lock.js";
import {
  type FolderSettings,
  manifestName,
  openFolder,
  type PictureFolder,
  type PictureRecord,
  settingsOfFolder,
} from "./picture-folder.js";
import { toPNG } from "./png.js";
import { makeFolder, moveInto } from "./save.js";
import { visualize } from "./visualize.js";

/**
 * Options of `savePictures`: numbers and names of `visualize`, which are recorded in the folder.
 *
 * @public
 */
export interface SavePicturesOptions
  extends RunOptions,
    Pick<VisualizeManyOptions, "preset" | "seed" | "steps" | "size" | "plateau" | "batch" | "workers"> {
  /**
   * What the pictures climb: `"neuron"`, the unit at the centre of its map, or `"channel"`, its mean over the map.
   *
   * @defaultValue "channel"
   */
  readonly view?: "neuron" | "channel" | undefined;
  /**
   * Which bands the files show of pictures that are neither grey nor RGB.
   *
   * @defaultValue as figures do: the first three as red, green and blue
   */
  readonly bands?: Bands | undefined;
  /**
   * Runs the network.
   *
   * @defaultValue the engine that made the pictures in the folder; the best one at hand in a new folder
   */
  readonly engine?: Engine | undefined;
  /** Told of every picture of the units, those that were finished before first. */
  readonly onRecord?: ((record: PictureRecord, isNew: boolean) => void) | undefined;
}

/** A run: what is asked for, and what it is made with. */
interface Run {
  readonly net: Network;
  readonly units: readonly string[];
  readonly folder: string;
  readonly options: SavePicturesOptions;
  readonly engine: Engine;
}

/**
 * Saves a picture of what each of several units looks for: a PNG and a record per unit, and at the end `sheet.png`, `index.html` and
 * `see.json`, which lists them. Each file is whole or absent. Stopped at any moment, the same call goes on with what is missing and makes
 * the same bytes; units of a later call join the folder. While it runs no other process writes into the folder.
 *
 * @returns the records of the units, in their order.
 * @throws LensError as `visualize` does; `file`, when the folder holds pictures of other settings, or another process writes into it;
 * the signal's reason when aborted, and then what is finished stays.
 * @public
 */
export async function savePictures(
  net: Network,
  units: readonly (UnitLike | string)[],
  folder: string,
  options: SavePicturesOptions = {},
): Promise<PictureRecord[]> {
  checkArgument("bands", optional(bandsSchema), options.bands);
  const wanted = [...new Set(units.map((unit) => formatUnit(resolveUnit(net, unit))))];
  const unmake = await makeFolder(folder);
  try {
    return await withFolder(folder, () =>
      withEngineOf(net, folder, options, (engine) => picturesOf({ net, units: wanted, folder, options, engine })),
    );
  } finally {
    await unmake();
  }
}

/** Runs a task on the engine given, on that which made the pictures in the folder, or on the best one at hand. */
async function withEngineOf<T>(
  net: Network,
  folder: string,
  { engine: given, signal }: SavePicturesOptions,
  task: (engine: Engine) => Promise<T>,
): Promise<T> {
  const name = given ? undefined : await engineOfFolder(folder);
  const before = name && (await createEngine(name));
  try {
    return await withEngine(net, { engine: given ?? before, signal }, task);
  } finally {
    before?.dispose();
  }
}

async function picturesOf(run: Run): Promise<PictureRecord[]> {
  const { net, units, folder, options } = run;
  const { size, batch = 4, bands, onRecord } = options;
  const lists = size === "auto" ? byLayer(units) : [units];
  const settings = settingsOf(run);
  const kept = await openFolder(net, folder, { settings, lists, batch: wholeNumber("batch", batch, 1), bands });
  for (const record of kept.recordsOf(units)) onRecord?.(record, false);
  await climbMissing(run, kept);
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
async function climbMissing({ net, units, options, engine }: Run, kept: PictureFolder): Promise<void> {
  const { preset, seed, steps, size, plateau, view = "channel", workers = 1, signal, onProgress, onRecord } = options;
  const batches = kept.unfinished(units);
  const total = batches.flat().length;
  let before = 0;
  for (const batch of new Set(batches.map(({ length }) => length))) {
    const list = batches.filter(({ length }) => length === batch).flat();
    const targets = list.map((unit) => views[view](unit));
    await visualize(net, targets, {
      ...{ preset, seed, steps, size, plateau, engine, signal, batch, workers },
      onProgress:
        onProgress && ((part) => onProgress({ ...part, done: before + (part.done / part.total) * list.length, total })),
      onPicture: async (picture, place) => {
        const record = await kept.keep(list[place]!, picture);
        if (record) onRecord?.(record, true);
      },
    });
    before += list.length;
  }
}

const views = { neuron, channel };

/** What pictures of one folder have in common. */
function settingsOf({ net, options, engine }: Run): FolderSettings {
  const {
    preset = "swift",
    view = "channel",
    seed = 0,
    steps = null,
    size = null,
    plateau = null,
    bands = null,
  } = options;
  return {
    convlens: version,
    model: fingerprint(net),
    preprocessing: describePreprocessing(net.input.preprocessing, net.input.shape.at(-1)!),
    ...{ preset, view, seed, steps, size, plateau, bands },
    engine: engine.name,
    arithmetic: engine.arithmetic ?? null,
  };
}

/** The sheet, the page and the list of all pictures in the folder. */
async function finish({ net, folder, options: { signal } }: Run, kept: PictureFolder): Promise<void> {
  const pictures: SheetPicture[] = [];
  for (const record of kept.recordsOf()) {
    const image = squared(await kept.imageOf(record));
    encodeAhead(image);
    pictures.push({ image, name: record.unit, note: noteOn(record) });
    await pause();
    signal?.throwIfAborted();
  }
  const shows = [...new Set(kept.recordsOf().flatMap(({ shows: words }) => words ?? []))];
  const sheet = contactSheet(pictures, {
    title: `${pictures.length} units of ${net.name}`,
    caption: shows.length > 0 ? `The pictures show ${shows.join("; ")}.` : undefined,
  });
  const files = { "sheet.png": await toPNG(sheet, { signal }), "index.html": toHTML(sheet) };
  signal?.throwIfAborted();
  await moveInto(folder, { ...files, [manifestName]: kept.list() });
}

/** The files that a finished run adds to the pictures. */
export const summaryFiles: readonly string[] = ["sheet.png", "index.html", manifestName];

/** What is said below a picture. */
export function noteOn({ flaw, value }: PictureRecord): string {
  return flaw ?? `activation ${value.toFixed(3)}`;
}

/**
 * The name of the engine that made the pictures in a folder; `undefined` when there are none.
 *
 * @throws LensError `file`, when its `see.json` is none; `bad-argument`, when it names no engine.
 */
export async function engineOfFolder(folder: string): Promise<EngineName | undefined> {
  const engine = (await settingsOfFolder(folder))?.engine;
  if (typeof engine !== "string") return undefined;
  checkEngineName(engine);
  return engine;
}
