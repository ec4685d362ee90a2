/** The preset `lucid` beside the plain implementation of it: the same picture is climbed, step for step. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import { open } from "../../src/node/open.js";
import { preset } from "../../src/optvis/preset.js";
import { visualize } from "../../src/optvis/visualize.js";
import { resnet50 } from "../load/shared.js";
import { plainLucid } from "./plain/lucid.js";

let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine({ precision: "exact", threads: 1 });
});
afterAll(() => engine.dispose());

it.each(["activation_7:12", "activation_10:60"])(
  "%s climbs as the plain loop does, to 1e-5 at every step",
  async (unit) => {
    const net = await open(resnet50, { preprocessing: "caffe" });
    // The plain loop has the motions of Lucid for every field; the preset makes them smaller for small ones.
    const settings = { ...preset("lucid"), preset: "lucid", engine, size: 32, steps: 24, seed: 4 } as const;
    const { history } = await visualize(net, unit, settings);
    const [layer, channel] = unit.split(":") as [string, string];
    const plain = await plainLucid(net, { layer, channel: Number(channel) }, settings);
    const scale = Math.max(...plain.map(Math.abs));
    expect(plain.at(-1)).toBeGreaterThan(plain[0]!);
    history.forEach((value, step) => {
      expect(Math.abs(value - plain[step]!)).toBeLessThan(1e-5 * scale);
    });
  },
);
