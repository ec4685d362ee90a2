/**
 * YOLOv8 and YOLOv5 with random weights, as torch exports them (`test/golden/yolo/make.py`): layer by layer what torch computes,
 * to the last convolutions and to the boxes behind them. `CONVLENS_YOLO=folder` tries the networks in full, which the script
 * writes there.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Volume } from "../../src/engine/engine.js";
import { compile } from "../../src/engine/plan.js";
import { open } from "../../src/node/open.js";
import { golden } from "./golden.js";
import { channelsLast } from "./random-graphs.js";

/** A tensor in torch's order, as little-endian float32. */
interface Stored {
  readonly shape: readonly number[];
  readonly values: string;
}

interface Wanted {
  readonly input: Stored;
  readonly layers: Readonly<Record<string, Stored>>;
  readonly output: Stored;
}

function numbers({ shape, values }: Stored): Float32Array {
  const floats = new Float32Array(Uint8Array.from(Buffer.from(values, "base64")).buffer);
  // The boxes are `[batch, channels, places]`.
  return channelsLast(floats, shape.length === 4 ? shape : [...shape, 1]);
}

/** The largest difference as a share of the largest value. */
function difference({ data }: Volume, stored: Stored): number {
  const wanted = numbers(stored);
  expect(data.length).toBe(wanted.length);
  const top = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i]!)), 0) / top;
}

const folder = process.env.CONVLENS_YOLO ?? golden("yolo");
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".onnx") ? [file.slice(0, -5)] : []));

describe("a YOLO of random weights", () => {
  it.each(names)(
    "has the values of torch at its last convolutions: %s",
    async (name) => {
      const { input, layers, output } = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Wanted;
      const net = await open(join(folder, `${name}.onnx`));
      const last = net.layers.at(-1)!;
      const isWhole = net.ops.every(({ kind }) => kind !== "opaque");
      // The dynamo exporter calls activations by numbers.
      const known = Object.keys(layers).filter((layer) => net.layers.some((own) => own.name === layer));
      const wanted = [...known.map((layer) => layers[layer]!), ...(isWhole ? [output] : [])];
      const plan = compile(
        net,
        [...known, ...(isWhole ? [last.name] : [])].map((layer) => ({ layer })),
      );
      const [, channels, height, width] = input.shape as [number, number, number, number];
      const executable = await cpuEngine().load(plan);
      const maps = await executable.forward({ count: 1, height, width, channels, data: numbers(input) });
      const worst = maps.map((map, i) => difference(map, wanted[i]!));
      if (process.env.CONVLENS_YOLO) console.info(name, net.ops.length, { isWhole }, Math.max(...worst), known);
      else {
        expect(known).toEqual(Object.keys(layers));
        expect(isWhole).toBe(true);
      }
      expect(known.length).toBeGreaterThan(2);
      expect(Math.max(...worst)).toBeLessThan(1e-5);
    },
    600_000,
  );
});
