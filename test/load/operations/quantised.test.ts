/** Quantised ONNX files: what onnxruntime computes with integers, up to the rounding that is left out. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../../src/engine/cpu/cpu.js";
import { compile } from "../../../src/engine/plan.js";
import { open } from "../../../src/node/open.js";
import { golden } from "../golden.js";

const floats = (text: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);

describe("a quantised ONNX file", () => {
  it.each([
    ["dynamic", "DynamicQuantizeLinear and ConvInteger"],
    ["added", "the same, its map added to itself with rows and columns exchanged"],
    ["operators", "QLinearConv"],
    ["pairs", "QuantizeLinear and DequantizeLinear"],
  ])("is computed as numbers: %s, by %s", async (name) => {
    const stored = JSON.parse(readFileSync(golden("operations", "quantised", `${name}.json`), "utf8"));
    const net = await open(golden("operations", "quantised", `${name}.onnx`));
    expect(net.ops.filter(({ kind }) => kind === "opaque")).toEqual([]);
    expect(net.notes.some((note) => note.includes("the rounding is left out"))).toBe(true);
    const [height, width, channels] = stored.input.shape;
    const executable = await cpuEngine().load(compile(net, [{ layer: net.layers.at(-1)!.name }]));
    const data = floats(stored.input.values);
    const [map] = await executable.forward({ count: 1, height, width, channels, data });
    const wanted = floats(stored.output.values);
    const top = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - map!.data[i]!)), 0);
    // Without the rectifiers that integers imply, the difference would be as large as the values.
    expect(worst / top).toBeLessThan(0.04);
  });
});
