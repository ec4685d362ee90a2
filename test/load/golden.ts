/** Small networks made by other frameworks, with what those compute: every layer's output and the input's gradient. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Volume } from "../../src/engine/engine.js";
import { compile } from "../../src/engine/plan.js";
import type { Network } from "../../src/network/network.js";

/** A map of a fixture: `[height, width, channels]` or `[features]`. */
interface StoredMap {
  readonly shape: readonly number[];
  /** Little-endian float32. */
  readonly values: string;
}

/** What a framework computed. */
export interface Golden {
  readonly made_by: string;
  readonly input: StoredMap;
  /** Outputs by the name that the layer has in this library. */
  readonly layers: Readonly<Record<string, StoredMap>>;
  readonly output: StoredMap;
  /** The gradient is that of the output weighted by these. */
  readonly output_weights: StoredMap;
  readonly input_gradient: StoredMap;
}

/** A path among the goldens. */
export function golden(...path: string[]): string {
  return resolve(import.meta.dirname, "../golden", ...path);
}

/** Names of the fixtures in a folder of goldens. */
export function fixtures(folder: string): string[] {
  return readdirSync(golden(folder))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.replace(/\.json$/, ""));
}

/** What the framework computed for a fixture. */
export function readGolden(folder: string, name: string): Golden {
  return JSON.parse(readFileSync(join(golden(folder), `${name}.json`), "utf8")) as Golden;
}

function floats({ values }: StoredMap): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(values, "base64")).buffer);
}

/** Demands that a network computes what the framework computed, layer by layer and backward. */
export async function expectGolden(net: Network, stored: Golden): Promise<void> {
  const has = (name: string): boolean => net.layers.some((layer) => layer.name === name);
  const names = Object.keys(stored.layers).filter(has);
  const last = net.layers.at(-1)!.name;
  const plan = compile(
    net,
    [...names, last].map((name) => ({ layer: has(`${name}/activation`) ? `${name}/activation` : name })),
  );
  const executable = await cpuEngine().load(plan);
  const [height, width, channels] = stored.input.shape as [number, number, number];
  const outputs = await executable.forward({ count: 1, height, width, channels, data: floats(stored.input) });
  names.forEach((name, i) => {
    expectClose(outputs[i]!, stored.layers[name]!, `layer ${name}`);
  });
  expectClose(outputs.at(-1)!, stored.output, "output");
  const gradients = outputs.map((_, i) => (i === outputs.length - 1 ? floats(stored.output_weights) : null));
  expectClose(await executable.backward(gradients), stored.input_gradient, "input gradient");
}

/** Within 1e-4 of the largest value. */
function expectClose({ data }: Volume, stored: StoredMap, what: string): void {
  const wanted = floats(stored);
  expect([what, data.length]).toEqual([what, wanted.length]);
  const top = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i]!)), 0);
  expect(worst / top, `${what}: largest difference as a share of the largest value`).toBeLessThan(1e-4);
}
