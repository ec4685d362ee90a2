/**
 * A folder of finished pictures that a killed run can go on from. Each picture is a PNG and a record beside it, written last; a unit
 * that has both, whole, is finished and stays as it is. `see.json` says with which settings they were made, and others are refused; and
 * which units climb together, because rounding, hence the bytes of a picture, depends on that: batches are cut when their units are
 * first asked for, and stay. A folder in which nothing is finished takes any settings.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import { type Bands, describeBands } from "../figure/bands.js";
import { decodePNG, encodePNG } from "../figure/picture.js";
import { unitFileName } from "../network/file-name.js";
import type { Network } from "../network/network.js";
import { flawOf } from "../optvis/flaw.js";
import type { Picture } from "../optvis/picture.js";
import { save } from "./save.js";

/** Settings that all pictures of a folder share. */
export type FolderSettings = Readonly<Record<string, string | number | readonly number[] | null>>;

/**
 * What is recorded of a finished picture.
 *
 * @public
 */
export interface PictureRecord {
  /** The unit, `"layer:channel"`. */
  readonly unit: string;
  /** Its PNG, in the folder of the record. */
  readonly file: string;
  /** Which bands the PNG shows, in words; `null` for grey and RGB as they are. */
  readonly shows: string | null;
  /** Whether anything excited the unit. */
  readonly status: Picture["status"];
  /** Why there may be nothing to see, as `flawOf` says it. */
  readonly flaw: string | null;
  /** The unit's activation on the finished picture. */
  readonly value: number;
  /** The model whose unit it is. */
  readonly model: Picture["model"];
  /** The engine that ran the model. */
  readonly engine: Picture["engine"];
  /** The settings of the ascent. */
  readonly settings: Picture["settings"];
}

/** What `see.json` holds; `pictures` once all that were asked for are finished. */
interface Manifest {
  readonly settings: FolderSettings;
  readonly batches: readonly (readonly string[])[];
  readonly pictures?: readonly PictureRecord[];
}

/** What a folder is opened for. */
interface Wanted {
  readonly bands?: Bands | undefined;
  readonly settings: FolderSettings;
  /** Units; those of one list may be climbed together. */
  readonly lists: readonly (readonly string[])[];
  /** How many at once. */
  readonly batch: number;
}

/** The file that says what a folder holds. */
export const manifestName = "see.json";

/** Writes a picture without a record. */
export async function savePicture(
  net: Network,
  folder: string,
  { unit, bands }: { readonly unit: string; readonly bands: Bands | undefined },
  made: Picture,
): Promise<PictureRecord> {
  const { image, status, value, model, engine, settings } = made;
  const file = `${unitFileName(net, unit)}.png`;
  await save(join(folder, file), encodePNG(image, { bands }));
  return { unit, file, shows: describeBands(image, bands), status, flaw: flawOf(made), value, model, engine, settings };
}

/**
 * With which settings a folder's pictures are made; `null` when it holds none with records.
 *
 * @throws LensError `file`, when its `see.json` is none.
 */
export async function settingsOfFolder(folder: string): Promise<FolderSettings | null> {
  return (await readManifest(folder))?.settings ?? null;
}

/**
 * Opens a folder, new or begun, for pictures of some settings and for units, which join those it is for already. Batches are cut
 * from one list of units at a time.
 *
 * @throws LensError `file`, when it holds pictures of other settings, or a `see.json` that is none.
 */
export async function openFolder(net: Network, folder: string, wanted: Wanted): Promise<PictureFolder> {
  const { settings, lists, batch, bands } = wanted;
  const begun = await beginningOf(net, folder, settings);
  const known = new Set(begun?.batches.flat());
  const added = lists.flatMap((units) =>
    cut(
      units.filter((unit) => !known.has(unit)),
      batch,
    ),
  );
  const batches = [...(begun?.batches ?? []), ...added];
  const opened = new PictureFolder(net, folder, { settings, batches }, bands);
  if (!begun || added.length > 0) await save(join(folder, manifestName), jsonOf({ settings, batches }));
  await opened.look();
  return opened;
}

/** What a folder holds of pictures with these settings; `null` when nothing in it is finished. */
async function beginningOf(net: Network, folder: string, settings: FolderSettings): Promise<Manifest | null> {
  const begun = await readManifest(folder);
  if (!begun) return null;
  const before = new PictureFolder(net, folder, begun);
  await before.look();
  if (before.recordsOf().length === 0) return null;
  const difference = settingThatDiffers(begun.settings, settings);
  if (difference === undefined) return begun;
  throw new LensError(
    "file",
    `the folder "${folder}" holds pictures made with other settings (${difference}); choose another with --out`,
  );
}

/** Pictures of one set of settings. */
export class PictureFolder {
  readonly #net: Network;
  readonly #folder: string;
  readonly #manifest: Manifest;
  readonly #bands: Bands | undefined;
  readonly #finished = new Map<string, PictureRecord>();

  constructor(net: Network, folder: string, manifest: Manifest, bands?: Bands) {
    this.#bands = bands;
    this.#net = net;
    this.#folder = folder;
    this.#manifest = manifest;
  }

  /** The records of those of some units that are finished; of all units when none are named. */
  recordsOf(units: readonly string[] = this.#manifest.batches.flat()): PictureRecord[] {
    return units.flatMap((unit) => this.#finished.get(unit) ?? []);
  }

  /** The batches in which one of some units is missing. */
  unfinished(units: readonly string[]): (readonly string[])[] {
    const missing = new Set(units.filter((unit) => !this.#finished.has(unit)));
    return this.#manifest.batches.filter((batch) => batch.some((unit) => missing.has(unit)));
  }

  /** Keeps a picture; `null` when the unit has one, which stays. */
  async keep(unit: string, picture: Picture): Promise<PictureRecord | null> {
    if (this.#finished.has(unit)) return null;
    const record = await savePicture(this.#net, this.#folder, { unit, bands: this.#bands }, picture);
    await save(this.#recordFile(unit), jsonOf(record));
    this.#finished.set(unit, record);
    return record;
  }

  /** A finished picture, as it is in its file. */
  async imageOf({ file }: PictureRecord): Promise<Image> {
    return decodePNG(await readFile(join(this.#folder, file)));
  }

  /** What `see.json` says when all that was asked for is finished. */
  list(): string {
    return jsonOf({ ...this.#manifest, pictures: this.recordsOf() });
  }

  /** Looks which pictures are finished. */
  async look(): Promise<void> {
    for (const unit of this.#manifest.batches.flat()) {
      const record = await this.#wholeRecord(unit);
      if (record) this.#finished.set(unit, record);
    }
  }

  /** The record of a unit, if it is one and its picture is whole. */
  async #wholeRecord(unit: string): Promise<PictureRecord | null> {
    try {
      const record = JSON.parse(await readFile(this.#recordFile(unit), "utf8")) as PictureRecord;
      if (!isRecordOf(record, unit, `${unitFileName(this.#net, unit)}.png`)) return null;
      await this.imageOf(record);
      return record;
    } catch {
      return null;
    }
  }

  #recordFile(unit: string): string {
    return join(this.#folder, `${unitFileName(this.#net, unit)}.json`);
  }
}

/** Units in batches. */
function cut(units: readonly string[], batch: number): string[][] {
  return Array.from({ length: Math.ceil(units.length / batch) }, (_, i) => units.slice(i * batch, (i + 1) * batch));
}

/** What a folder says of itself; `null` when it says nothing. */
async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, manifestName);
  try {
    const { settings, batches } = JSON.parse(await readFile(path, "utf8")) as Manifest;
    if (typeof settings === "object" && settings !== null && isListOfBatches(batches)) return { settings, batches };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
  }
  throw new LensError(
    "file",
    `"${path}" is not a list of pictures of this version; move it away or choose another folder with --out`,
  );
}

function isListOfBatches(batches: unknown): boolean {
  const isBatch = (batch: unknown): boolean => Array.isArray(batch) && batch.every((unit) => typeof unit === "string");
  return Array.isArray(batches) && batches.every(isBatch);
}

function isRecordOf(record: PictureRecord, unit: string, file: string): boolean {
  const { status, flaw, value, settings } = record;
  const isSaid =
    (status === "alive" || status === "weak" || status === "dead") && (flaw === null || typeof flaw === "string");
  const isMeasured = typeof value === "number" && typeof settings === "object" && settings !== null;
  return record.unit === unit && record.file === file && isSaid && isMeasured;
}

/** `seed was 0, now 9`: the first setting that differs. */
function settingThatDiffers(was: FolderSettings, is: FolderSettings): string | undefined {
  const text = (settings: FolderSettings, name: string): string => JSON.stringify(settings[name] ?? null);
  const name = [...new Set([...Object.keys(is), ...Object.keys(was)])].find((key) => text(was, key) !== text(is, key));
  return name && `${name} was ${text(was, name)}, now ${text(is, name)}`;
}

const jsonOf = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
