/**
 * A folder of finished pictures that a killed run can go on from. Each picture is a PNG and a record beside it, written last;
 * what has a record is finished and stays as it is. `see.json` tells with which settings they were made, and others are
 * refused.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { decodePNG, encodePNG, type Image, LensError, type Picture, save } from "../index.js";
import { fileName } from "./file-name.js";

/** Settings that all pictures of a folder share. */
export type FolderSettings = Readonly<Record<string, string | number | null>>;

/** What is told of a finished picture. */
export interface PictureRecord {
  readonly unit: string;
  readonly file: string;
  readonly status: Picture["status"];
  readonly value: number;
  readonly settings: Picture["settings"];
}

const manifest = "see.json";

/** Opens a folder, new or begun, for pictures of some settings; says which units are finished. */
export async function openFolder(folder: string, settings: FolderSettings): Promise<PictureFolder> {
  const begun = await readJSON<{ settings?: FolderSettings }>(join(folder, manifest));
  if (begun) {
    const names = [...new Set([...Object.keys(settings), ...Object.keys(begun.settings ?? {})])];
    const other = names.find((name) => begun.settings?.[name] !== settings[name]);
    if (other) {
      const [was, is] = [begun.settings?.[other], settings[other]].map((value) => JSON.stringify(value ?? null));
      throw new LensError(
        "file",
        `the folder "${folder}" holds pictures made with other settings (${other} was ${was}, now ${is}); choose another with --out`,
      );
    }
    // A run that was killed may have left files it was writing.
    for (const name of await readdir(folder)) {
      if (name.endsWith(".partial") && !isAlive(name)) await rm(join(folder, name), { force: true });
    }
  } else await save(join(folder, manifest), jsonOf({ settings }));
  return new PictureFolder(folder, settings);
}

/** Pictures of one set of settings. */
export class PictureFolder {
  readonly #folder: string;
  readonly #settings: FolderSettings;

  constructor(folder: string, settings: FolderSettings) {
    this.#folder = folder;
    this.#settings = settings;
  }

  /** The record of a unit, if its picture is finished. */
  recordOf(unit: string): Promise<PictureRecord | null> {
    return readJSON(join(this.#folder, `${fileName(unit)}.json`));
  }

  /** Keeps a finished picture. */
  async keep(unit: string, { image, status, value, settings }: Picture): Promise<PictureRecord> {
    const file = `${fileName(unit)}.png`;
    const record = { unit, file, status, value, settings };
    await save(join(this.#folder, file), encodePNG(image));
    await save(join(this.#folder, `${fileName(unit)}.json`), jsonOf(record));
    return record;
  }

  /** A finished picture, as it is in its file. */
  async imageOf({ file }: PictureRecord): Promise<Image> {
    return decodePNG(await readFile(join(this.#folder, file)));
  }

  /** Lists all pictures in `see.json`. */
  async finish(pictures: readonly PictureRecord[]): Promise<void> {
    await save(join(this.#folder, manifest), jsonOf({ settings: this.#settings, pictures }));
  }
}

async function readJSON<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new LensError("file", `"${path}" is not a record of pictures; move it away or choose another --out`);
  }
}

/** Whether the process that writes a partial file still runs. */
function isAlive(name: string): boolean {
  const pid = Number(/\.(\d+)\.partial$/.exec(name)?.[1]);
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const jsonOf = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
