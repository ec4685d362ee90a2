/** Engines by name. */

import { LensError } from "../core/errors.js";
import { shown } from "../core/numbers.js";
import { cpuEngine } from "./cpu/cpu.js";
import type { Engine } from "./engine.js";
import { tfjsEngine } from "./tfjs/tfjs.js";
import { wasmEngine } from "./wasm/wasm.js";

/**
 * Name of an engine.
 *
 * @public
 */
export type EngineName = "wasm" | "tfjs-wasm" | "tfjs-webgpu" | "tfjs-webgl" | "tfjs-cpu" | "cpu";

const makers: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  wasm: () => wasmEngine(),
  "tfjs-wasm": () => tfjsEngine({ backend: "wasm" }),
  "tfjs-webgpu": () => tfjsEngine({ backend: "webgpu" }),
  "tfjs-webgl": () => tfjsEngine({ backend: "webgl" }),
  "tfjs-cpu": () => tfjsEngine({ backend: "cpu" }),
  cpu: async () => cpuEngine(),
};

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
