/** The hand-written curve network: what it is known to be, read off it. Values are those of the articles' own network. */
import { describe, expect, it } from "vitest";
import {
  curveAngles,
  curveNetwork,
  kernelBetween,
  parts,
  radii3,
} from "../../examples/06-hand-written-curves/curve-network.js";
import { expand } from "../../src/circuit/expand.js";
import { grow } from "../../src/circuit/grow.js";
import { inputs } from "../../src/weights/inputs.js";
import { slice } from "../../src/weights/slice.js";

const net = curveNetwork(64);
const rowOf = (kernel: ArrayLike<number>, row: number): number[] => Array.from(kernel).slice(5 * row, 5 * row + 5);
const off = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe("the hand-written curve network", () => {
  it("has the weights of the articles' network between curves of one angle (A1)", () => {
    const { data } = slice(net, "mixed3b:0", "mixed3a:0");
    expect(off(rowOf(data, 2), [-0.1, 0.22, 1, 0.22, -0.1])).toBeLessThan(0.01);
    expect(off(rowOf(data, 0), [-0.05, 0.42, 0.72, -0.02, -0.08])).toBeLessThan(0.01);
  });

  it("has them within 0.1 from an upright edge to a curve (A2)", () => {
    // The published row is −.01 −.66 −.86 −.04 0: its rule for which table to use is known in words alone.
    const edge = slice(net, "mixed3b:0", `mixed3a:${curveAngles.length}`).data;
    expect(off(rowOf(edge, 0), [-0.01, -0.66, -0.86, -0.04, 0])).toBeLessThan(0.1);
  });

  it("reads no curve into an edge, and stays within its ranges (A3)", () => {
    const all = parts.flatMap((from) => parts.map((to) => ({ from, to, data: kernelBetween(from, to, 5, radii3) })));
    const most = (kind: string, to: string): [number, number] => {
      const values = all.filter((each) => each.from.kind === kind && each.to.kind === to).flatMap(({ data }) => data);
      return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    };
    expect(most("curve", "edge")).toEqual([0, 0]);
    const [least, largest] = most("edge", "edge");
    expect(least).toBeGreaterThanOrEqual(-0.6);
    expect(largest).toBeCloseTo(1, 6);
    const everything = all.flatMap(({ data }) => data);
    expect(everything.reduce((a, b) => Math.min(a, b))).toBeGreaterThanOrEqual(-1);
    expect(everything.reduce((a, b) => Math.max(a, b))).toBeCloseTo(1, 6);
  });

  it("has in the circuit of each curve its own angle first, then its neighbours, and the opposite ones against it", () => {
    const turn = (a: number, b: number): number => Math.abs(((a - b + 540) % 360) - 180);
    for (const [channel, angle] of curveAngles.entries()) {
      const { edges } = grow(net, `mixed3b:${channel}`, { depth: 1, width: 6 });
      const curves = edges.filter(({ from }) => from.channel < curveAngles.length);
      const angleOf = (edge: (typeof edges)[number]): number => turn(curveAngles[edge.from.channel]!, angle);
      const excitatory = curves.filter(({ sign }) => sign === "excitatory").map(angleOf);
      expect(excitatory[0]).toBe(0);
      expect(excitatory).toEqual(excitatory.toSorted((a, b) => a - b));
      const inhibitory = curves.filter(({ sign }) => sign === "inhibitory").map(angleOf);
      for (const apart of inhibitory) expect(apart).toBeGreaterThanOrEqual(90);
      expect(new Set(edges.map(({ from }) => from.channel)).size).toBe(edges.length);
    }
  });

  it("has the same expanded weights by composition as by the adjoint, to 1e-5, layer upon layer", async () => {
    for (const layer of ["mixed3a", "pool2", "conv2d1", "image"]) {
      const unit = "mixed3b:6";
      const [one, two] = [await expand(net, unit, layer), await expand(net, unit, layer, { method: "composition" })];
      expect([two.height, two.width, two.status]).toEqual([one.height, one.width, one.status]);
      // Against the size of the ways, since their sum may be nothing but rounding.
      const scale = one.positive.reduce((most, w) => Math.max(most, w), 0);
      expect(Math.max(...one.data.map((w, i) => Math.abs(w - two.data[i]!))) / scale).toBeLessThan(1e-5);
    }
  });

  it("shows that an edge's four phases cancel where rectifiers are let through", async () => {
    const { cancellation } = await expand(net, "conv2d1:1", "image");
    for (const share of cancellation) expect(share).toBeGreaterThan(0.9999);
  });

  it("reads each edge's four phases alike", () => {
    const strengths = inputs(net, "conv2d1:0").slice(0, 4);
    expect(new Set(strengths.map(({ strength }) => strength.toFixed(6))).size).toBe(1);
  });
});
