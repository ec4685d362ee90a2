/** The `wasm` engine: SIMD kernels of our own (see `kernels/`) on one or several threads. */
import { LensError } from "../../core/errors.js";
import type { Engine, Executable } from "../engine.js";
import type { Plan } from "../plan.js";
import { WasmExecutable, type Workplace } from "./executable.js";
import { Heap } from "./heap.js";
import { compileKernels, instantiate } from "./module.js";
import { PackedWeights } from "./packed-weights.js";
import { singleRunner } from "./runner.js";
import type { Precision } from "./step-kernel.js";

/**
 * Options of `wasmEngine`.
 *
 * @public
 */
export interface WasmEngineOptions {
  /**
   * What convolutions may do to be faster. By default the gradient of a whole network stays at a cosine of 0.9999 or more
   * from the exact one.
   *
   * @defaultValue "fast"
   */
  readonly precision?: Precision | undefined;
  /**
   * Relaxed SIMD, which rounds a product and a sum at once: `true` demands it and in Node sets the flag it may need, `false`
   * does without. Absent, it is used where it is on.
   *
   * @defaultValue undefined
   */
  readonly relaxed?: boolean | undefined;
}

/**
 * An engine of WebAssembly kernels.
 *
 * @throws LensError `engine`, where WebAssembly has no SIMD.
 * @public
 */
export async function wasmEngine({ precision = "fast", relaxed }: WasmEngineOptions = {}): Promise<Engine> {
  const variant = await compileKernels({ relaxed });
  let place: Workplace | null = null;
  let loaded = 0;
  let disposed = false;
  return {
    name: "wasm",
    async load(plan: Plan): Promise<Executable> {
      if (disposed) throw new LensError("engine", "this engine was disposed; make a new one");
      if (!place) {
        const heap = new Heap(false);
        const kernels = await instantiate(variant, heap.memory);
        place ??= { heap, packed: new PackedWeights(heap, kernels), runner: singleRunner(heap, kernels), precision, threads: 1 };
      }
      loaded++;
      return new WasmExecutable(plan, place, () => {
        // A memory cannot shrink: it goes with the last plan.
        if (--loaded === 0) place = null;
      });
    },
    dispose() {
      disposed = true;
      place = null;
    },
  };
}
