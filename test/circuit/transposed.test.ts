/** Circuits through transposed convolutions: the parts of a unit add up to its value, at every place. */
import { describe, expect, it } from "vitest";
import { attribution } from "../../src/circuit/attribution.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { compose } from "../../src/network/transform/compose.js";
import { drawsOf, lattice } from "../conformance/values.js";
import { conv, type Draft, network } from "../network/ops.js";

const up = (groups: number): Draft => ({
  kind: "convTranspose",
  name: "up",
  inputs: ["below"],
  kernel: lattice(drawsOf(5), (3 * 2 * 4 * 6) / groups),
  kernelShape: [3, 2, 4 / groups, 6],
  bias: lattice(drawsOf(6), 6),
  strides: [2, 3],
  dilation: [1, 2],
  padding: { top: 1, bottom: 0, left: 0, right: 2 },
  outputPadding: [1, 0],
  groups,
  activation: { name: "relu" },
});
const below = conv("below", "image", [1, 1, 3, 4], { kernel: lattice(drawsOf(4), 12) });

describe("a unit of a transposed convolution", () => {
  it.each([1, 2])("is its bias and what each unit below gives to it, in %i groups", async (groups) => {
    const net = network([4, 5, 3], [below, up(groups)]);
    const image = { height: 4, width: 5, channels: 3 as const, data: lattice(drawsOf(7), 60).map(Math.abs) };
    const engine = cpuEngine();
    for (const unit of ["up:0", "up:3", "up:5"]) {
      for (const at of [
        [0, 0],
        [1, 4],
        [4, 7],
        [7, 11],
      ] as const) {
        const { value, base, parts, method } = await attribution(net, unit, image, { engine, at });
        const sum = parts.reduce((total, { contribution }) => total + contribution, base);
        expect(sum).toBeCloseTo(value, 5);
        expect([method, parts.length]).toEqual(["exact", 4 / groups]);
      }
    }
  });

  it("has no window that is the same at every place, so that composition refuses it", () => {
    const net = network([4, 5, 3], [below, up(1)]);
    expect(() => compose(net, 0)).toThrow('"up" (convTranspose) on the way is no window');
  });
});
