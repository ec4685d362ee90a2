/** One network, saved in every format, is one network. */
import { describe, expect, it } from "vitest";
import type { Circuit } from "../../src/circuit/circuit.js";
import { grow } from "../../src/circuit/grow.js";
import type { Network } from "../../src/network/network.js";
import { normAffine } from "../../src/network/ops/norm.js";
import { padsOf } from "../../src/network/ops/window.js";
import type { Op } from "../../src/network/ops.js";
import { open } from "../../src/node/open.js";
import { unitsOf } from "../../src/optvis/visualize.js";
import { inputs } from "../../src/weights/inputs.js";
import { golden } from "./golden.js";

/**
 * What an operation computes, without its numbers; a norm is a scale and a shift, however it is written, and padding the
 * zeros it comes to.
 */
function described(op: Op, net: Network): object {
  const input = net.ops.find(({ name }) => name === op.inputs[0])?.output ?? [];
  const windowed = op.kind === "conv" || op.kind === "depthwise" || op.kind === "pool";
  const size = op.kind === "pool" ? op.size : windowed ? ([op.kernelShape[0], op.kernelShape[1]] as const) : [1, 1];
  const zeros = windowed && padsOf(op.padding, size as [number, number], op.strides, [1, 1], input);
  const text = JSON.stringify({ ...op, padding: zeros }, (key, value: unknown) => {
    if (value instanceof Float32Array) return `${value.length} numbers`;
    return ["output", "gamma", "beta", "mean", "variance", "epsilon"].includes(key) ? undefined : value;
  });
  return JSON.parse(text) as object;
}

function numbersOf(op: Op): Float32Array[] {
  if (op.kind === "norm") return Object.values(normAffine(op));
  if (op.kind === "conv" || op.kind === "depthwise" || op.kind === "dense") {
    return [op.kernel, ...(op.bias ? [op.bias] : [])];
  }
  return [];
}

const byName = (net: Network): Op[] => [...net.ops].sort((a, b) => (a.name < b.name ? -1 : 1));

describe("one network, saved as a Layers model,", () => {
  it.each(["graph", "same.onnx", "same.h5", "same.keras"])("is the same opened from %s", async (file) => {
    const first = await open(golden("same", "layers"));
    const net = await open(golden("same", file));
    const [wanted, got] = [byName(first), byName(net)];
    expect(got.map((op) => described(op, net))).toEqual(wanted.map((op) => described(op, first)));
    got.forEach((op, i) => {
      const numbers = numbersOf(wanted[i]!);
      numbersOf(op).forEach((values, k) => {
        const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(value - numbers[k]![at]!)), 0);
        expect([op.name, worst <= 1e-6]).toEqual([op.name, true]);
      });
    });
  });

  it.each(["graph", "same.onnx", "same.h5", "same.keras"])("grows the same circuits from %s", async (file) => {
    const grown = async (of: string): Promise<Circuit> => {
      const net = await open(golden("same", of));
      return grow(net, [...unitsOf(net, "left"), ...unitsOf(net, "right")], { depth: 3, width: 3 });
    };
    const [wanted, got] = [await grown("layers"), await grown(file)];
    const edges = ({ edges: all }: Circuit): object[] =>
      all.map(({ from, to, sign, strength }) => ({ from, to, sign, strength: Number(strength.toPrecision(4)) }));
    expect(wanted.edges.length).toBeGreaterThan(10);
    expect(got.nodes.map(({ unit }) => unit)).toEqual(wanted.nodes.map(({ unit }) => unit));
    expect(edges(got)).toEqual(edges(wanted));
  });

  it("has the same strongest inputs in every format", async () => {
    const strongest = async (file: string): Promise<string[]> => {
      const net = await open(golden("same", file));
      return inputs(net, "left:2", { count: 5 }).map(({ unit, sign }) => `${unit.layer}:${unit.channel} ${sign}`);
    };
    const wanted = await strongest("layers");
    expect(await strongest("graph")).toEqual(wanted);
    expect(await strongest("same.onnx")).toEqual(wanted);
    expect(await strongest("same.h5")).toEqual(wanted);
    expect(await strongest("same.keras")).toEqual(wanted);
  });
});
