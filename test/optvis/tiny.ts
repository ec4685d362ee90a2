/** A network small enough to climb in milliseconds, with an engine for it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { writeTiny } from "../built/tiny.js";

/** The network, read from its files, and an engine of one thread that goes with the last test of the file. */
export async function tiny(): Promise<{ readonly net: Network; readonly engine: Engine }> {
  const folder = mkdtempSync(join(tmpdir(), "convlens-optvis-"));
  const net = await open(writeTiny(folder));
  rmSync(folder, { recursive: true });
  const engine = await wasmEngine({ threads: 1 });
  afterAll(() => engine.dispose());
  return { net, engine };
}
