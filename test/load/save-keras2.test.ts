/** Saved models, opened by Keras 2: what it computes of them is what the networks compute. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compile } from "../../src/engine/plan.js";
import { open } from "../../src/node/open.js";
import { saveModel } from "../../src/node/save-model.js";
import { savedNetworks } from "../golden/saved/save.js";
import { golden } from "./golden.js";

const folder = mkdtempSync(join(tmpdir(), "convlens-keras2-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface StoredMap {
  readonly shape: readonly number[];
  readonly values: string;
}

const floats = ({ values }: StoredMap): Float32Array =>
  new Float32Array(Uint8Array.from(Buffer.from(values, "base64")).buffer);

describe.each(Object.entries(savedNetworks))("a saved network, %s", (name, file) => {
  it("is written as when Keras 2 opened it", async () => {
    await saveModel(await open(golden(file)), join(folder, name));
    const committed = golden("saved", name);
    expect(readdirSync(join(folder, name)).sort()).toEqual(readdirSync(committed).sort());
    const read = (place: string, part: string): Buffer => readFileSync(join(place, part));
    expect(read(join(folder, name), "weights.bin").equals(read(committed, "weights.bin"))).toBe(true);
    expect(JSON.parse(read(join(folder, name), "model.json").toString())).toEqual(
      JSON.parse(read(committed, "model.json").toString()),
    );
  });

  it("puts out in Keras 2 what it puts out here", async () => {
    const stored = JSON.parse(readFileSync(golden("saved", `${name}.json`), "utf8")) as Record<
      "input" | "output",
      StoredMap
    >;
    const net = await open(golden(file));
    const [height, width, channels] = stored.input.shape as [number, number, number];
    const executable = await cpuEngine().load(compile(net, [{ layer: net.layers.at(-1)!.name }]));
    const [output] = await executable.forward({ count: 1, height, width, channels, data: floats(stored.input) });
    const wanted = floats(stored.output);
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const apart = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - output!.data[i]!)), 0);
    expect(output!.data.length).toBe(wanted.length);
    expect(largest).toBeGreaterThan(0);
    expect(apart / largest).toBeLessThan(1e-6);
  });
});
