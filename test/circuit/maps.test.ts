/** Maps and attributions held to PyTorch and Keras: ten networks, by autograd, on two engines (`golden/maps`). */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attribution } from "../../src/circuit/attribution.js";
import { createImage, type Image } from "../../src/core/image.js";
import { gradCAM } from "../../src/dataset/cam.js";
import type { Positions } from "../../src/dataset/positions.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Engine } from "../../src/engine/engine.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";

interface Encoded {
  readonly shape: readonly number[];
  readonly values: string;
}

interface Case {
  readonly unit: string;
  readonly against: string | null;
  readonly at: readonly [number, number] | { readonly data?: readonly number[] } | null;
  readonly layer: string;
  readonly baseline: boolean;
  readonly pieces: number;
  readonly value: number;
  readonly cam: Encoded;
  readonly slopes: Encoded;
  readonly base: number;
  readonly path: Encoded;
  readonly positions: Encoded;
}

interface Golden {
  readonly image: Encoded;
  readonly baseline: Encoded;
  readonly cases: readonly Case[];
}

const folder = new URL("../golden/maps/", import.meta.url).pathname;
const files = readdirSync(folder).filter((name) => /\.(onnx|keras)$/.test(name));
const decoded = ({ values }: Encoded): Float32Array =>
  new Float32Array(Uint8Array.from(Buffer.from(values, "base64")).buffer);
const imageOf = (given: Encoded): Image => {
  const [height, width, channels] = given.shape as [number, number, number];
  return createImage(height, width, channels, decoded(given));
};
const positionsOf = (at: Case["at"]): Positions | undefined => {
  if (at === null) return undefined;
  return ("data" in at ? { ...at, data: Float32Array.from(at.data!) } : at) as Positions;
};
const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
/** The largest difference, of the largest value expected. */
const gap = (found: ArrayLike<number>, expected: ArrayLike<number>): number => {
  expect(found.length).toBe(expected.length);
  return largest(Array.from(found, (v, i) => v - expected[i]!)) / largest(expected);
};
const byChannel = (parts: readonly { readonly unit: { readonly channel: number }; readonly contribution: number }[]) =>
  [...parts].sort((a, b) => a.unit.channel - b.unit.channel).map(({ contribution }) => contribution);

const engines: Engine[] = [];
beforeAll(async () => {
  engines.push(cpuEngine(), await wasmEngine({ threads: 1 }));
});
const worst: Record<string, Record<string, string>> = {};
afterAll(() => {
  for (const engine of engines) engine.dispose();
  console.table(worst);
});

it("are held to ten networks", () => {
  expect(files).toHaveLength(10);
});

describe.each(files)("%s", (file) => {
  const golden = JSON.parse(readFileSync(`${folder}${file.replace(/\..*/, ".json")}`, "utf8")) as Golden;
  const [image, other] = [imageOf(golden.image), imageOf(golden.baseline)];
  let net: Network;
  beforeAll(async () => {
    net = await open(`${folder}${file}`, { preprocessing: "unit" });
  });
  const record = (what: string, value: number): void => {
    const before = Number(worst[file]?.[what] ?? 0);
    worst[file] = { ...worst[file], [what]: Math.max(before, value).toExponential(1) };
    expect(value).toBeLessThan(1e-5);
  };

  it.each(golden.cases.flatMap((each) => [0, 1].map((engine) => ({ ...each, engine }))))(
    "$unit from $layer, by engine $engine",
    async (each) => {
      const engine = engines[each.engine]!;
      const shared = { engine, at: positionsOf(each.at), ...(each.against !== null && { against: each.against }) };
      const map = await gradCAM(net, each.unit, image, { ...shared, layer: each.layer, signed: true });
      expect([map.height, map.width]).toEqual(each.cam.shape);
      record("Grad-CAM", gap(map.data, decoded(each.cam)));
      const rectified = await gradCAM(net, each.unit, image, { ...shared, layer: each.layer });
      expect([...rectified.data]).toEqual([...map.data].map((v) => Math.max(0, v)));
      expect(rectified.dropped).toBeCloseTo(
        map.data.reduce((sum, v) => sum + Math.min(0, v), 0),
        10,
      );

      // Where the golden sums all positions, a mask of ones does here: an attribution is of one place by itself.
      const [rows, columns] = net.layer(each.unit.split(":")[0]!).output.length === 3 ? sizeOf(net, each.unit) : [1, 1];
      const ones = { height: rows, width: columns, data: new Float32Array(rows * columns).fill(1) };
      const at = shared.at ?? ones;
      const slopes = await attribution(net, each.unit, image, { ...shared, at, from: each.layer });
      record("value", Math.abs(slopes.value - each.value) / Math.max(1, Math.abs(each.value)));
      record("slopes", gap(byChannel(slopes.parts), decoded(each.slopes)));

      const way = { path: each.pieces, ...(each.baseline && { baseline: other }) };
      const path = await attribution(net, each.unit, image, { ...shared, at, from: each.layer, ...way });
      record("base", Math.abs(path.base - each.base) / Math.max(1, Math.abs(each.base)));
      record("path", gap(byChannel(path.parts), decoded(each.path)));
      record("path by position", gap(path.map!.data, decoded(each.positions)));
      const sum = path.parts.reduce((all, { contribution }) => all + contribution, path.base);
      expect(path.value).toBeCloseTo(sum + path.residual, 10);
    },
  );
});

function sizeOf(net: Network, unit: string): [number, number] {
  const [height, width] = net.layer(unit.split(":")[0]!).output;
  return [height!, width!];
}
