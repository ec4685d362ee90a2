/** Adam and its kin: steps of each parameter's own size, from running means of its gradient and of its square. */
import { optional } from "valibot";
import { checkOptions, numberSchema, type OptionSchemas, optionsSchema } from "../../core/check.js";
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
   * Step size at its largest: it rises evenly to this through the first 30 % of the steps and falls evenly back through the rest.
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
  /**
   * Draws parameters back to 0 in each step, by this times the step size as a share of what they are (Loshchilov and Hutter 2019): a
   * picture that is climbed in long steps then keeps colours between the ends of their range.
   *
   * @defaultValue 0
   */
  readonly weightDecay?: number | undefined;
}

const beta = optional(numberSchema({ from: 0, below: 1 }));
const adamOptions = optionsSchema<OptionSchemas<AdamOptions>>({
  learningRate: optional(numberSchema({ above: 0 })),
  peak: optional(numberSchema({ above: 0 })),
  beta1: beta,
  beta2: beta,
  epsilon: optional(numberSchema({ above: 0 })),
  weightDecay: optional(numberSchema({ from: 0 })),
});

/**
 * Adam (Kingma and Ba 2015), uphill, in TensorFlow's form:
 * `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `θ ← (1 − lr·λ) θ + lr · √(1−β₂ᵗ)/(1−β₁ᵗ) · m / (√v + ε)`, with `λ` the weight decay.
 *
 * @throws LensError `bad-argument`, unless the learning rate, its peak and `epsilon` are above 0, the betas from 0 and below 1, and the
 * weight decay from 0 and below 1 / peak.
 * @public
 */
export function adam(options: AdamOptions = {}): Optimizer {
  checkOptions(adamOptions, options);
  return moments("adam", options);
}

/**
 * NAdam (Dozat 2016): Adam that looks ahead by Nesterov's rule, `m̂ = (β₁m + (1−β₁)g)` in the place of `m`.
 *
 * @throws LensError `bad-argument`, unless the learning rate, its peak and `epsilon` are above 0, the betas from 0 and below 1, and the
 * weight decay from 0 and below 1 / peak.
 * @public
 */
export function nadam(options: AdamOptions = {}): Optimizer {
  checkOptions(adamOptions, options);
  return moments("nadam", options);
}

const defaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
/** Share of the steps through which a rate that changes rises. */
const rising = 0.3;

function moments(
  kind: "adam" | "nadam",
  {
    learningRate = 0.05,
    peak = learningRate,
    beta1 = defaults.beta1,
    beta2 = defaults.beta2,
    epsilon = defaults.epsilon,
    weightDecay = defaults.weightDecay,
  }: AdamOptions,
): Optimizer {
  finite(`the learningRate of ${kind}`, learningRate, { above: 0 });
  finite(`the peak of ${kind}`, peak, { above: 0 });
  finite(`the beta1 of ${kind}`, beta1, { from: 0, below: 1 });
  finite(`the beta2 of ${kind}`, beta2, { from: 0, below: 1 });
  finite(`the epsilon of ${kind}`, epsilon, { above: 0 });
  finite("weightDecay", weightDecay, { from: 0, below: 1 / peak });
  const rates = peak === learningRate ? learningRate : `${learningRate}…${peak}`;
  return {
    name: nameOf(kind, [rates], { beta1, beta2, epsilon, weightDecay }, defaults),
    start(length, steps = 1) {
      const m = new Float64Array(length);
      const v = new Float64Array(length);
      let t = 0;
      return (parameters, gradient) => {
        const progress = t++ / steps;
        const way = progress < rising ? progress / rising : Math.max(0, (1 - progress) / (1 - rising));
        const rate = learningRate + (peak - learningRate) * way;
        const reach = rate * Math.sqrt(1 - beta2 ** t);
        const kept = 1 - rate * weightDecay;
        // Looking ahead, the mean is that of the next step: its bias is corrected one step further than that of the gradient.
        const [ofMean, ofGradient] =
          kind === "nadam"
            ? [beta1 / (1 - beta1 ** (t + 1)), (1 - beta1) / (1 - beta1 ** t)]
            : [1 / (1 - beta1 ** t), 0];
        for (let i = 0; i < length; i++) {
          const g = gradient[i]!;
          m[i] = beta1 * m[i]! + (1 - beta1) * g;
          v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
          const move = (reach * (ofMean * m[i]! + ofGradient * g)) / (Math.sqrt(v[i]!) + epsilon);
          parameters[i] = kept * parameters[i]! + move;
        }
      };
    },
  };
}
