/**
 * Which engine runs a network when nobody said: the library's own SIMD kernels, else the reference engine where
 * WebAssembly SIMD is missing. The tfjs engines are there for the asking.
 */
import { isLensError, LensError } from "../core/errors.js";
import type { Network } from "../network/network.js";
import { cpuEngine } from "./cpu/cpu.js";
import type { Engine } from "./engine.js";
import { tfjsEngine } from "./tfjs/tfjs.js";
import { wasmEngine } from "./wasm/wasm.js";

/** Names that `createEngine` knows, best first. */
export const engineNames = ["wasm", "tfjs-wasm", "tfjs-webgpu", "tfjs-webgl", "tfjs-cpu", "cpu"] as const;

/**
 * Name of an engine.
 *
 * @public
 */
export type EngineName = (typeof engineNames)[number];

/**
 * The engine of a name; dispose it when done.
 *
 * @throws LensError `bad-argument` for another name, `engine` when it cannot run here.
 * @public
 */
export async function createEngine(name: EngineName): Promise<Engine> {
  switch (name) {
    case "cpu":
      return cpuEngine();
    case "wasm":
      return wasmEngine();
    case "tfjs-wasm":
      return tfjsEngine({ backend: "wasm" });
    case "tfjs-webgl":
      return tfjsEngine({ backend: "webgl" });
    case "tfjs-webgpu":
      return tfjsEngine({ backend: "webgpu" });
    case "tfjs-cpu":
      return tfjsEngine({ backend: "cpu" });
    default:
      throw new LensError("bad-argument", `an engine is one of ${engineNames.join(", ")}; got ${JSON.stringify(name)}`);
  }
}

/**
 * The best engine at hand for a network.
 *
 * @public
 */
export async function chooseEngine(_net: Network): Promise<Engine> {
  try {
    return await wasmEngine();
  } catch (error) {
    if (!isLensError(error)) throw error;
    return cpuEngine();
  }
}

/** Runs a task on a given engine, or on one chosen for it and released afterwards. */
export async function withEngine<T>(
  net: Network,
  given: Engine | undefined,
  task: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = given ?? (await chooseEngine(net));
  try {
    return await task(engine);
  } finally {
    if (!given) engine.dispose();
  }
}
