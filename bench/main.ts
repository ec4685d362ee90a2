/**
 * `npm run bench`: forward and gradient, this library beside stock TensorFlow.js and PyTorch, in one interleaved run. Peers are
 * processes that stay up; in every round each does a burst of steps, so that a busy moment of the machine meets all of
 * them. A peer's figure is its best step, a ratio is of bests.
 *
 *     npm run bench -- [--only NAME] [--rounds N] [--sizes] [--steady] [--quick] [--save]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Case, imageOf, mainCases, planOf, sizeCases, whyNot } from "./cases.js";
import { measurePeak } from "./peak.js";
import { Peer } from "./peer.js";
import { type Script, writeScript } from "./script.js";
import { steady } from "./steady.js";
import { printTable, type Row } from "./table.js";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "6" },
    sizes: { type: "boolean", default: false },
    steady: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
  },
});

/** A peer before it is started; `slow` ones do one step a round, in the first two. */
interface Entry {
  readonly name: string;
  readonly slow?: boolean;
  start(which: Case, script: string): Promise<Peer>;
}

const ours = (name: string, how: object): Entry => ({
  name,
  start: (which) => Peer.start(name, "ours.ts", [JSON.stringify(which), JSON.stringify(how)]),
});
const torch = (threads: number): Entry => ({
  name: `torch, ${threads} thread${threads > 1 ? "s" : ""}`,
  start: (_, script) => Peer.start(`torch ${threads}`, "torch_step.py", [script, String(threads)]),
});

const entries: readonly Entry[] = [
  ours("wasm, 1 thread", { engine: "wasm", threads: 1 }),
  ours("wasm relaxed, 1 thread", { engine: "wasm", threads: 1, relaxed: true }),
  torch(1),
  ours("wasm, 2 threads", { engine: "wasm", threads: 2 }),
  ours("wasm relaxed, 2 threads", { engine: "wasm", threads: 2, relaxed: true }),
  torch(2),
  ours("wasm exact, 1 thread", { engine: "wasm", threads: 1, precision: "exact" }),
  ours("tfjs-wasm", { engine: "tfjs-wasm" }),
  { name: "stock tfjs wasm", slow: true, start: (_, script) => Peer.start("stock", "stock.ts", [script]) },
];

const quick = new Set(["wasm, 1 thread", "wasm, 2 threads", "torch, 1 thread", "torch, 2 threads"]);

async function measure(which: Case, chosen: readonly Entry[], rounds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "convlens-bench-"));
  const plan = await planOf(which);
  const script = writeScript(plan, imageOf(which, plan.channels), folder);
  const path = join(folder, "script.json");
  writeFileSync(path, JSON.stringify(script));
  const peers: { entry: Entry; peer: Peer; best: number; row: Partial<Row> }[] = [];
  for (const entry of chosen) {
    try {
      peers.push({ entry, peer: await entry.start(which, path), best: Number.POSITIVE_INFINITY, row: {} });
    } catch (error) {
      console.log(`without ${entry.name}: ${(error as Error).message}`);
    }
  }
  try {
    for (let round = 0; round < rounds; round++) {
      for (const each of peers) {
        if (each.entry.slow && round > 1) continue;
        // A burst of half a second or so.
        const burst = Number.isFinite(each.best) ? Math.max(1, Math.min(20, Math.round(500 / each.best))) : 1;
        const answer = await each.peer.steps(burst);
        each.best = Math.min(each.best, ...answer.milliseconds);
        const { peak, start, memory } = answer;
        each.row = {
          peak,
          ...(start === undefined ? {} : { start }),
          ...(memory ? { arena: memory.used / 2 ** 20 } : {}),
        };
      }
    }
    return await finish(which, script, peers, folder);
  } finally {
    for (const { peer } of peers) peer.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Rows, with each peer's gradient compared to the reference's: torch where it is, else the exact kernels. */
async function finish(
  which: Case,
  script: Script,
  peers: readonly { entry: Entry; peer: Peer; best: number; row: Partial<Row> }[],
  folder: string,
): Promise<Row[]> {
  const gradients = new Map<string, Float32Array>();
  for (const { entry, peer } of peers) {
    const file = join(folder, "gradient.bin");
    await peer.gradient(file);
    const bytes = readFileSync(file);
    gradients.set(
      entry.name,
      new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
    );
  }
  const reference = gradients.get("torch, 1 thread") ?? gradients.get("wasm exact, 1 thread");
  return peers.map(({ entry, best, row }) => ({
    case: `${which.network} ${which.layer} @${which.size}${which.batch > 1 ? ` ×${which.batch}` : ""}`,
    peer: entry.name,
    milliseconds: best,
    // Forward and back: two multiplications and two additions per multiply–add.
    gigaflops: (4 * script.macs) / best / 1e6,
    cosine: reference ? cosine(gradients.get(entry.name)!, reference) : null,
    ...row,
  }));
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

const machine = `${cpus()[0]!.model.trim()}, ${cpus().length} processors, Node ${process.version}`;
console.log(machine);
const peak = await measurePeak();
for (const { name, gigaflops } of peak) console.log(`peak of one thread: ${gigaflops.toFixed(0)} GF/s (${name})`);
const ceiling = Math.max(...peak.map(({ gigaflops }) => gigaflops));

const result: { machine: string; peak: typeof peak; rows: Row[]; steady?: unknown } = { machine, peak, rows: [] };
if (options.steady) result.steady = await steady();
else {
  const chosen = options.sizes || options.quick ? entries.filter(({ name }) => quick.has(name)) : entries;
  const cases = (options.sizes ? sizeCases : mainCases).filter(({ network }) => network.includes(options.only ?? ""));
  for (const which of cases) {
    const reason = whyNot(which);
    if (reason) {
      console.log(`left out: ${reason}`);
      continue;
    }
    const rows = await measure(which, chosen, Number(options.rounds));
    printTable(rows, ceiling);
    result.rows.push(...rows);
  }
}
if (options.save) {
  const name = options.sizes ? "sizes" : options.steady ? "steady" : "steps";
  const file = join(import.meta.dirname, "results", `${name}.json`);
  writeFileSync(
    file,
    `${JSON.stringify(result, (_, v) => (typeof v === "number" ? Number(v.toPrecision(5)) : v), 1)}\n`,
  );
  console.log(`written: bench/results/${name}.json`);
}
