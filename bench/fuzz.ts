/**
 * `node --import tsx bench/fuzz.ts [variants per format] [first seed] [format …]`: damaged files, of every format or some, and what
 * became of them. Each format has a process of its own, so that its memory can be told. Writes its rows into the table of
 * `bench/fuzz.md`, with as many variants as there were by the time it is stopped.
 */
import { fork } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Files, filesOf, formats, type Outcome, tryOpen, variantOf } from "../test/load/fuzz.js";
import { tryOnDisk } from "../test/load/fuzz-folder.js";

/** What became of the variants of a format so far. */
interface Count {
  readonly variants: number;
  readonly results: Readonly<Record<string, number>>;
  readonly slowest: { readonly milliseconds: number; readonly seed: number };
  /** Most memory that the process held, in bytes. */
  readonly memory: number;
  readonly faults: readonly string[];
}

const all: Readonly<Record<string, readonly string[]>> = {
  ...formats,
  "folder on disk": [...formats.layers!, ...formats.graph!, "onnx/storage.onnx"],
};
/** Variants after which what is whole has to open still, and the count is handed on. */
const round = 250;

/** Opens variants of a format, and hands on what became of them from time to time. */
async function count(format: string, variants: number, first: number, report: (count: Count) => void): Promise<void> {
  const paths = all[format]!;
  const originals = paths.map(filesOf);
  const open = (files: Files, seed: number): Promise<Outcome> =>
    Object.hasOwn(formats, format) ? tryOpen(variantOf(files, seed)) : tryOnDisk(files, seed);
  const results: Record<string, number> = {};
  const faults: string[] = [];
  let slowest = { milliseconds: 0, seed: 0 };
  // The first file of a format waits for the format's library.
  for (const original of originals) await tryOpen(original);
  for (let done = 1; done <= variants; done++) {
    const seed = first + done - 1;
    const { result, milliseconds, fault } = await open(originals[seed % originals.length]!, seed);
    results[result] = (results[result] ?? 0) + 1;
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, seed };
    if (fault) faults.push(`seed ${seed}: ${fault}`);
    if (done % round !== 0 && done !== variants) continue;
    for (const [i, original] of originals.entries()) {
      const afterwards = (await tryOpen(original)).result;
      if (afterwards !== "opened") faults.push(`after seed ${seed}: ${paths[i]!} gives "${afterwards}"`);
    }
    report({ variants: done, results, slowest, memory: process.resourceUsage().maxRSS * 1024, faults });
  }
}

/** The same in a process of its own; the last count when it ends, or is ended. */
function counted(format: string, variants: number, first: number): Promise<Count | null> {
  let last: Count | null = null;
  const child = fork(import.meta.filename, [String(variants), String(first), format], {
    env: { ...process.env, FUZZ_ONE: "1" },
  });
  child.on("message", (message) => {
    last = message as Count;
    console.error(`${format}: ${row(format, last)}`);
  });
  const stop = (): void => void child.kill();
  process.once("SIGTERM", stop).once("SIGINT", stop);
  return new Promise((done) => child.on("exit", () => done(last)));
}

const page = resolve(import.meta.dirname, "fuzz.md");
const heading = `# Damaged files, and what became of them

By \`bench/fuzz.ts\`: fixtures of each format with bytes changed, cut off or doubled, numbers that lie, fields taken away, names that
lead elsewhere; of a folder on disk, links, pipes, devices and folders in the place of its files. Refused is by one sentence, with the
code of the error. A fault is anything else: a crash, more than five seconds, a read outside of the model's folder, or a whole file that
does not open afterwards. Memory is the most that the process of the format held, Node itself and the fixtures included.

| format | variants | opened | refused | slowest | peak memory | faults |
| --- | --- | --- | --- | --- | --- | --- |
`;

function row(format: string, { variants, results, slowest, memory, faults }: Count): string {
  const { opened = 0, ...refused } = results;
  const byCode = Object.entries(refused).sort((a, b) => b[1] - a[1]);
  const codes = byCode.map(([code, n]) => `${code} ${n}`).join(", ");
  const late = `${Math.round(slowest.milliseconds)} ms (seed ${slowest.seed})`;
  return `| ${format} | ${variants} | ${opened} | ${codes} | ${late} | ${Math.round(memory / 1e6)} MB | ${faults.length} |`;
}

/** Writes a row into the table in the place of its last one. */
function write(format: string, made: Count): void {
  const rows = (existsSync(page) ? readFileSync(page, "utf8") : "").split("\n");
  const kept = Object.keys(all).map((one) =>
    one === format ? row(one, made) : rows.find((line) => line.startsWith(`| ${one} |`)),
  );
  writeFileSync(page, `${heading}${kept.filter((line) => line !== undefined).join("\n")}\n`);
}

const [variants = 10_000, first = 1] = process.argv.slice(2, 4).map(Number);
const asked = process.argv.slice(4);
if (process.env.FUZZ_ONE) {
  await count(asked[0]!, variants, first, (made) => process.send!(made));
  process.disconnect();
} else {
  let stopped = false;
  process.once("SIGTERM", () => (stopped = true)).once("SIGINT", () => (stopped = true));
  for (const format of asked.length > 0 ? asked : Object.keys(all)) {
    const made = stopped ? null : await counted(format, variants, first);
    if (!made) continue;
    write(format, made);
    for (const fault of made.faults.slice(0, 20)) console.log(`${format}, ${fault}`);
    if (made.faults.length > 0) process.exitCode = 1;
  }
}
