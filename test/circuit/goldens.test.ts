/** Circuits held to PyTorch: effective kernels, parts, slopes and the effects of silencing, by autograd (`golden/circuit`). */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attribution } from "../../src/circuit/attribution.js";
import { expand } from "../../src/circuit/expand.js";
import { verify } from "../../src/circuit/verify.js";
import { createImage, type Image } from "../../src/core/image.js";
import { formatUnit, parseUnit } from "../../src/core/unit.js";
import type { Engine } from "../../src/engine/engine.js";
import { wasmEngine } from "../../src/engine/wasm/wasm.js";
import type { Network } from "../../src/network/network.js";
import { producerOf } from "../../src/network/sources.js";
import { open } from "../../src/node/open.js";
import { inputs } from "../../src/weights/inputs.js";
import { slice } from "../../src/weights/slice.js";

interface Encoded {
  readonly shape: readonly number[];
  readonly values: string;
}

interface Golden {
  readonly image: Encoded;
  readonly unit: string;
  readonly start: string;
  readonly read: string;
  readonly place: readonly [number, number];
  readonly value: number;
  readonly weights: Encoded;
  readonly parts: Encoded;
  readonly slopes: Encoded;
  readonly effects: readonly { readonly channel: number; readonly change: Encoded }[];
}

const at = (name: string): string => new URL(`../golden/circuit/${name}`, import.meta.url).pathname;
const decoded = ({ values }: Encoded): Float32Array => {
  const bytes = Uint8Array.from(Buffer.from(values, "base64"));
  return new Float32Array(bytes.buffer);
};
const gap = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  const scale = Array.from(b).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0) / scale;
};

let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine({ threads: 1 });
});
const found: Record<string, Record<string, string>> = {};
afterAll(() => {
  engine.dispose();
  console.table(found);
});

describe.each(["residual.onnx", "concatenation.onnx", "grouped.onnx", "separable.keras"])("%s", (file) => {
  const golden = JSON.parse(readFileSync(at(file.replace(/\..*/, ".json")), "utf8")) as Golden;
  let net: Network;
  let image: Image;
  beforeAll(async () => {
    net = await open(at(file), { preprocessing: "unit" });
    const [height, width] = golden.image.shape;
    image = createImage(height!, width!, 3, decoded(golden.image));
  });
  const record = (what: string, value: number): void => {
    found[file] = { ...found[file], [what]: value.toExponential(1) };
    expect(value).toBeLessThan(1e-5);
  };

  it.each(["adjoint", "composition"] as const)("has the effective kernels of autograd, by %s", async (method) => {
    const expanded = await expand(net, golden.unit, golden.start, { engine, method });
    expect([expanded.height, expanded.width, expanded.channels]).toEqual(golden.weights.shape);
    record(`expand (${method})`, gap(expanded.data, decoded(golden.weights)));
  });

  it("gives each channel read its part of the value", async () => {
    const exact = await attribution(net, golden.unit, image, { engine, at: golden.place });
    expect(exact.value).toBeCloseTo(golden.value, 4);
    const parts = decoded(golden.parts);
    // The parts by the channel of the layer that is read, which the golden numbers.
    const own = Array.from(parts, (_, channel) => {
      const { unit } = producerOf(net, { layer: golden.read, channel });
      // A unit of another group is no input, and gives nothing.
      return exact.parts.find((part) => formatUnit(part.unit) === formatUnit(unit))?.contribution ?? 0;
    });
    record("parts", gap(own, parts));
  });

  it("gives each channel further down its slope times its activation", async () => {
    const { parts } = await attribution(net, golden.unit, image, { engine, at: golden.place, from: golden.start });
    const own = [...parts].sort((a, b) => a.unit.channel - b.unit.channel).map(({ contribution }) => contribution);
    record("slopes", gap(own, decoded(golden.slopes)));
  });

  it("has inputs whose kernels give those parts", async () => {
    const kernels = inputs(net, golden.unit);
    expect(kernels).not.toHaveLength(0);
    for (const { kernel } of kernels) expect(slice(net, golden.unit, kernel.from).data).toEqual(kernel.data);
  });

  it("changes as it does in PyTorch when a channel is silenced", async () => {
    const edges = golden.effects.map(({ channel }) => ({
      from: producerOf(net, { layer: golden.read, channel }).unit,
      to: golden.unit,
    }));
    const size = [image.height, image.width] as const;
    const { edges: tested, r2 } = await verify(net, { edges }, [{ id: "image", image }], { engine, size });
    expect(r2).toBeCloseTo(1, 6);
    golden.effects.forEach(({ channel, change }) => {
      const from = formatUnit(producerOf(net, { layer: golden.read, channel }).unit);
      const { points, reason } = tested.find((edge) => formatUnit(edge.from) === from)!;
      expect(reason).toBeNull();
      const measured = decoded(change);
      const largest = measured.reduce((most, v) => (Math.abs(v) > Math.abs(most) ? v : most), 0);
      record(`effect ${from}`, Math.abs(points[0]!.measured - largest) / Math.abs(largest));
      expect(Math.abs(points[0]!.predicted - largest) / Math.abs(largest)).toBeLessThan(1e-5);
    });
    expect(parseUnit(golden.unit).layer).not.toBe(golden.read);
  });
});
