/** Operations that no engine has a kernel for: what they are lowered to computes what they mean. */
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Engine } from "../../src/engine/engine.js";
import { compile } from "../../src/engine/plan.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { createNetwork } from "../../src/network/network.js";
import type { Op } from "../../src/network/ops.js";
import { preprocessing } from "../../src/network/preprocessing.js";

const image = { shape: [2, 2, 3], preprocessing: preprocessing("unit"), stated: true };
const named = (name: string, inputs: string[], output: number[]) => ({ name, layer: name, inputs, output });
const input: Op = { kind: "input", ...named("image", [], [2, 2, 3]) };
const data = Float32Array.from({ length: 12 }, (_, i) => i / 4 - 1);

async function outputOf(engine: Engine, ops: Op[]): Promise<number[]> {
  const executable = await engine.load(
    compile(createNetwork("net", [input, ...ops], image), [{ layer: ops.at(-1)!.name }]),
  );
  const [output] = await executable.forward({ count: 1, height: 2, width: 2, channels: 3, data });
  executable.dispose();
  return [...output!.data];
}

describe.each([
  ["cpu", async () => cpuEngine()],
  ["wasm", async () => wasmEngine({ threads: 1 })],
] as const)("on %s,", (_, make) => {
  it("local response normalisation divides by a power of the squares of the neighbours", async () => {
    const engine = await make();
    const lrn: Op = { kind: "lrn", ...named("lrn", ["image"], [2, 2, 3]), radius: 1, alpha: 0.5, beta: 0.75, bias: 2 };
    const got = await outputOf(engine, [lrn]);
    const [a, b, c] = [data[9]!, data[10]!, data[11]!];
    const wanted = [
      a / (2 + 0.5 * (a * a + b * b)) ** 0.75,
      b / (2 + 0.5 * (a * a + b * b + c * c)) ** 0.75,
      c / (2 + 0.5 * (b * b + c * c)) ** 0.75,
    ];
    got.slice(9).forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i]!, 5);
    });
    engine.dispose();
  });

  it("a map of one pixel multiplies every pixel, whichever of the two comes first", async () => {
    const engine = await make();
    const pooled: Op = { kind: "globalPool", ...named("pool", ["image"], [3]), mode: "max" };
    const pixel: Op = { kind: "reshape", ...named("pixel", ["pool"], [1, 1, 3]) };
    const scale = (inputs: string[]): Op => ({ kind: "multiply", ...named("scale", inputs, [2, 2, 3]) });
    const wanted = [...data].map((value, i) => value * data[9 + (i % 3)]!);
    expect(await outputOf(engine, [pooled, pixel, scale(["image", "pixel"])])).toEqual(wanted);
    expect(await outputOf(engine, [pooled, pixel, scale(["pixel", "image"])])).toEqual(wanted);
    engine.dispose();
  });
});
