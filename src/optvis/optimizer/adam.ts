/** Adam and its kin: steps of each parameter's own size, from running means of its gradient and of its square. */
import { finite } from "../../core/numbers.js";
import { nameOf } from "../name.js";
import type { Optimizer } from "./optimizer.js";

/**
 * Options of `adam` and `nadam`.
 *
 * @public
 */
export interface AdamOptions {
  /**
   * Step size.
   *
   * @defaultValue 0.05
   */
  readonly learningRate?: number | undefined;
  /**
   * Step size at its largest: it rises evenly to this through the first 70 % of the steps and falls evenly back through the rest.
   *
   * @defaultValue learningRate, which then never changes
   */
  readonly peak?: number | undefined;
  /**
   * Decay of the mean of gradients.
   *
   * @defaultValue 0.9
   */
  readonly beta1?: number | undefined;
  /**
   * Decay of the mean of squared gradients.
   *
   * @defaultValue 0.999
   */
  readonly beta2?: number | undefined;
  /**
   * Keeps the division finite.
   *
   * @defaultValue 1e-8
   */
  readonly epsilon?: number | undefined;
}

/**
 * Adam (Kingma and Ba 2015), uphill, in TensorFlow's form:
 * `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `θ ← θ + lr · √(1−β₂ᵗ)/(1−β₁ᵗ) · m / (√v + ε)`.
 *
 * @throws LensError `bad-argument`, unless the learning rate, its peak and `epsilon` are above 0, and the betas from 0 and below 1.
 * @public
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return moments("adam", options);
}

/**
 * NAdam (Dozat 2016): Adam that looks ahead by Nesterov's rule, `m̂ = (β₁m + (1−β₁)g)` in the place of `m`.
 *
 * @throws LensError `bad-argument`, unless the learning rate, its peak and `epsilon` are above 0, and the betas from 0 and below 1.
 * @public
 */
export function nadam(options: AdamOptions = {}): Optimizer {
  return moments("nadam", options);
}

const defaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
/** Share of the steps through which a rate that changes rises. */
const rising = 0.7;

function moments(
  kind: "adam" | "nadam",
  {
    learningRate = 0.05,
    peak = learningRate,
    beta1 = defaults.beta1,
    beta2 = defaults.beta2,
    epsilon = defaults.epsilon,
  }: AdamOptions,
): Optimizer {
  finite(`the learningRate of ${kind}`, learningRate, { above: 0 });
  finite(`the peak of ${kind}`, peak, { above: 0 });
  finite(`the beta1 of ${kind}`, beta1, { from: 0, below: 1 });
  finite(`the beta2 of ${kind}`, beta2, { from: 0, below: 1 });
  finite(`the epsilon of ${kind}`, epsilon, { above: 0 });
  const rates = peak === learningRate ? learningRate : `${learningRate}…${peak}`;
  return {
    name: nameOf(kind, [rates], { beta1, beta2, epsilon }, defaults),
    start(length, steps = 1) {
      const m = new Float64Array(length);
      const v = new Float64Array(length);
      let t = 0;
      return (parameters, gradient) => {
        const progress = t++ / steps;
        const way = progress < rising ? progress / rising : Math.max(0, (1 - progress) / (1 - rising));
        const rate = (learningRate + (peak - learningRate) * way) * Math.sqrt(1 - beta2 ** t);
        // Looking ahead, the mean is that of the next step: its bias is corrected one step further than that of the gradient.
        const [ofMean, ofGradient] =
          kind === "nadam"
            ? [beta1 / (1 - beta1 ** (t + 1)), (1 - beta1) / (1 - beta1 ** t)]
            : [1 / (1 - beta1 ** t), 0];
        for (let i = 0; i < length; i++) {
          const g = gradient[i]!;
          m[i] = beta1 * m[i]! + (1 - beta1) * g;
          v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
          parameters[i]! += (rate * (ofMean * m[i]! + ofGradient * g)) / (Math.sqrt(v[i]!) + epsilon);
        }
      };
    },
  };
}
