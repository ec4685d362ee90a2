/**
 * Files written whole or not at all. Everything is first written under a name that marks it as partial, and takes its own name by
 * renaming, so that neither an error nor a kill leaves half a file under a name that somebody trusts.
 */

import { access, constants, lstat, mkdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { union } from "valibot";
import { checkArgument, textSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { bytesSchema, namedOf } from "../core/schemas.js";
import { finishFolder, partialName, readyName, withFolder } from "./folder-lock.js";

const contentSchema = union([textSchema, bytesSchema], "a text or a Uint8Array");
const filesSchema = namedOf(contentSchema, "an object of texts or bytes by file name");

/**
 * Writes text or bytes to a file; folders are made as needed.
 *
 * @throws LensError `file` when it cannot be written; the old file, if any, is then still there.
 * @public
 */
export async function save(path: string, content: string | Uint8Array): Promise<void> {
  checkArgument("path", textSchema, path);
  checkArgument("content", contentSchema, content);
  const partial = join(dirname(path), partialName());
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, content);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {});
    throw new LensError("file", `"${path}" cannot be written (${reasonOf(cause)}); choose another place`, { cause });
  }
}

/**
 * Writes several files into a folder, all or none: a new folder appears with all of them; into one that exists they move when all are on
 * the disk. Where a kill stops the moving, the next writer of the folder completes it. Two processes write one after the other.
 *
 * @throws LensError `file` when one cannot be written; then none is.
 * @public
 */
export async function saveAll(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  checkArgument("folder", textSchema, folder);
  checkArgument("files", filesSchema, files);
  await checkWritable(folder);
  try {
    if (!(await appear(folder, files))) await withFolder(folder, () => moveInto(folder, files));
  } catch (cause) {
    if (cause instanceof LensError) throw cause;
    throw notWritable(folder, cause);
  }
}

/** Makes a new folder with files in one step; `false` when something has its name already. */
async function appear(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<boolean> {
  if (await exists(folder)) return false;
  const place = resolve(folder);
  await mkdir(dirname(place), { recursive: true });
  const aside = join(dirname(place), partialName());
  try {
    await writeAside(aside, files);
    await rename(aside, place);
    return true;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Another process was faster.
    if (await exists(folder)) return false;
    throw error;
  }
}

/** Writes several files into a folder that this process holds, all or none. */
export async function moveInto(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const aside = join(folder, partialName());
  try {
    for (const name of Object.keys(files)) await checkFree(join(folder, name));
    await writeAside(aside, files);
    // From here on the files count as written.
    await rename(aside, join(folder, readyName));
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
  await finishFolder(folder);
}

async function writeAside(aside: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  await mkdir(aside);
  for (const [name, content] of Object.entries(files)) await writeFile(join(aside, name), content);
}

/** A file takes the place of a file, not of a folder. */
async function checkFree(path: string): Promise<void> {
  const isFolder = await lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw new Error(`"${path}" is a folder`);
}

/**
 * Checks, before a long task starts, that its folder can be written at its end; makes nothing.
 *
 * @throws LensError `file`.
 * @public
 */
export async function checkWritable(folder: string): Promise<void> {
  checkArgument("folder", textSchema, folder);
  try {
    // The longest names that are written: a path too long is found here, not at the end of the task.
    await missing(join(folder, "x".repeat(210)));
    let at = folder;
    while ((await missing(at)) && dirname(at) !== at) at = dirname(at);
    if (!(await stat(at)).isDirectory()) throw new Error(`"${at}" is a file`);
    await access(at, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw notWritable(folder, cause);
  }
}

/** Makes a folder, and returns what takes away again those that were made for it and are still empty. */
export async function makeFolder(folder: string): Promise<() => Promise<void>> {
  const place = resolve(folder);
  try {
    const first = await mkdir(place, { recursive: true });
    return async () => {
      for (let at = place; first !== undefined && at.length >= first.length; at = dirname(at)) {
        if (
          !(await rmdir(at).then(
            () => true,
            () => false,
          ))
        )
          return;
      }
    };
  } catch (cause) {
    throw notWritable(folder, cause);
  }
}

function notWritable(folder: string, cause: unknown): LensError {
  const message = `the folder "${folder}" cannot be written (${reasonOf(cause)}); choose another with --out`;
  return new LensError("file", message, { cause });
}

/** Whether nothing is there. What cannot be known for another reason, such as a name too long, is thrown. */
async function missing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return true;
      throw error;
    },
  );
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    EACCES: "no permission",
    EPERM: "no permission",
    EROFS: "read-only",
    ENOSPC: "the disk is full",
    EDQUOT: "the disk quota is used up",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of the path is a file",
    EEXIST: "a file is in the way",
    ENAMETOOLONG: "a name in the path is too long",
    ELOOP: "the links in the path lead in a circle",
    EMFILE: "too many files are open; raise ulimit -n",
  };
  return (code && words[code]) ?? code ?? message;
}
