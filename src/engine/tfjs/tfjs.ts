/**
 * The `tfjs` engine: the same plan in operations of TensorFlow.js, on whichever of its backends, with adjoints written out.
 * Its road to the GPU. Nothing is loaded before an engine is asked for.
 */
import { optional } from "valibot";
import { checkOptions, oneOf, optionsSchema } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import type { Engine, Executable } from "../engine.js";
import { startBackend, type TfjsBackend } from "./backend.js";
import { TfjsExecutable } from "./executable.js";
import { WeightTensors } from "./weight-tensors.js";

/**
 * Options of `tfjsEngine`.
 *
 * @public
 */
export interface TfjsEngineOptions {
  /**
   * Backend of TensorFlow.js to compute on; its package has to be installed.
   *
   * @defaultValue `"wasm"`
   */
  readonly backend?: TfjsBackend;
}

const tfjsOptions = optionsSchema({ backend: optional(oneOf("wasm", "cpu", "webgl", "webgpu")) });

/**
 * An engine on a backend of TensorFlow.js, called `tfjs-wasm`, `tfjs-webgl` … in results. The backend that the caller has
 * current stays so; where none was chosen yet, this one remains.
 *
 * @throws LensError `engine` when the packages are not installed or the backend does not start; `bad-argument`.
 * @public
 */
export async function tfjsEngine(options: TfjsEngineOptions = {}): Promise<Engine> {
  checkOptions(tfjsOptions, options);
  const { backend = "wasm" } = options;
  const tf = await startBackend(backend);
  const device = { tf, weights: new WeightTensors(tf), host: backend === "wasm" || backend === "cpu" };
  const loaded = new Set<Executable>();
  let disposed = false;
  return {
    name: `tfjs-${backend}`,
    async load(plan) {
      if (disposed) throw new LensError("engine", `this tfjs-${backend} engine was disposed; make another one`);
      const executable = new TfjsExecutable(plan, { device, backend, onDispose: (gone) => loaded.delete(gone) });
      loaded.add(executable);
      return executable;
    },
    dispose() {
      disposed = true;
      for (const executable of loaded) executable.dispose();
    },
  };
}
