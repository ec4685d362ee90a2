/** The engines of Node, held to the definition. */
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { tfjsEngine } from "../../src/engine/tfjs/tfjs.js";
import { conformance } from "./conformance.js";

conformance("cpu", async () => cpuEngine(), { forward: 0, backward: 1e-6, runs: 40 });
conformance("tfjs-cpu", () => tfjsEngine({ backend: "cpu" }), { forward: 1e-5, backward: 1e-5 });
conformance("tfjs-wasm", () => tfjsEngine({ backend: "wasm" }), { forward: 1e-5, backward: 1e-5, runs: 40 });
