/**
 * A model's folder on disk. The model's own file is the one that was named, wherever a link leads; those that it names are files
 * in its folder, by links too, or where it really lies itself: caches keep all files in one folder and links to them in another.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { open, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { LensError } from "../core/errors.js";
import { throwIfAborted } from "../core/run.js";
import type { ModelFolder } from "../load/folder.js";
import type { ByteSource } from "../load/tensors.js";

/**
 * The path of a `file://` address.
 *
 * @throws LensError `file` when it names another machine, or no path of this one.
 */
export function pathOfURL(address: string | URL): string {
  try {
    return fileURLToPath(address);
  } catch (cause) {
    const shown = String(address);
    throw new LensError(
      "file",
      `"${shown}" is not a file:// address of this machine, such as file:///home/me/model.json; give a path`,
      { cause },
    );
  }
}

/** The folder of a `model.json`; given a folder, the `model.json` in it, or what a SavedModel of TensorFlow has instead. */
export async function diskFolder(path: string): Promise<ModelFolder> {
  const isThere = (at: string, folder: boolean): Promise<boolean> =>
    stat(at).then(
      (found) => found.isDirectory() === folder,
      () => false,
    );
  const main = async (): Promise<string> => {
    const saved = join(path, "saved_model.pb");
    const json = join(path, "model.json");
    return !(await isThere(json, false)) && (await isThere(saved, false)) ? saved : json;
  };
  const model = (await isThere(path, true)) ? await main() : path;
  return {
    model,
    async read(name, signal) {
      const path = name === null ? model : await shardPath(model, name);
      await reading(path, () => checkFile(path));
      return readBytes(path, signal);
    },
    source: () => diskSource(model),
  };
}

/** Where a file that a model names really lies, which has to be in the model's folder. */
async function shardPath(model: string, name: string): Promise<string> {
  const path = join(dirname(model), name);
  const real = await reading(path, () => realpath(path));
  const folders = await reading(model, async () => [await realpath(dirname(model)), dirname(await realpath(model))]);
  if (folders.some((folder) => real.startsWith(folder.endsWith(sep) ? folder : folder + sep))) return real;
  throw new LensError(
    "file",
    `"${name}" is a link out of the model's folder "${resolve(dirname(model))}"; only files in there are read: put the file in its place`,
  );
}

/** The size of a file. Devices and pipes would be read without end, or never begin. */
async function checkFile(path: string): Promise<number> {
  const found = await stat(path);
  if (found.isDirectory()) throw Object.assign(new Error("a folder"), { code: "EISDIR" });
  if (!found.isFile()) throw new Error("it is a device or a pipe; give a file");
  return found.size;
}

/** Bytes read at once: more than 2 GiB end the process. */
const mostAtOnce = 2 ** 30;

/** A file on disk, piece by piece. It is opened for each piece, so that nothing is left to be closed. */
async function diskSource(path: string): Promise<ByteSource> {
  const size = await reading(path, () => checkFile(path));
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const file = await open(path);
    try {
      const bytes = new Uint8Array(Math.max(0, end - start));
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, at, Math.min(mostAtOnce, bytes.length - at), start + at);
        if (bytesRead === 0) return bytes.subarray(0, at);
        at += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  };
  const readNow = (start: number, end: number): Uint8Array => {
    const file = openSync(path, "r");
    try {
      const bytes = new Uint8Array(Math.max(0, end - start));
      for (let at = 0; at < bytes.length; ) {
        const count = readSync(file, bytes, at, Math.min(mostAtOnce, bytes.length - at), start + at);
        if (count === 0) return bytes.subarray(0, at);
        at += count;
      }
      return bytes;
    } finally {
      closeSync(file);
    }
  };
  return { name: basename(path), size, readNow, read: (start, end) => reading(path, () => read(start, end)) };
}

/**
 * Reads a file.
 *
 * @throws LensError `file`, with the reason in words.
 */
export async function readBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return reading(path, () => readFile(path, { signal }), signal);
}

async function reading<T>(path: string, read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throwIfAborted(signal);
    throw new LensError("file", explain(path, cause as NodeJS.ErrnoException), { cause });
  }
}

function explain(path: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return `there is no file "${basename(path)}" in "${dirname(resolve(path))}"`;
    case "EISDIR":
      return `"${path}" is a folder; give a file`;
    case "EACCES":
    case "EPERM":
      return `"${path}" may not be read; change its permissions`;
    default:
      return `"${path}" cannot be read: ${message}`;
  }
}
