/**
 * A folder of finished pictures that a killed run can go on from. Each picture is a PNG and a record beside it, written last;
 * what has both, whole, is finished and stays as it is. `see.json` tells with which settings they were made, and others are
 * refused; and which units are climbed together, because rounding, hence the bytes of a picture, depends on that: batches are
 * cut when their units are first asked for, and stay.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { decodePNG, encodePNG, type Image, LensError, type Network, type Picture, save } from "../index.js";
import { shown } from "./channel-tiles.js";
import { fileName } from "./file-name.js";
import { flawOf } from "./flaw.js";

/** Settings that all pictures of a folder share. */
export type FolderSettings = Readonly<Record<string, string | number | null>>;

/** What is told of a finished picture. */
export interface PictureRecord {
  readonly unit: string;
  /** Its PNG, beside the record. */
  readonly file: string;
  readonly status: Picture["status"];
  /** Why there may be nothing to see. */
  readonly flaw: string | null;
  readonly value: number;
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
  readonly settings: FolderSettings;
  /** Units; those of one list may be climbed together. */
  readonly lists: readonly (readonly string[])[];
  /** How many at once. */
  readonly batch: number;
}

const manifest = "see.json";

/** Writes a picture without a record. */
export async function savePicture(net: Network, folder: string, unit: string, made: Picture): Promise<PictureRecord> {
  const { image, status, value, settings } = made;
  const file = `${fileName(net, unit)}.png`;
  await save(join(folder, file), encodePNG(shown(net, image)));
  return { unit, file, status, flaw: flawOf(made), value, settings };
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
  const { settings, lists, batch } = wanted;
  const begun = await readManifest(folder);
  if (begun) checkSettings(folder, begun.settings, settings);
  const known = new Set(begun?.batches.flat());
  const added = lists.flatMap((units) =>
    cut(
      units.filter((unit) => !known.has(unit)),
      batch,
    ),
  );
  const batches = [...(begun?.batches ?? []), ...added];
  const opened = new PictureFolder(net, folder, { settings, batches });
  await opened.clean();
  if (!begun || added.length > 0) await save(join(folder, manifest), jsonOf({ settings, batches }));
  await opened.look();
  return opened;
}

/** Pictures of one set of settings. */
export class PictureFolder {
  readonly #net: Network;
  readonly #folder: string;
  readonly #manifest: Manifest;
  readonly #finished = new Map<string, PictureRecord>();

  constructor(net: Network, folder: string, manifest: Manifest) {
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
    const record = await savePicture(this.#net, this.#folder, unit, picture);
    await save(this.#recordFile(unit), jsonOf(record));
    this.#finished.set(unit, record);
    return record;
  }

  /** A finished picture, as it is in its file. */
  async imageOf({ file }: PictureRecord): Promise<Image> {
    return decodePNG(await readFile(join(this.#folder, file)));
  }

  /** Lists all finished pictures in `see.json`. */
  async finish(): Promise<void> {
    await save(join(this.#folder, manifest), jsonOf({ ...this.#manifest, pictures: this.recordsOf() }));
  }

  /** Removes what runs that were killed were writing; files of others stay, whatever they are called. */
  async clean(): Promise<void> {
    const names = this.#manifest.batches.flat().map((unit) => fileName(this.#net, unit));
    const ours = new Set([
      ...names.flatMap((name) => [`${name}.png`, `${name}.json`]),
      ...[manifest, ".sheet.png", ".index.html"],
    ]);
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const [, target, process] = /^(.+)\.(\d+)\.partial$/.exec(name) ?? [];
      if (target && ours.has(target) && !isAlive(Number(process))) await rm(join(this.#folder, name), { force: true });
    }
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
      if (record.unit !== unit || record.file !== `${fileName(this.#net, unit)}.png`) return null;
      await this.imageOf(record);
      return record;
    } catch {
      return null;
    }
  }

  #recordFile(unit: string): string {
    return join(this.#folder, `${fileName(this.#net, unit)}.json`);
  }
}

/** Units in batches. */
function cut(units: readonly string[], batch: number): string[][] {
  return Array.from({ length: Math.ceil(units.length / batch) }, (_, i) => units.slice(i * batch, (i + 1) * batch));
}

/** What a folder says of itself; `null` when it says nothing. */
async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, manifest);
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

function checkSettings(folder: string, was: FolderSettings, is: FolderSettings): void {
  const other = [...new Set([...Object.keys(is), ...Object.keys(was)])].find((name) => was[name] !== is[name]);
  if (other === undefined) return;
  const [before, now] = [was[other], is[other]].map((value) => JSON.stringify(value ?? null));
  throw new LensError(
    "file",
    `the folder "${folder}" holds pictures made with other settings (${other} was ${before}, now ${now}); choose another with --out`,
  );
}

/** Whether the process that writes a partial file still runs. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const jsonOf = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
