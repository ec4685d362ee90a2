/**
 * Saves networks of the other goldens, for `make.py` to open in Keras 2:
 *
 *     npx tsx test/golden/saved/save.ts && python3 test/golden/saved/make.py
 */
import { join, resolve } from "node:path";
import { open } from "../../../src/node/open.js";
import { saveModel } from "../../../src/node/save-model.js";

/** The networks by the names of their folders. */
export const savedNetworks: Readonly<Record<string, string>> = {
  tutorial: "keras/tutorial-3.keras",
  nested: "keras/nested-2.h5",
  residual: "onnx/residual.onnx",
  graph: "graph-model/plain/model.json",
};

async function saveAll(): Promise<void> {
  const goldens = resolve(import.meta.dirname, "..");
  for (const [name, file] of Object.entries(savedNetworks)) {
    await saveModel(await open(join(goldens, file)), join(goldens, "saved", name));
  }
}

if (process.argv[1] === import.meta.filename) void saveAll();
