/** A model's folder on disk. */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { LensError } from "../core/errors.js";
import { throwIfAborted } from "../core/run.js";
import type { ModelFolder } from "../load/folder.js";

/** The folder of a `model.json`; given a folder, the `model.json` in it. */
export async function diskFolder(path: string): Promise<ModelFolder> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const model = isFolder ? join(path, "model.json") : path;
  return { model, read: (name, signal) => readBytes(name === null ? model : join(dirname(model), name), signal) };
}

/**
 * Reads a file.
 *
 * @throws LensError `file`, with the reason in words.
 */
export async function readBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await readFile(path, { signal });
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
