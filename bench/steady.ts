/** A thousand steps, and what they hold: JavaScript's heap after a collection, the process, and the engine's own memory. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { formatTable } from "../src/core/print.js";
import { wasmEngine } from "../src/engine/wasm/wasm.js";
import { gradientOf, imageOf, mainCases, planOf } from "./cases.js";

/** What is held after some steps, in MB. */
export interface Held {
  readonly steps: number;
  readonly heap: number;
  readonly resident: number;
  readonly arena: number;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Runs the steps on VGG-19 and prints the table. */
export async function steady(): Promise<Held[]> {
  const which = { ...mainCases[0]!, size: 64 };
  const engine = await wasmEngine();
  const executable = await engine.load(await planOf(which));
  const image = imageOf(which, 3);
  const held: Held[] = [];
  let gradient: Float32Array | undefined;
  for (let steps = 1; steps <= 1000; steps++) {
    const [map] = await executable.forward(image);
    gradient ??= gradientOf(map!);
    await executable.backward([gradient]);
    if (steps !== 10 && steps % 250 !== 0) continue;
    collect();
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    const mb = 2 ** 20;
    held.push({
      steps,
      heap: (heapUsed + arrayBuffers) / mb,
      resident: rss / mb,
      arena: engine.memory.used / mb,
    });
  }
  engine.dispose();
  const rows = held.map(({ steps, heap, resident, arena }) => [
    String(steps),
    heap.toFixed(2),
    resident.toFixed(0),
    arena.toFixed(2),
  ]);
  console.log(formatTable(["steps", "heap MB", "resident MB", "arena MB"], rows));
  return held;
}
