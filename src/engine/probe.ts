/** What this machine can compute on, asked before any engine is started. Software that acts as a graphics card is told apart. */
import type { EngineName } from "./create.js";
import { whyNoPackages } from "./tfjs/backend.js";
import { findGPU, whyNoGPU } from "./tfjs/node-webgpu.js";
import { whyNoSIMD } from "./wasm/module.js";

/** Names of software that acts as a graphics card. */
const software = /swiftshader|llvmpipe|lavapipe|softpipe|software|microsoft basic render/i;

/** Why an engine is not worth starting here; `null` when it may be. */
export async function reasonAgainst(name: EngineName): Promise<string | null> {
  switch (name) {
    case "wasm":
      return whyNoSIMD();
    case "tfjs-webgpu":
      return againstWebGPU();
    case "tfjs-webgl":
      return againstWebGL();
    default:
      return null;
  }
}

async function againstWebGPU(): Promise<string | null> {
  const gpu = await findGPU();
  if (!gpu) return whyNoGPU();
  // A browser that finds no card says so on the console: it is asked only where the answer matters.
  const missing = await whyNoPackages("webgpu");
  if (missing !== null) return missing;
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return "WebGPU finds no graphics card";
  const { vendor = "", architecture = "", description = "", isFallbackAdapter = false } = adapter.info ?? {};
  const name = description || [vendor, architecture].filter(Boolean).join(" ");
  return isFallbackAdapter || adapter.isFallbackAdapter || software.test(`${name} ${architecture}`)
    ? `its graphics card is software (${name || "a fallback adapter"})`
    : null;
}

/** The part of a canvas and its context that is used. */
interface Canvas {
  getContext(kind: "webgl2"): {
    readonly RENDERER: number;
    getExtension(name: string): { readonly UNMASKED_RENDERER_WEBGL?: number; loseContext?(): void } | null;
    getParameter(what: number): unknown;
  } | null;
}

function againstWebGL(): string | null {
  const { OffscreenCanvas } = globalThis as { OffscreenCanvas?: new (width: number, height: number) => Canvas };
  const context = OffscreenCanvas && new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!context) return "there is no WebGL 2 here";
  const unmasked = context.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL;
  const name = String(context.getParameter(unmasked ?? context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext?.();
  return software.test(name) ? `its graphics card is software (${name})` : null;
}
