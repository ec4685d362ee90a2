/** This library, on one engine: `ours.ts CASE {"engine", "threads", "precision"}`. */
import { createEngine, type EngineName } from "../../src/engine/create.js";
import { type WasmEngineOptions, wasmEngine } from "../../src/engine/wasm/wasm.js";
import { type Case, gradientOf, imageOf, planOf } from "../cases.js";
import { serve } from "./serve.js";

const [which, { engine: name, ...options }] = process.argv.slice(2).map((text) => JSON.parse(text)) as [
  Case,
  { engine: EngineName } & WasmEngineOptions,
];
const image = imageOf(which, 3);
const started = performance.now();
const plan = await planOf(which);
const engine = name === "wasm" ? await wasmEngine(options) : await createEngine(name);
const executable = await engine.load(plan);
let gradient: Float32Array | undefined;
const step = async (): Promise<Float32Array> => {
  const [map] = await executable.forward(image);
  gradient ??= gradientOf(map!);
  return (await executable.backward([gradient])).data;
};
await step();
await serve(step, { start: performance.now() - started, memory: (engine as { memory?: object }).memory });
engine.dispose();
