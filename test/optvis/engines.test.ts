/**
 * A picture is the same to the eye whatever engine made it: rounding differs, and with it single pixels; in the longer steps of
 * `swift` more of them than in those of `lucid`.
 */
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { tfjsEngine } from "../../src/engine/tfjs/tfjs.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { open } from "../../src/node/open.js";
import type { Picture } from "../../src/optvis/picture.js";
import { visualize } from "../../src/optvis/visualize.js";
import { resnet50 } from "../load/shared.js";

describe.each([
  ["lucid", 0.95],
  ["swift", 0.9],
] as const)("%s on another engine", (preset, alike) => {
  it("ends within 2 % of the objective, with the same picture", { timeout: 120_000 }, async () => {
    const net = await open(resnet50, { preprocessing: "caffe" });
    const made: Picture[] = [];
    const engines: (() => Promise<Engine>)[] = [
      () => wasmEngine({ threads: 1 }),
      () => wasmEngine({ threads: 1, precision: "exact" }),
      () => tfjsEngine({ backend: "wasm" }),
    ];
    for (const make of engines) {
      const engine = await make();
      made.push(await visualize(net, "activation_10:60", { engine, preset, size: 48, steps: 64, seed: 2 }));
      engine.dispose();
    }
    const [first, ...others] = made;
    for (const other of others) {
      expect(Math.abs(other.value / first!.value - 1)).toBeLessThan(0.02);
      expect(correlation(other.image.data, first!.image.data)).toBeGreaterThan(alike);
    }
  });
});

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((v, i) => {
    ab += (v - ma) * (b[i]! - mb);
    aa += (v - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}
