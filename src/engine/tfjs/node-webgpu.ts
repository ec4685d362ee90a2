/**
 * WebGPU in Node: the package `webgpu` brings it, but as values to import, where TensorFlow.js looks for it as pages do,
 * at `navigator.gpu` and among the globals. Nothing is touched where there is WebGPU already.
 */
import { LensError } from "../../core/errors.js";
import { loadPackage as loadOptional } from "../../core/packages.js";

/** The part of WebGPU that is used. */
export interface GPU {
  requestAdapter(options?: { powerPreference?: "high-performance" }): Promise<Adapter | null>;
}

/** A graphics card, or software that acts as one. */
export interface Adapter {
  readonly info?: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
  readonly isFallbackAdapter?: boolean;
}

interface Package {
  readonly create: (flags: readonly string[]) => GPU;
  readonly globals: object;
}

/** WebGPU, where this machine has it: a browser's, or in Node that of the package. */
export async function findGPU(): Promise<GPU | null> {
  const { navigator } = globalThis as { navigator?: { gpu?: GPU } };
  if (navigator?.gpu) return navigator.gpu;
  if (!inNode) return null;
  own ??= loadPackage();
  return own;
}
let own: Promise<GPU | null> | null = null;
const inNode = Boolean((globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node);

async function loadPackage(): Promise<GPU | null> {
  try {
    const { create, globals } = await loadOptional<Package>("webgpu");
    Object.assign(globalThis, globals);
    return create([]);
  } catch {
    return null;
  }
}

/**
 * Lends WebGPU to TensorFlow.js while a task starts its backend.
 *
 * @throws LensError `engine`, where there is none.
 */
export async function withGPU<T>(task: () => Promise<T>): Promise<T> {
  const gpu = await findGPU();
  if (!gpu) throw new LensError("engine", `${whyNoGPU()}; choose another engine`);
  const scope = globalThis as { navigator?: { gpu?: GPU } };
  if (scope.navigator?.gpu) return task();
  const navigator = scope.navigator;
  if (!navigator) Object.defineProperty(scope, "navigator", { value: {}, configurable: true });
  Object.defineProperty(scope.navigator!, "gpu", { value: gpu, configurable: true });
  try {
    return await task();
  } finally {
    // Node does not end while WebGPU can be reached from a global.
    delete scope.navigator!.gpu;
    if (!navigator) delete scope.navigator;
  }
}

/** Why `findGPU` found none. */
export function whyNoGPU(): string {
  return inNode
    ? "there is no WebGPU in Node without the package webgpu (npm install webgpu)"
    : "this browser has no WebGPU";
}
