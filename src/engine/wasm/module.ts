/** The compiled kernels: which of the modules this machine takes, and an instance of it over a memory. */
import { fromBase64 } from "../../core/base64.js";
import { LensError } from "../../core/errors.js";
import type { kernels } from "./kernels.generated.js";
import { modules } from "./kernels.generated.js";

/** Names of the kernels. */
export type KernelName = keyof typeof kernels;

/** The kernels of an instance: do the units `from … to − 1` of the task at an address. */
export type Kernels = { readonly [K in KernelName]: (task: number, from: number, to: number, scratch: number) => void };

/** Which module to take. */
export interface VariantOptions {
  /**
   * Relaxed SIMD, where products and sums are rounded once: `true` demands it, and in Node sets the flag it may need;
   * `false` does without; absent takes it where it is on.
   *
   * @defaultValue undefined
   */
  readonly relaxed?: boolean | undefined;
  /**
   * Whether the memory is shared with threads.
   *
   * @defaultValue false
   */
  readonly shared?: boolean | undefined;
}

/** A module ready to be instantiated, here and in threads. */
export interface Variant {
  readonly module: WebAssembly.Module;
  readonly relaxed: boolean;
}

/** What `process` offers in Node 20.16 and later; absent in browsers. */
interface NodeProcess {
  getBuiltinModule?(name: string): unknown;
}

/** A module of Node by name, without an import that bundlers for browsers would follow; `null` in browsers. */
export function nodeModule<T>(name: string): T | null {
  const { process } = globalThis as { process?: NodeProcess };
  return (process?.getBuiltinModule?.(name) as T | undefined) ?? null;
}

/**
 * Compiles the module for this machine.
 *
 * @throws LensError `engine`, where there is no SIMD, or no relaxed SIMD though it was demanded.
 */
export async function compileKernels({ relaxed, shared = false }: VariantOptions): Promise<Variant> {
  if (relaxed === true && !takes("relaxed")) {
    nodeModule<{ setFlagsFromString(flag: string): void }>("node:v8")?.setFlagsFromString(
      "--experimental-wasm-relaxed-simd",
    );
    if (!takes("relaxed")) {
      throw new LensError(
        "engine",
        "relaxed SIMD was asked for and this machine does not have it; leave `relaxed` out to go without",
      );
    }
  }
  const missing = whyNoSIMD();
  if (missing !== null) throw new LensError("engine", `the wasm engine cannot run: ${missing}; use the cpu engine`);
  const name = relaxed !== false && takes("relaxed") ? "relaxed" : "simd";
  return { module: await WebAssembly.compile(bytesOf(name, shared)), relaxed: name === "relaxed" };
}

/** Why the kernels cannot run here; `null` where they can. */
export function whyNoSIMD(): string | null {
  return takes("simd") ? null : "there is no WebAssembly with SIMD here";
}

/** An instance over a memory. */
export async function instantiate({ module }: Variant, memory: WebAssembly.Memory): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return instance.exports as unknown as Kernels;
}

function takes(name: keyof typeof modules): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(bytesOf(name, false));
}

/** The module's bytes. Whether its memory is shared is one of them. */
function bytesOf(name: keyof typeof modules, shared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64(modules[name].base64) as Uint8Array<ArrayBuffer>;
  if (shared) bytes[modules[name].sharedByte] = 3;
  return bytes;
}
