/** Threads that die, or fall silent, while they hold a part of a step: one clear error, and an engine that goes on. */
import { Worker } from "node:worker_threads";
import { describe, expect, it, vi } from "vitest";
import { compile } from "../../../src/engine/plan.js";
import { Heap } from "../../../src/engine/wasm/heap.js";
import { compileKernels, type Kernels } from "../../../src/engine/wasm/module.js";
import type { Thread } from "../../../src/engine/wasm/thread.js";
import { ThreadedRunner } from "../../../src/engine/wasm/threads.js";
import { wasmEngine } from "../../../src/engine/wasm/wasm.js";
import { open } from "../../../src/node/open.js";
import { volume } from "../../conformance/scene.js";
import { drawsOf } from "../../conformance/values.js";
import { resnet50 } from "../../load/shared.js";

/** How many of the next threads to start die, and how. */
const doom = vi.hoisted(() => ({ threads: 0, how: "" }));

vi.mock("../../../src/engine/wasm/thread.js", async (original) => {
  const real = await original<typeof import("../../../src/engine/wasm/thread.js")>();
  return {
    ...real,
    spawnThread: () => (doom.threads-- > 0 ? doomedThread(doom.how) : real.spawnThread()),
  };
});

/** A thread that takes one part of the first job it sees, and then does what it is told instead of the part. */
function doomedThread(how: string): Thread {
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
    parentPort.on("message", ({ memory, at }) => {
      parentPort.postMessage({ ready: true });
      const words = new Int32Array(memory.buffer);
      for (;;) {
        const ticket = Atomics.load(words, at.ticket);
        const job = at.jobs + ((ticket >>> at.partBits) & 1) * at.jobWords;
        if ((ticket & ((1 << at.partBits) - 1)) >= words[job + at.parts]) continue;
        if (Atomics.compareExchange(words, at.ticket, ticket, ticket + 1) === ticket) break;
      }
      ${how}
    });`,
    { eval: true },
  );
  worker.unref();
  let begun = false;
  return {
    send: (message) => worker.postMessage(message),
    listen({ onFailure, onMissing }) {
      const end = (reason: string): void => (begun ? onFailure(reason) : onMissing(reason));
      worker.on("message", () => {
        begun = true;
      });
      worker.on("error", (error) => end(String(error)));
      worker.on("exit", () => end("it ended"));
    },
    stop: async () => void (await worker.terminate()),
  };
}

describe("a thread that in the middle of a job", () => {
  it.each([
    [
      "throws",
      'throw new Error("out of luck");',
      /died in the middle of a step \(Error: out of luck\).*run the step again/,
    ],
    ["ends", "process.exit(1);", /died in the middle of a step \(it ended\)/],
    ["falls silent", "for (;;);", /died in the middle of a step \(it was silent for 0.3 s\)/],
  ])("%s is one error of that run, and the next one is done in full", async (_, how, message) => {
    const heap = new Heap(true);
    const variant = await compileKernels({ shared: true });
    let units = 0;
    const count = (_task: number, from: number, to: number): void => {
      units += to - from;
      // Long enough for the other thread to take its part.
      const until = performance.now() + 20;
      while (performance.now() < until);
    };
    let spawned = 0;
    const missing: string[] = [];
    const runner = new ThreadedRunner(heap, { winograd: count } as unknown as Kernels, variant, {
      threads: 2,
      silence: 300,
      spawn: () => (spawned++ === 0 ? doomedThread(how) : idleThread),
      onMissing: (reason) => missing.push(reason),
    });
    const job = { kernel: "winograd", task: 0, units: 64 } as never;
    await waitFor(async () => {
      units = 0;
      await expect(runner.run([job], 0)).rejects.toThrow(message);
    });
    expect(spawned).toBe(2);
    units = 0;
    await runner.run([job], 0);
    expect(units).toBe(64);
    expect(missing).toEqual([]);
    runner.dispose();
  });
});

describe("an engine one of whose threads is killed in the middle of a step of ResNet-50", () => {
  it("rejects that step and gives the next one the bits of one thread", async () => {
    const plan = compile(await open(resnet50), [{ layer: "bn3a_branch2b", preActivation: false }]);
    const random = drawsOf(3);
    const input = volume([1, 64, 64, 3], (length) => Float32Array.from({ length }, () => 50 * random.normal()));
    const alone = await wasmEngine({ threads: 1 });
    const [wanted] = await (await alone.load(plan)).forward(input);
    alone.dispose();

    Object.assign(doom, { threads: 1, how: "process.exit(1);" });
    const engine = await wasmEngine({ threads: 2 });
    const executable = await engine.load(plan);
    await waitFor(() =>
      expect(executable.forward(input)).rejects.toThrow(/a thread of the wasm engine died .* run the step again/),
    );
    const [map] = await executable.forward(input);
    expect(engine.threads).toBe(2);
    expect(map!.data).toEqual(wanted!.data);
    engine.dispose();
  });
});

/** A thread takes its time to start: tries again until it was there to die. */
async function waitFor(attempt: () => Promise<unknown>): Promise<void> {
  await vi.waitFor(attempt, { timeout: 20_000, interval: 20 });
}

const idleThread: Thread = { send() {}, listen() {}, async stop() {} };
