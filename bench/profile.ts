/** Where a step's time goes: every job timed on one thread, added up by kernel, forward and backward apart. */
import { formatTable } from "../src/core/print.js";
import { WasmExecutable } from "../src/engine/wasm/executable.js";
import { Heap } from "../src/engine/wasm/heap.js";
import { compileKernels, instantiate } from "../src/engine/wasm/module.js";
import { PackedWeights } from "../src/engine/wasm/packed-weights.js";
import { type Runner, singleRunner } from "../src/engine/wasm/runner.js";
import { type Case, gradientOf, imageOf, planOf } from "./cases.js";

const steps = 12;

/** The table of a case, the largest share first. */
export async function profile(which: Case): Promise<void> {
  const variant = await compileKernels({ relaxed: true, shared: false });
  const heap = new Heap(false);
  const kernels = await instantiate(variant, heap.memory);
  const timer = timing(singleRunner(heap, kernels));
  const packed = new PackedWeights(heap, kernels);
  const place = { heap, packed, runner: timer.runner, precision: "fast", threads: 1 } as const;
  const executable = new WasmExecutable(await planOf(which), place, () => {});
  const image = imageOf(which, 3);
  const [map] = await executable.forward(image);
  const gradient = gradientOf(map!);
  await executable.backward([gradient]);
  for (let step = 0; step < steps; step++) {
    timer.start("forward");
    await executable.forward(image);
    timer.start("backward");
    await executable.backward([gradient]);
    timer.end();
  }
  executable.dispose();
  print(which, timer.medians());
}

interface Timer {
  readonly runner: Runner;
  start(side: "forward" | "backward"): void;
  end(): void;
  medians(): Map<string, number>;
}

/** A runner that does its jobs one by one and notes how long each kernel took, step by step. */
function timing(inner: Runner): Timer {
  const found = new Map<string, number[]>();
  let side: string | null = null;
  let sums = new Map<string, number>();
  const flush = (): void => {
    for (const [name, sum] of sums) found.set(name, [...(found.get(name) ?? []), sum]);
    sums = new Map();
  };
  return {
    runner: {
      async run(jobs, scratch) {
        if (side === null) return inner.run(jobs, scratch);
        for (const job of jobs) {
          const name = `${"script" in job ? "script" : job.kernel} ${side}`;
          const started = performance.now();
          await inner.run([job], scratch);
          sums.set(name, (sums.get(name) ?? 0) + performance.now() - started);
        }
      },
      dispose: () => inner.dispose(),
    },
    start(next) {
      flush();
      side = next;
    },
    end() {
      flush();
      side = null;
    },
    medians: () => new Map([...found].map(([name, times]) => [name, times.sort((a, b) => a - b)[times.length >> 1]!])),
  };
}

function print({ network, layer, size }: Case, times: Map<string, number>): void {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const rows = [...times]
    .sort((a, b) => b[1] - a[1])
    .filter(([, time]) => time / total > 0.005)
    .map(([name, time]) => {
      const [kernel, side] = name.split(" ");
      return [kernel!, side!, time.toFixed(1), `${((100 * time) / total).toFixed(0)} %`];
    });
  console.log(`\n${network} ${layer} @${size}: ${total.toFixed(0)} ms a step on one thread, relaxed`);
  console.log(formatTable(["kernel", "side", "ms", "share"], rows));
}
