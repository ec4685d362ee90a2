/**
 * Models on a real disk gone wrong, by a seed: a file of theirs becomes a link out of the folder, to a device or in a circle, a
 * folder, a pipe, or is missing. Whatever a link outside leads to is what the model wants, so that reading it would show.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../src/core/random.js";
import { diskFolder } from "../../src/node/files.js";
import { type Files, type Outcome, tryFolder, variantOf } from "./fuzz.js";

/** What can stand where a file should: made at `path`; the content that is wanted lies at `outside`. */
const mischief: Readonly<Record<string, (path: string, outside: string, content: Uint8Array) => void>> = {
  "a link out": (path, outside) => symlinkSync(outside, path),
  "a long way out": (path, outside) => {
    symlinkSync(outside, `${path}.link`);
    symlinkSync(`${path}.link`, path);
  },
  "a folder": (path) => mkdirSync(path),
  "a pipe": (path) => execFileSync("mkfifo", [path]),
  "a device": (path) => symlinkSync("/dev/zero", path),
  "a circle": (path) => symlinkSync(path, path),
  "a link to nothing": (path) => symlinkSync("nowhere", path),
  nothing: () => {},
  "a link inside": (path, _, content) => {
    writeFileSync(`${path}.real`, content);
    symlinkSync(`${path}.real`, path);
  },
};

/** Kinds of mischief after which a model may not open. */
const harmful = Object.keys(mischief).filter((kind) => kind !== "a link inside");

/** Opens a variant of a model from a folder of its own. */
export async function tryOnDisk(files: Files, seed: number): Promise<Outcome> {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length)]!;
  const changed = random.uniform() < 0.2 ? variantOf(files, seed) : files;
  const names = [...changed.keys()];
  const kind = pick(Object.keys(mischief));
  // A model of one file is itself what is named: a link to it may lead anywhere.
  const name = names.length > 1 ? pick(names.slice(1)) : names[0]!;
  const isOwn = names.length === 1;
  const outer = mkdtempSync(join(tmpdir(), "convlens-fuzz-"));
  try {
    const folder = join(outer, "model");
    mkdirSync(folder);
    for (const [file, content] of changed) if (file !== name) writeFileSync(join(folder, file), content);
    const outside = join(outer, "outside");
    writeFileSync(outside, changed.get(name)!);
    mischief[kind]!(join(folder, name), outside, changed.get(name)!);
    const outcome = await tryFolder(await diskFolder(join(folder, names[0]!)));
    const isRead = outcome.result === "opened" && harmful.includes(kind) && !(isOwn && kind.endsWith("out"));
    return isRead ? { ...outcome, fault: `it read ${kind} in the place of ${name}` } : outcome;
  } finally {
    rmSync(outer, { recursive: true, force: true });
  }
}
