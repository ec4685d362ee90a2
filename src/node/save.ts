/**
 * Files written whole or not at all: everything goes to a file beside the target first and takes its name by renaming, so
 * that neither an error nor a kill leaves half a file under a name somebody trusts.
 */
import { access, constants, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LensError } from "../core/errors.js";

/**
 * Writes text or bytes to a file; folders are made as needed.
 *
 * @throws LensError `file` when it cannot be written; the old file, if any, is then still there.
 * @public
 */
export async function save(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, content);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new LensError("file", `"${path}" cannot be written (${reasonOf(cause)}); choose another place`, { cause });
  }
}

/**
 * Writes several files into a folder: all are on disk before the first takes its name.
 *
 * @throws LensError `file` when one cannot be written; then none is.
 * @public
 */
export async function saveAll(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  await checkWritable(folder);
  const partials = Object.keys(files).map((name) => ({
    name,
    partial: join(folder, `.${name}.${process.pid}.partial`),
  }));
  try {
    await mkdir(folder, { recursive: true });
    for (const { name, partial } of partials) await writeFile(partial, files[name]!);
    for (const { name, partial } of partials) await rename(partial, join(folder, name));
  } catch (cause) {
    for (const { partial } of partials) await rm(partial, { force: true });
    throw new LensError(
      "file",
      `the folder "${folder}" cannot be written (${reasonOf(cause)}); choose another with --out`,
      { cause },
    );
  }
}

/**
 * Checks, before a long task starts, that its folder can be written at its end; makes nothing.
 *
 * @throws LensError `file`.
 * @public
 */
export async function checkWritable(folder: string): Promise<void> {
  let at = folder;
  while (!(await exists(at)) && dirname(at) !== at) at = dirname(at);
  try {
    if (!(await stat(at)).isDirectory()) throw new Error(`"${at}" is a file`);
    await access(at, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new LensError(
      "file",
      `the folder "${folder}" cannot be written (${reasonOf(cause)}); choose another with --out`,
      { cause },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    EACCES: "no permission",
    EROFS: "read-only",
    ENOSPC: "the disk is full",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of the path is a file",
    EEXIST: "a file is in the way",
  };
  return (code && words[code]) ?? code ?? message;
}
