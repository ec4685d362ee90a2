/**
 * One writer at a time per folder, and what writers that were killed left. The file `.convlens-lock` names the process that writes; a
 * process that has ended holds nothing. Files being written are called `.convlens-PROCESS-NUMBER.partial`; those of ended processes are
 * removed by the next writer. A folder `.convlens-ready` holds files that are complete and were being moved to their places.
 */
import { readdir, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { LensError } from "../core/errors.js";

const lockName = ".convlens-lock";

/** The folder whose files only have to be moved to their places. */
export const readyName = ".convlens-ready";

let partials = 0;

/** A name for something that is being written, which nothing else has. */
export function partialName(): string {
  return `.convlens-${process.pid}-${partials++}.partial`;
}

/** Folders that this process holds, each with the last task that waits for it. */
const held = new Map<string, Promise<unknown>>();

/**
 * Does a task as the only writer of a folder that exists; what killed writers left is put in order first. Waits for another process to be
 * done, within limits; tasks of this process take turns.
 *
 * @throws LensError `file`, when another process holds the folder for longer.
 */
export async function withFolder<T>(folder: string, task: () => Promise<T>, patience = 10_000): Promise<T> {
  const path = resolve(folder);
  const before = held.get(path);
  const done = (async () => {
    await before?.catch(() => {});
    await lock(path, patience);
    try {
      await finishFolder(path);
      return await task();
    } finally {
      await rm(join(path, lockName), { force: true });
    }
  })();
  held.set(path, done);
  try {
    return await done;
  } finally {
    if (held.get(path) === done) held.delete(path);
  }
}

/** Whoever holds a folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
}

async function lock(folder: string, patience: number): Promise<void> {
  const path = join(folder, lockName);
  const mine = JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder);
  for (const end = Date.now() + patience; ; await setTimeout(50)) {
    try {
      await writeFile(path, mine, { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const text = await readFile(path, "utf8").catch(() => null);
    if (text === null) continue;
    const holder = holderOf(text);
    if (holder ? hasEnded(holder) : await isOld(path)) await takeAway(path, text);
    else if (holder && Date.now() >= end) throw refusal(folder, holder);
  }
}

function refusal(folder: string, { pid, host }: Holder): LensError {
  const place = host === hostname() ? "" : ` on ${host}`;
  return new LensError(
    "file",
    `process ${pid}${place} is writing into "${folder}"; wait until it is done, or choose another folder with --out (if there is no such process, remove ${lockName} from the folder)`,
  );
}

/** The holder that a lock names; `undefined` where a kill cut it off. */
function holderOf(text: string): Holder | undefined {
  try {
    const { pid, host } = JSON.parse(text) as Holder;
    return Number.isSafeInteger(pid) && typeof host === "string" ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}

function hasEnded({ pid, host }: Holder): boolean {
  return host === hostname() && (pid === process.pid || !isAlive(pid));
}

/** Whether a lock that names nobody was cut off by a kill: one that is being written names somebody within a moment. */
async function isOld(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > 2000,
    () => false,
  );
}

/** Removes the lock of an ended process, unless another process has just put its own in that place. */
async function takeAway(path: string, seen: string): Promise<void> {
  const aside = join(path, "..", partialName());
  try {
    await rename(path, aside);
    if ((await readFile(aside, "utf8")) === seen) await rm(aside, { force: true });
    else await rename(aside, path);
  } catch {
    // It is gone.
  }
}

/** Completes what a killed writer had complete, and removes what it had not. */
export async function finishFolder(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.includes(readyName)) {
    const ready = join(folder, readyName);
    for (const name of await readdir(ready)) await rename(join(ready, name), join(folder, name));
    await rmdir(ready);
  }
  await removePartials(folder);
}

/** Removes what processes that have ended were writing in a folder. */
export async function removePartials(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = /^\.convlens-(\d+)-\d+\.partial$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
