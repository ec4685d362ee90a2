/**
 * The activation functions and their slopes. `y = f(x)`; the slope is given both `x` and `y`, and those that engines fuse
 * (`slopeFromOutput`) use `y` alone. Softmax runs over channels and is treated apart.
 */
import type { Activation } from "../network/ops.js";

/** A function of one number with its slope. */
export interface Pointwise {
  /** `f(x)`; `at` is the index of the value within its map, for slopes that differ by channel or position. */
  readonly value: (x: number, at: number) => number;
  /** `f′(x)`, with `y = f(x)` at hand. */
  readonly slope: (x: number, y: number, at: number) => number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** `ln(1 + eˣ)` without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Constants of selu (Klambauer et al. 2017). */
const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

const sqrt2 = Math.SQRT2;
/** √(2/π), of gelu's tanh form. */
const geluRoot = 0.7978845608028654;

/** erf by Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7: the formula tfjs uses too. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - tail * Math.exp(-x * x));
}

/** The function of an activation (softmax excepted). */
export function pointwise({
  name,
  alpha,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
  threshold = 1,
  slopes,
}: Activation): Pointwise {
  switch (name) {
    case "linear":
      return { value: (x) => x, slope: () => 1 };
    case "relu":
      return { value: (x) => Math.min(Math.max(x, 0), max), slope: (_, y) => (y > 0 && y < max ? 1 : 0) };
    case "clip":
      return {
        value: (x) => Math.min(Math.max(x, min), max),
        slope: (x) => (x > min && x < max ? 1 : 0),
      };
    case "leakyRelu": {
      const a = alpha ?? 0.3;
      return { value: (x) => (x > 0 ? x : a * x), slope: (_, y) => (y > 0 ? 1 : a) };
    }
    case "prelu": {
      const slopeAt = (at: number): number => slopes![at % slopes!.length]!;
      return { value: (x, at) => (x > 0 ? x : slopeAt(at) * x), slope: (x, _, at) => (x > 0 ? 1 : slopeAt(at)) };
    }
    case "thresholdedRelu":
      return { value: (x) => (x > threshold ? x : 0), slope: (x) => (x > threshold ? 1 : 0) };
    case "elu": {
      const a = alpha ?? 1;
      return { value: (x) => (x > 0 ? x : a * Math.expm1(x)), slope: (x) => (x > 0 ? 1 : a * Math.exp(x)) };
    }
    case "selu":
      return {
        value: (x) => seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x)),
        slope: (x) => seluScale * (x > 0 ? 1 : seluAlpha * Math.exp(x)),
      };
    case "sigmoid":
      return { value: sigmoid, slope: (_, y) => y * (1 - y) };
    case "hardSigmoid": {
      // 0.2 in Keras 2 and tfjs; Keras 3 has relu6(x + 3) / 6, a slope of 1/6.
      const a = alpha ?? 0.2;
      return {
        value: (x) => Math.min(Math.max(a * x + 0.5, 0), 1),
        slope: (x) => (Math.abs(x) < 0.5 / a ? a : 0),
      };
    }
    case "power": {
      const a = alpha ?? 1;
      return { value: (x) => x ** a, slope: (x) => a * x ** (a - 1) };
    }
    case "softplus":
      return { value: softplus, slope: sigmoid };
    case "softsign":
      return { value: (x) => x / (1 + Math.abs(x)), slope: (x) => 1 / (1 + Math.abs(x)) ** 2 };
    case "tanh":
      return { value: Math.tanh, slope: (_, y) => 1 - y * y };
    case "swish": {
      const a = alpha ?? 1;
      return {
        value: (x) => x * sigmoid(a * x),
        slope: (x) => {
          const s = sigmoid(a * x);
          return s + a * x * s * (1 - s);
        },
      };
    }
    case "mish":
      return {
        value: (x) => x * Math.tanh(softplus(x)),
        slope: (x) => {
          const t = Math.tanh(softplus(x));
          return t + x * (1 - t * t) * sigmoid(x);
        },
      };
    case "gelu":
      return {
        value: (x) => 0.5 * x * (1 + erf(x / sqrt2)),
        slope: (x) => 0.5 * (1 + erf(x / sqrt2)) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
      };
    case "geluTanh": {
      const inner = (x: number): number => Math.tanh(geluRoot * (x + 0.044715 * x ** 3));
      return {
        value: (x) => 0.5 * x * (1 + inner(x)),
        slope: (x) => {
          const t = inner(x);
          return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * geluRoot * (1 + 3 * 0.044715 * x * x);
        },
      };
    }
    case "softmax":
      throw new Error("softmax is not pointwise");
  }
}
