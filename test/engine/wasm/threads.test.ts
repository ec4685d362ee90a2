/** Threads: the same bits as one thread, and one thread where no more can be started. */
import { beforeAll, describe, expect, it, vi } from "vitest";
import { compile, type Plan } from "../../../src/engine/plan.js";
import { Heap } from "../../../src/engine/wasm/heap.js";
import { compileKernels, instantiate } from "../../../src/engine/wasm/module.js";
import { ThreadedRunner } from "../../../src/engine/wasm/threads.js";
import { wasmEngine } from "../../../src/engine/wasm/wasm.js";
import { open } from "../../../src/node/open.js";
import { volume } from "../../conformance/scene.js";
import { drawsOf } from "../../conformance/values.js";
import { resnet50 } from "../../load/shared.js";

describe("threads on ResNet-50", () => {
  let plan: Plan;
  const random = drawsOf(7);
  const input = volume([1, 64, 64, 3], (length) => Float32Array.from({ length }, () => 50 * random.normal()));
  beforeAll(async () => {
    plan = compile(await open(resnet50), [{ layer: "bn4a_branch2b", preActivation: false }]);
  });

  const results = async (threads: number): Promise<Float32Array[]> => {
    const engine = await wasmEngine({ threads });
    expect(engine.threads).toBe(threads);
    const executable = await engine.load(plan);
    const [map] = await executable.forward(input);
    const back = await executable.backward([map!.data]);
    engine.dispose();
    return [map!.data, back.data];
  };

  it.each([2, 3, 5])("%i give the bits of one", async (threads) => {
    const [one, several] = [await results(1), await results(threads)];
    expect(one[1]!.some((value) => value !== 0)).toBe(true);
    expect(several).toEqual(one);
  });
});

it("threads that cannot be started are done without, and the reason is told", async () => {
  const heap = new Heap(true);
  const variant = await compileKernels({ shared: true });
  let told = "";
  const runner = new ThreadedRunner(heap, await instantiate(variant, heap.memory), variant, {
    threads: 2,
    spawn: () => {
      throw new Error("no more workers");
    },
    onMissing: (reason) => {
      told = reason;
    },
  });
  let done = 0;
  await runner.run([{ script: () => done++ }], 0);
  runner.dispose();
  expect(done).toBe(1);
  expect(told).toMatch(/threads could not be started: .*no more workers/);
});

it("memory that is refused is one error of the load, and nothing else fails behind it", async () => {
  const behind: unknown[] = [];
  const listen = (reason: unknown): void => void behind.push(reason);
  process.on("unhandledRejection", listen);
  const engine = await wasmEngine({ threads: 1 });
  const plan = compile(await open(resnet50), [{ layer: "conv1", preActivation: false }]);
  vi.stubGlobal("WebAssembly", {
    ...WebAssembly,
    Memory: class {
      constructor() {
        throw new RangeError("could not allocate memory");
      }
    },
  });
  try {
    await expect(engine.load(plan)).rejects.toThrow("the wasm engine could not get a memory of its own");
    await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    vi.unstubAllGlobals();
    process.off("unhandledRejection", listen);
  }
  expect(behind).toEqual([]);
  const executable = await engine.load(plan);
  executable.dispose();
  engine.dispose();
});
