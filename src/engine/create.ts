/** Engines by name; each is loaded when it is asked for. */

import { LensError } from "../core/errors.js";
import { shown } from "../core/numbers.js";
import type { Engine } from "./engine.js";
import type { TfjsBackend } from "./tfjs/backend.js";

/**
 * Name of an engine.
 *
 * @public
 */
export type EngineName = "wasm" | "tfjs-wasm" | "tfjs-webgpu" | "tfjs-webgl" | "tfjs-cpu" | "cpu";

const makers: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  wasm: async () => (await import("./wasm/wasm.js")).wasmEngine(),
  "tfjs-wasm": () => tfjs("wasm"),
  "tfjs-webgpu": () => tfjs("webgpu"),
  "tfjs-webgl": () => tfjs("webgl"),
  "tfjs-cpu": () => tfjs("cpu"),
  cpu: async () => (await import("./cpu/cpu.js")).cpuEngine(),
};

async function tfjs(backend: TfjsBackend): Promise<Engine> {
  return (await import("./tfjs/tfjs.js")).tfjsEngine({ backend });
}

/**
 * The engine of a name; dispose it when done.
 *
 * @throws LensError `bad-argument` for another name, `engine` when it cannot run here.
 * @public
 */
export async function createEngine(name: EngineName): Promise<Engine> {
  checkEngineName(name);
  return makers[name]();
}

/** @throws LensError `bad-argument`, unless there is an engine of the name. */
export function checkEngineName(name: string): asserts name is EngineName {
  if (typeof name === "string" && Object.hasOwn(makers, name)) return;
  throw new LensError("bad-argument", `an engine is one of ${Object.keys(makers).join(", ")}; got ${shown(name)}`);
}
