/** The `wasm` engine: SIMD kernels of our own (see `kernels/`) on one or several threads. */
import { literal, optional, union } from "valibot";
import {
  checkOptions,
  flagSchema,
  type OptionSchemas,
  optionsSchema,
  type Schema,
  textSchema,
  wholeSchema,
} from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import type { Engine, Executable } from "../engine.js";
import type { Plan } from "../plan.js";
import { WasmExecutable, type Workplace } from "./executable.js";
import { Heap } from "./heap.js";
import { compileKernels, instantiate } from "./module.js";
import { PackedWeights } from "./packed-weights.js";
import { singleRunner } from "./runner.js";
import type { Precision } from "./step-kernel.js";
import { processors, whyNoThreads } from "./thread.js";
import { ThreadedRunner } from "./threads.js";

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
   * Threads, the calling one included: a number, or `"auto"` for one per processor, at most eight. Where there can be none,
   * one thread does it all, and `threadsNote` says why. The results are the same, bit for bit.
   *
   * @defaultValue "auto"
   */
  readonly threads?: number | "auto" | undefined;
  /**
   * Relaxed SIMD, which rounds a product and a sum at once: `true` demands it and in Node sets the flag it may need, `false`
   * does without. Absent, it is used where it is on.
   *
   * @defaultValue undefined
   */
  readonly relaxed?: boolean | undefined;
}

/**
 * The `wasm` engine, which can say what it runs on.
 *
 * @public
 */
export interface WasmEngine extends Engine {
  /** Threads at work, the calling one included. */
  readonly threads: number;
  /** Why there is only one thread though more were asked for; `null` otherwise. */
  readonly threadsNote: string | null;
  /** Whether products and sums are rounded at once. */
  readonly relaxed: boolean;
  /** What convolutions may do to be faster. */
  readonly precision: Precision;
  /** Bytes of memory reserved for all loaded plans, and those in use. Nothing is reserved while no plan is loaded. */
  readonly memory: { readonly reserved: number; readonly used: number };
}

/** Most threads that `"auto"` takes: more do not help at the sizes of feature visualization. */
const mostThreads = 8;

/** Precision and threads are checked where their words are known. */
const wasmOptions = optionsSchema<OptionSchemas<WasmEngineOptions>>({
  precision: optional(textSchema) as Schema<WasmEngineOptions["precision"]>,
  threads: optional(union([wholeSchema(1, 1024), literal("auto")], 'a whole number from 1 to 1024, or "auto"')),
  relaxed: optional(flagSchema),
});

/**
 * An engine of WebAssembly kernels.
 *
 * @throws LensError `engine`, where WebAssembly has no SIMD; `bad-argument`, for a number of threads that is none.
 * @public
 */
export async function wasmEngine(options: WasmEngineOptions = {}): Promise<WasmEngine> {
  checkOptions(wasmOptions, options);
  const { precision = "fast", threads: asked = "auto", relaxed } = options;
  check(precision, asked);
  const wanted = asked === "auto" ? Math.min(processors(), mostThreads) : asked;
  let threadsNote = wanted > 1 ? whyNoThreads() : null;
  const shared = wanted > 1 && threadsNote === null;
  const variant = await compileKernels({ relaxed, shared });
  let place: Promise<Workplace> | null = null;
  let heap: Heap | null = null;
  let loaded = 0;
  let disposed = false;
  const open = async (): Promise<Workplace> => {
    heap = new Heap(shared);
    const kernels = await instantiate(variant, heap.memory);
    const onMissing = (reason: string): void => {
      threadsNote = reason;
    };
    const runner = shared
      ? new ThreadedRunner(heap, kernels, variant, { threads: wanted, onMissing })
      : singleRunner(heap, kernels);
    return { heap, packed: new PackedWeights(heap, kernels), runner, precision, threads: shared ? wanted : 1 };
  };
  const close = (): void => {
    // A place that could not be opened has told so to whoever asked for it, and leaves nothing to dispose of.
    place?.then(
      ({ runner }) => runner.dispose(),
      () => {},
    );
    place = null;
    heap = null;
  };
  return {
    name: "wasm",
    arithmetic: variant.relaxed ? `${precision}, relaxed` : precision,
    precision,
    relaxed: variant.relaxed,
    get threads() {
      return threadsNote === null ? wanted : 1;
    },
    get threadsNote() {
      return threadsNote;
    },
    get memory() {
      return { reserved: heap?.memory.buffer.byteLength ?? 0, used: heap?.used ?? 0 };
    },
    async load(plan: Plan): Promise<Executable> {
      if (disposed) throw new LensError("engine", "this engine was disposed; make a new one");
      loaded++;
      try {
        place ??= open();
        return new WasmExecutable(plan, await place, leave);
      } catch (error) {
        leave();
        throw error;
      }
    },
    dispose() {
      disposed = true;
      close();
    },
  };

  // A memory cannot shrink: it goes with the last plan.
  function leave(): void {
    if (--loaded === 0) close();
  }
}

function check(precision: unknown, threads: unknown): void {
  if (!["exact", "high", "fast"].includes(precision as string)) {
    throw new LensError("bad-argument", `precision is "exact", "high" or "fast"; got ${JSON.stringify(precision)}`);
  }
  if (threads !== "auto" && !(Number.isInteger(threads) && (threads as number) >= 1)) {
    throw new LensError("bad-argument", `threads is a whole number from 1, or "auto"; got ${JSON.stringify(threads)}`);
  }
}
