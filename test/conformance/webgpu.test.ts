/** WebGPU in Node, held to the definition where the package `webgpu` and a graphics card (or software for one) are at hand. */
import { it } from "vitest";
import { findGPU, whyNoGPU } from "../../src/engine/tfjs/node-webgpu.js";
import { tfjsEngine } from "../../src/engine/tfjs/tfjs.js";
import { conformance } from "./conformance.js";

const gpu = await findGPU();
const reason = gpu ? ((await gpu.requestAdapter()) ? null : "WebGPU finds no graphics card") : whyNoGPU();
if (reason) {
  console.warn(`skipped: WebGPU in Node is not tested, because ${reason}`);
  it.skipIf(reason)("the tfjs-webgpu engine conforms in Node", () => {});
} else {
  const limits = { forward: 2e-5, backward: 5e-5, differences: 5e-3, runs: 3 };
  conformance("tfjs-webgpu", () => tfjsEngine({ backend: "webgpu" }), limits);
}
