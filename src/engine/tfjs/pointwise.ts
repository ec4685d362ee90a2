/** Steps that work value by value: affine, activation, sum, product. */
import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { ActivationStep, AddStep, AffineStep, ExtremumStep, MultiplyStep } from "../steps.js";
import { activate, activateAdjoint, activationRereads, fusedRereads } from "./activate.js";
import type { Device, TfjsKernel } from "./kernel.js";

/** `y = f(scale[c] · x + shift[c])`. */
export const affine: TfjsKernel<AffineStep> = {
  rereads: fusedRereads,
  forward(device, { step }, [x]) {
    const { tf } = device;
    return activate(
      device,
      step.activation,
      tf.add(tf.mul(x!, perChannel(device, step.scale)), perChannel(device, step.shift)),
    );
  },
  adjoint(device, { step }, around) {
    const gradient = activateAdjoint(device, step.activation, { ...around, x: around.output });
    return [device.tf.mul(gradient, perChannel(device, step.scale))];
  },
};

function perChannel({ tf, weights }: Device, values: Float32Array): Tensor1D {
  return weights.get(values, "channels", (): { tensors: [Tensor1D] } => ({ tensors: [tf.tensor1d(values)] }))
    .tensors[0];
}

/** `y = f(x)`. */
export const activation: TfjsKernel<ActivationStep> = {
  rereads: ({ activation: f }) => activationRereads(f),
  forward: (device, { step }, [x]) => activate(device, step.activation, x!),
  adjoint: (device, { step }, around) => [
    activateAdjoint(device, step.activation, { ...around, x: around.inputs[0]! }),
  ],
};

/** `y = f(Σ x)`. */
export const add: TfjsKernel<AddStep> = {
  rereads: fusedRereads,
  forward: (device, { step }, inputs) =>
    activate(
      device,
      step.activation,
      inputs.reduce((sum, x) => device.tf.add(sum, x)),
    ),
  adjoint(device, { step }, around) {
    const gradient = activateAdjoint(device, step.activation, { ...around, x: around.output });
    return step.inputs.map(() => gradient);
  },
};

/** `y = Π x`; the gradient of each factor is the product of the others. */
export const multiply: TfjsKernel<MultiplyStep> = {
  rereads: () => ({ inputs: true }),
  forward: ({ tf }, _, inputs) => inputs.reduce((product, x) => tf.mul(product, x)),
  adjoint: ({ tf }, _, { inputs, gradient }) =>
    inputs.map((__, k) =>
      inputs.reduce((product: Tensor4D, x, j) => (j === k ? product : tf.mul(product, x)), gradient),
    ),
};

/** `y = max(x₁, x₂, …)` or the minimum; the gradient goes to the first of the equals. */
export const extremum: TfjsKernel<ExtremumStep> = {
  rereads: () => ({ inputs: true, output: true }),
  forward: ({ tf }, { step }, inputs) =>
    inputs.reduce((best, x) => (step.kind === "maximum" ? tf.maximum(best, x) : tf.minimum(best, x))),
  adjoint({ tf }, _, { inputs, output, gradient }) {
    let untaken: Tensor4D = tf.onesLike(output);
    return inputs.map((x) => {
      const taken: Tensor4D = tf.mul(untaken, tf.sub(1, tf.step(tf.abs(tf.sub(output, x)))));
      untaken = tf.sub(untaken, taken);
      return tf.mul(gradient, taken);
    });
  },
};
