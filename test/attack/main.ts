/**
 * npm run attack [-- --minutes N] [-- --seed N] [-- --only models,kills]: hostile inputs of every kind for a chosen time, the same for the
 * same seed. It prints a table, and closes with the plain line `N passed, N failed`, a suite being one.
 */
import { parseArgs } from "node:util";
import { createRandom } from "../../src/core/random.js";
import { closeAborts, tryAbort } from "./aborts.js";
import { damagedData, damagedModel, damagedPicture, damagedResult } from "./files.js";
import { tryKill, tryPipe, whyNoCommands } from "./processes.js";
import type { Case, Suite } from "./suite.js";

const suites: readonly Suite[] = [
  { name: "model files", run: damagedModel, seconds: 5 },
  { name: "pictures", run: damagedPicture, seconds: 3 },
  { name: "data files", run: damagedData, seconds: 3 },
  { name: "results", run: damagedResult, seconds: 3 },
  { name: "aborts", run: tryAbort, seconds: 3, close: closeAborts },
  { name: "kills", run: tryKill, seconds: 120, skip: whyNoCommands },
  { name: "pipes", run: tryPipe, seconds: 60, skip: whyNoCommands },
];

/** Megabytes that a case may add to the memory of the process. */
const mostMegabytes = 300;

interface Row {
  readonly suite: string;
  cases: number;
  faults: string[];
  worstSeconds: number;
  worstMegabytes: number;
  counts: Map<string, number>;
}

async function attack({ name, run, seconds: patience, close }: Suite, seconds: number, seed: number): Promise<Row> {
  const row: Row = { suite: name, cases: 0, faults: [], worstSeconds: 0, worstMegabytes: 0, counts: new Map() };
  const end = performance.now() + 1000 * seconds;
  // The first case prepares what the others share, so its time is not theirs.
  await run(createRandom(seed), 0).catch(() => {});
  for (let number = 0; number === 0 || performance.now() < end; number++) {
    const before = process.memoryUsage().rss;
    const start = performance.now();
    const found: Case = await run(createRandom(seed + number), number).catch((error: unknown) => ({
      outcome: "raw error",
      fault: String((error as Error).stack ?? error),
    }));
    const took = (performance.now() - start) / 1000;
    const megabytes = (process.memoryUsage().rss - before) / 1e6;
    const fault =
      found.fault ??
      (took > patience ? `it took ${took.toFixed(1)} s` : null) ??
      (megabytes > mostMegabytes ? `it took ${megabytes.toFixed(0)} MB` : null);
    if (fault !== null) row.faults.push(`seed ${seed + number}: ${found.outcome}: ${fault}`);
    row.cases++;
    row.worstSeconds = Math.max(row.worstSeconds, took);
    row.worstMegabytes = Math.max(row.worstMegabytes, megabytes);
    row.counts.set(found.outcome, (row.counts.get(found.outcome) ?? 0) + 1);
  }
  const left = close?.();
  if (left) row.faults.push(left);
  return row;
}

function lineOf({ suite, cases, faults, worstSeconds, worstMegabytes, counts }: Row): string {
  const outcomes = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  const cells = [suite.padEnd(12), `${cases}`.padStart(7), `${faults.length}`.padStart(7)];
  return [...cells, worstSeconds.toFixed(2).padStart(9), worstMegabytes.toFixed(0).padStart(9), ` ${outcomes}`].join(
    " ",
  );
}

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isSafeInteger(seed)) throw new Error("--minutes is a number above 0, --seed a whole one");
const wanted = values.only?.split(",");
const chosen = suites.filter(({ name }) => wanted?.some((word) => name.startsWith(word)) ?? true);
const skipped = chosen.filter(({ skip }) => skip?.());
for (const { name, skip } of skipped) console.log(`skipped: ${name}: ${skip!()}`);
const able = chosen.filter((suite) => !skipped.includes(suite));
console.log("suite          cases  faults  worst s  worst MB  outcomes");
let failed = 0;
for (const suite of able) {
  const row = await attack(suite, (60 * minutes) / able.length, seed);
  console.log(lineOf(row));
  for (const fault of row.faults.slice(0, 5)) console.log(`  ${fault}`);
  if (row.faults.length > 0) failed++;
}
console.log(
  `${able.length - failed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`,
);
process.exit(failed > 0 ? 1 : 0);
