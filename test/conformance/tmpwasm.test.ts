import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { conformance } from "./conformance.js";

conformance("wasm exact", async () => wasmEngine({ precision: "exact" }), { forward: 2e-6, backward: 2e-6, runs: 40 });
conformance("wasm fast", async () => wasmEngine({ precision: "fast" }), { forward: 1e-4, backward: 1e-4, runs: 40 });
