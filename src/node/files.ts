/** A model's folder on disk. */
import { open, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { LensError } from "../core/errors.js";
import { throwIfAborted } from "../core/run.js";
import type { ModelFolder } from "../load/folder.js";
import type { ByteSource } from "../load/tensors.js";

/** The folder of a `model.json`; given a folder, the `model.json` in it. */
export async function diskFolder(path: string): Promise<ModelFolder> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const model = isFolder ? join(path, "model.json") : path;
  return {
    model,
    read: (name, signal) => readBytes(name === null ? model : join(dirname(model), name), signal),
    source: () => diskSource(model),
  };
}

/** A file on disk, piece by piece. It is opened for each piece, so that nothing is left to be closed. */
async function diskSource(path: string): Promise<ByteSource> {
  const { size } = await reading(path, () => stat(path));
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const file = await open(path);
    try {
      const bytes = new Uint8Array(Math.max(0, end - start));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  };
  return { name: basename(path), size, read: (start, end) => reading(path, () => read(start, end)) };
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
