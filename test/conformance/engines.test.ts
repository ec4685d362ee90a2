/** The engines of Node, held to the definition. */
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { tfjsEngine } from "../../src/engine/tfjs/tfjs.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { conformance } from "./conformance.js";

conformance("cpu", async () => cpuEngine(), { forward: 0, backward: 1e-6, runs: 40 });
conformance("tfjs-cpu", () => tfjsEngine({ backend: "cpu" }), { forward: 1e-5, backward: 1e-5 });
conformance("tfjs-wasm", () => tfjsEngine({ backend: "wasm" }), { forward: 1e-5, backward: 1e-5, runs: 40 });
conformance("wasm, exact", () => wasmEngine({ precision: "exact", threads: 1 }), {
  forward: 2e-6,
  backward: 2e-6,
  runs: 40,
});
conformance("wasm, fast", () => wasmEngine({ threads: 1 }), { forward: 1e-4, backward: 1e-4, runs: 40 });
conformance("wasm, two threads", () => wasmEngine({ threads: 2 }), { forward: 1e-4, backward: 1e-4, runs: 40 });

const relaxed = await wasmEngine({ threads: 1, relaxed: true }).then(
  (engine) => {
    engine.dispose();
    return true;
  },
  () => false,
);
if (!relaxed) console.warn("skipped: relaxed SIMD is not tested, because this machine does not have it");
else
  conformance("wasm, relaxed", () => wasmEngine({ precision: "exact", threads: 1, relaxed: true }), {
    forward: 2e-6,
    backward: 2e-6,
    runs: 40,
  });
