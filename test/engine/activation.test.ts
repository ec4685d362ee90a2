import { describe, expect, it } from "vitest";
import { pointwise } from "../../src/engine/activation.js";
import { slopeFromOutput } from "../../src/engine/steps.js";
import type { Activation } from "../../src/network/ops.js";
import { pointwiseNames } from "../conformance/arbitrary.js";

/** `f(1)` and `f(−1)` from the functions' definitions. */
const known: [Activation, number, number][] = [
  [{ name: "linear" }, 1, -1],
  [{ name: "relu" }, 1, 0],
  [{ name: "relu", max: 0.5 }, 0.5, 0],
  [{ name: "leakyRelu" }, 1, -0.3],
  [{ name: "prelu", slopes: Float32Array.of(0.25) }, 1, -0.25],
  [{ name: "thresholdedRelu" }, 0, 0],
  [{ name: "thresholdedRelu", threshold: 0.5 }, 1, 0],
  [{ name: "elu" }, 1, Math.exp(-1) - 1],
  [{ name: "selu" }, 1.0507009873554805, 1.0507009873554805 * 1.6732632423543772 * (Math.exp(-1) - 1)],
  [{ name: "sigmoid" }, 0.7310585786300049, 0.2689414213699951],
  [{ name: "hardSigmoid" }, 0.7, 0.3],
  [{ name: "softplus" }, 1.3132616875182228, 0.31326168751822286],
  [{ name: "softsign" }, 0.5, -0.5],
  [{ name: "tanh" }, Math.tanh(1), Math.tanh(-1)],
  [{ name: "swish" }, 0.7310585786300049, -0.2689414213699951],
  [{ name: "mish" }, 0.8650983882673103, -0.30340146137410895],
  [{ name: "gelu" }, 0.8413447460685429, -0.15865525393145707],
  [{ name: "geluTanh" }, 0.8411919906082768, -0.15880800939172324],
];

describe("activation functions", () => {
  it.each(known)("$0 is %f at 1 and %f at −1", (activation, one, minusOne) => {
    const { value } = pointwise(activation);
    expect(value(1, 0)).toBeCloseTo(one, 6);
    expect(value(-1, 0)).toBeCloseTo(minusOne, 6);
  });

  it.each(pointwiseNames)("the slope of %s is the limit of its differences", (name) => {
    const { value, slope } = pointwise({ name, slopes: Float32Array.of(0.25) });
    for (let x = -4.01; x < 4; x += 0.17) {
      const wanted = (value(x + 1e-4, 0) - value(x - 1e-4, 0)) / 2e-4;
      expect(slope(x, value(x, 0), 0), `at ${x}`).toBeCloseTo(wanted, name === "gelu" ? 2 : 5);
    }
  });

  it("prelu takes one slope per channel or one per value", () => {
    const { value } = pointwise({ name: "prelu", slopes: Float32Array.of(0.1, 0.5) });
    expect([0, 1, 2, 3].map((at) => value(-1, at))).toEqual([-0.1, -0.5, -0.1, -0.5].map(Math.fround));
  });

  it.each(pointwiseNames.map((name): Activation => ({ name, alpha: 0.2 })).filter(slopeFromOutput))(
    "the slope of a fused $name follows from its output alone",
    (activation) => {
      const { value, slope } = pointwise(activation);
      for (const x of [-3, -0.5, 0.5, 3]) expect(slope(Number.NaN, value(x, 0), 0)).toBe(slope(x, value(x, 0), 0));
    },
  );

  it("refuses to fuse what its output does not tell, as a rectifier that leaks below zero downwards", () => {
    expect(slopeFromOutput({ name: "leakyRelu", alpha: -0.1 })).toBe(false);
    expect(slopeFromOutput({ name: "swish" })).toBe(false);
  });
});
