/** Steps that work value by value: affine, activation, sum, product. */
import type { ActivationStep, AddStep, AffineStep, ExtremumStep, MultiplyStep } from "../steps.js";
import { activate, activateAdjoint } from "./activate.js";
import type { CpuKernel } from "./kernel.js";

/** `y = f(scale[c] · x + shift[c])`. */
export const affine: CpuKernel<AffineStep> = {
  forward({ step, output: [, , c] }, [input], output, count) {
    for (let i = 0; i < output.length; i++) output[i] = step.scale[i % c]! * input![i]! + step.shift[i % c]!;
    activate(step.activation, output, c, count);
  },
  adjoint({ step, output: [, , c] }, { output }, gradient, [inputGradient], count, options) {
    activateAdjoint(step.activation, output, output, gradient, c, count, options);
    for (let i = 0; i < gradient.length; i++) inputGradient![i]! += step.scale[i % c]! * gradient[i]!;
  },
};

/** `y = f(x)`, with `x` kept. */
export const activation: CpuKernel<ActivationStep> = {
  forward({ step, output: [, , c] }, [input], output, count) {
    output.set(input!);
    activate(step.activation, output, c, count);
  },
  adjoint({ step, output: [, , c] }, { inputs: [input], output }, gradient, [inputGradient], count, options) {
    activateAdjoint(step.activation, input!, output, gradient, c, count, options);
    for (let i = 0; i < gradient.length; i++) inputGradient![i]! += gradient[i]!;
  },
};

/** `y = f(Σ x)`. */
export const add: CpuKernel<AddStep> = {
  forward({ step, output: [, , c] }, inputs, output, count) {
    output.fill(0);
    for (const input of inputs) for (let i = 0; i < output.length; i++) output[i]! += input[i]!;
    activate(step.activation, output, c, count);
  },
  adjoint({ step, output: [, , c] }, { output }, gradient, inputGradients, count, options) {
    activateAdjoint(step.activation, output, output, gradient, c, count, options);
    for (const inputGradient of inputGradients) {
      for (let i = 0; i < gradient.length; i++) inputGradient[i]! += gradient[i]!;
    }
  },
};

/** `y = Π x`; the gradient of each factor is the product of the others. */
export const multiply: CpuKernel<MultiplyStep> = {
  forward(_, inputs, output) {
    output.fill(1);
    for (const input of inputs) for (let i = 0; i < output.length; i++) output[i]! *= input[i]!;
  },
  adjoint(_, { inputs }, gradient, inputGradients) {
    inputGradients.forEach((inputGradient, k) => {
      for (let i = 0; i < gradient.length; i++) {
        inputGradient[i]! += inputs.reduce(
          (product, input, j) => (j === k ? product : product * input[i]!),
          gradient[i]!,
        );
      }
    });
  },
};

/** `y = max(x₁, x₂, …)` or the minimum; the gradient goes to the first of the equals. */
export const extremum: CpuKernel<ExtremumStep> = {
  forward({ step }, inputs, output) {
    const best = step.kind === "maximum" ? Math.max : Math.min;
    for (let i = 0; i < output.length; i++) output[i] = best(...inputs.map((input) => input[i]!));
  },
  adjoint(_, { inputs, output }, gradient, inputGradients) {
    for (let i = 0; i < gradient.length; i++) {
      const first = inputs.findIndex((input) => input[i] === output[i]);
      if (first >= 0) inputGradients[first]![i]! += gradient[i]!;
    }
  },
};
