/** A worker: climbs one batch after the other, as the calling thread would. It is started from its own file, and exports nothing. */
import { parentPort, workerData } from "node:worker_threads";
import { isLensError } from "../../core/errors.js";
import { checkEngineName, createEngine } from "../../engine/create.js";
import type { Engine } from "../../engine/engine.js";
import { wasmEngine } from "../../engine/wasm/wasm.js";
import { createNetwork } from "../../network/network.js";
import { from } from "../../optvis/objective/from.js";
import { visualize } from "../../optvis/visualize.js";
import type { Answer, Batch, Equipment } from "./message.js";

const { net, engine: wanted, options } = workerData as Equipment;
const network = createNetwork(net.name, net.ops, { ...net.input, notes: net.notes });
let engine: Engine | undefined;

parentPort!.on("message", async (batch: Batch) => {
  try {
    engine ??= await engineLike(wanted);
    const pictures = await visualize(network, batch.map(from), {
      ...options,
      batch: batch.length,
      engine,
      onProgress: (progress) => answer({ progress }),
    });
    answer({ pictures });
  } catch (error) {
    // A fault of ours ends the worker, which tells the calling thread with its stack.
    if (!isLensError(error)) throw error;
    answer({ error: { code: error.code, message: error.message } });
  }
});

/** Workers have a processor each: one thread. */
async function engineLike({ name, ...settings }: Equipment["engine"]): Promise<Engine> {
  if (name === "wasm") return wasmEngine({ threads: 1, ...settings });
  checkEngineName(name);
  return createEngine(name);
}

function answer(message: Answer): void {
  parentPort!.postMessage(message);
}
