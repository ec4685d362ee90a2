import { describe, expect, it } from "vitest";
import { linear } from "../../../src/network/ops.js";
import { ran } from "../run.js";

const row = (...data: number[]) => ({ shape: [1, 1, 1, data.length] as const, data });

describe("steps that work value by value on cpu", () => {
  it("scale and shift each channel", async () => {
    const run = await ran(
      [{ kind: "affine", scale: Float32Array.of(2, -3), shift: Float32Array.of(1, 0), activation: linear }],
      row(5, 7),
    );
    expect(run.values).toEqual([11, -21]);
    expect(run.gradient).toEqual([2, -3]);
  });

  it("add maps", async () => {
    const double = {
      kind: "affine",
      scale: Float32Array.of(2, 2),
      shift: Float32Array.of(0, 0),
      activation: linear,
    } as const;
    const run = await ran([double, { kind: "add", activation: { name: "relu" }, reads: [0, 1] }], row(1, -1));
    expect(run.values).toEqual([3, 0]);
    expect(run.gradient).toEqual([3, 0]);
  });

  it("multiply maps; each factor's gradient is the product of the others", async () => {
    const run = await ran([{ kind: "multiply", reads: [0, 0, 0] }], row(2, 3));
    expect(run.values).toEqual([8, 27]);
    expect(run.gradient).toEqual([12, 27]);
  });

  it("turn channels into shares by softmax", async () => {
    const run = await ran([{ kind: "activation", activation: { name: "softmax" } }], row(Math.log(1), Math.log(3)), {
      gradient: [1, 0],
    });
    expect(run.values[0]).toBeCloseTo(0.25, 6);
    expect(run.values[1]).toBeCloseTo(0.75, 6);
    expect(run.gradient[0]).toBeCloseTo(0.1875, 6);
    expect(run.gradient[1]).toBeCloseTo(-0.1875, 6);
  });

  it("keep softmax finite for large values", async () => {
    const run = await ran([{ kind: "activation", activation: { name: "softmax" } }], row(1000, 1000));
    expect(run.values).toEqual([0.5, 0.5]);
  });
});

describe("redirected gradients on cpu", () => {
  const relu = { kind: "activation", activation: { name: "relu" } } as const;

  it("let a silent unit pass what would raise it, where nothing else passes", async () => {
    // Gradients are of the objective to raise: above zero they raise the unit.
    const run = await ran([relu], row(-1, -1), { gradient: [2, -2], redirect: true });
    expect(run.gradient).toEqual([2, 0]);
  });

  it("stay away as soon as one value of the example passes", async () => {
    const run = await ran([relu], row(-1, 1), { gradient: [2, 3], redirect: true });
    expect(run.gradient).toEqual([0, 3]);
  });

  it("judge each example by itself", async () => {
    const run = await ran(
      [relu],
      { shape: [2, 1, 1, 2], data: [-1, 1, -1, -1] },
      { gradient: [2, 3, 2, 3], redirect: true },
    );
    expect(run.gradient).toEqual([0, 3, 2, 3]);
  });

  it("let a unit at its ceiling pass what would lower it", async () => {
    const run = await ran([{ kind: "activation", activation: { name: "relu", max: 6 } }], row(9, 9), {
      gradient: [2, -2],
      redirect: true,
    });
    expect(run.gradient).toEqual([0, -2]);
  });

  it("let ReLU6 at 7 pass what would lower it, and only where no unit is between 0 and 6", async () => {
    const relu6 = { kind: "activation", activation: { name: "relu", max: 6 } } as const;
    const at = async (x: number[], redirect: boolean): Promise<number[]> =>
      (await ran([relu6], row(...x), { gradient: [2, -2], redirect })).gradient.map((g) => g + 0);
    expect(await at([7, 7], true)).toEqual([0, -2]);
    expect(await at([7, 7], false)).toEqual([0, 0]);
    expect(await at([7, 3], true)).toEqual([0, -2]);
    expect(await at([3, 7], true)).toEqual([2, 0]);
    expect(await at([-1, 7], true)).toEqual([2, -2]);
  });

  it("are off unless asked for", async () => {
    expect((await ran([relu], row(-1, -1), { gradient: [2, -2] })).gradient.map(Math.abs)).toEqual([0, 0]);
  });
});
