/** The suite inside a page: the test drives it through `window.suite`, one case at a time. */
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { provide } from "../../src/core/packages.js";
import type { Engine } from "../../src/engine/engine.js";
import { tfjsEngine } from "../../src/engine/tfjs/tfjs.js";
import { type WasmEngine, wasmEngine } from "../../src/engine/wasm/wasm.js";
import { conformanceCases } from "../conformance/cases.js";
import type { Limits } from "../conformance/compare.js";

// The bundle of this page has what the engines load.
provide({
  "@tensorflow/tfjs-core": async () => tf,
  "@tensorflow/tfjs-backend-wasm": () => import("@tensorflow/tfjs-backend-wasm"),
  "@tensorflow/tfjs-backend-webgl": () => import("@tensorflow/tfjs-backend-webgl"),
  "@tensorflow/tfjs-backend-webgpu": () => import("@tensorflow/tfjs-backend-webgpu"),
});

/** The engines a page can run. */
const engines: Record<PageEngine, () => Promise<Engine>> = {
  "tfjs-webgl": () => tfjsEngine({ backend: "webgl" }),
  "tfjs-webgpu": () => tfjsEngine({ backend: "webgpu" }),
  "tfjs-wasm": () => tfjsEngine({ backend: "wasm" }),
  "wasm, exact": () => wasmEngine({ precision: "exact", threads: 1 }),
  "wasm, two threads": () => threaded(2),
};

/** An engine of threads; it must have got them. */
async function threaded(threads: number): Promise<Engine> {
  const engine = await wasmEngine({ threads });
  if (engine.threadsNote !== null) throw new Error(engine.threadsNote);
  return engine;
}

/** Name of an engine of the page. */
export type PageEngine = "tfjs-webgl" | "tfjs-webgpu" | "tfjs-wasm" | "wasm, exact" | "wasm, two threads";

/** What the page offers. */
export interface Suite {
  /** Starts an engine and returns its name, or why it does not start. */
  start(name: PageEngine): Promise<string>;
  /** Runs one case; says what is wrong when it fails. */
  run(name: string, limits: Limits): Promise<string | null>;
  /** Disposes the engine and returns what is left of it: tensors, or bytes of memory. */
  end(): number;
}

let engine: Engine;

const suite: Suite = {
  async start(name) {
    // Served by the test; see openPage.
    setWasmPaths("/wasm/");
    return (await complaint(async () => void (engine = await engines[name]()))) ?? engine.name;
  },
  run: (name, limits) => complaint(() => conformanceCases.find((one) => one.name === name)!.check(engine, limits)),
  end() {
    engine.dispose();
    return engine.name === "wasm" ? (engine as WasmEngine).memory.reserved : tf.memory().numTensors;
  },
};

async function complaint(task: () => Promise<void>): Promise<string | null> {
  try {
    await task();
    return null;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? `${message}\n${cause.message}` : message;
  }
}

(globalThis as unknown as { suite: Suite }).suite = suite;
