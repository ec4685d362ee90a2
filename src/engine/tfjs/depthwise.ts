/**
 * Depthwise convolution. Its adjoint is the depthwise convolution, with the kernel turned round, of the gradient spread out
 * by the stride; where a channel has several outputs, their parts are summed.
 */
import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { DepthwiseStep } from "../steps.js";
import { activate, activateAdjoint, fusable, fusedRereads } from "./activate.js";
import { forwardKernels } from "./conv-kernels.js";
import type { Device, TfjsKernel } from "./kernel.js";
import { aroundSpread, asPadding, spread, zerosOf } from "./phases.js";
import type { Form } from "./weight-tensors.js";

/** The tfjs engine's depthwise convolution. */
export const depthwise: TfjsKernel<DepthwiseStep> = {
  rereads: fusedRereads,
  forward(device, { step, pads }, [x]) {
    const { filter, bias, dilations } = forwardForm(device, step);
    const fused = fusable(step.activation);
    const value = device.tf.fused.depthwiseConv2d({
      x: x!,
      filter,
      strides: [...step.strides],
      // The type leaves explicit padding out; the convolution under it takes it.
      pad: zerosOf(pads) as "valid",
      dilations,
      ...(bias && { bias }),
      ...fused,
    });
    return fused ? value : activate(device, step.activation, value);
  },
  adjoint(device, placed, around) {
    const { tf } = device;
    const { step, inputs } = placed;
    const [h, w, c] = inputs[0]!;
    const gradient = activateAdjoint(device, step.activation, { ...around, x: around.output });
    const { x, pad } = asPadding(tf, spread(tf, gradient, { strides: step.strides }), aroundSpread(placed, step));
    const gathered = tf.depthwiseConv2d(x, turned(device, step), 1, pad, "NHWC", [...step.dilation]);
    const multiplier = step.weights.shape[3];
    if (multiplier === 1) return [gathered];
    return [tf.reshape(tf.sum(tf.reshape(gathered, [-1, multiplier]), 1), [gradient.shape[0], h, w, c])];
  },
};

interface ForwardForm extends Form {
  readonly filter: Tensor4D;
  readonly bias: Tensor1D | null;
  readonly dilations: [number, number];
}

function forwardForm({ tf, weights }: Device, step: DepthwiseStep): ForwardForm {
  return weights.get(step.weights, `forward ${step.strides} ${step.dilation}`, () => {
    const { values, shape, dilation } = forwardKernels(step)[0]!;
    const filter = tf.tensor4d(values, shape);
    const bias = step.weights.bias && tf.tensor1d(step.weights.bias);
    return { tensors: bias ? [filter, bias] : [filter], filter, bias, dilations: dilation };
  });
}

/** The kernel turned by 180°, each output a channel of its own: `[height, width, in · multiplier, 1]`. */
function turned({ tf, weights }: Device, step: DepthwiseStep): Tensor4D {
  const [height, width, channels, multiplier] = step.weights.shape;
  const form = (): { tensors: [Tensor4D] } => ({
    tensors: [tf.reverse(tf.tensor4d(step.weights.kernel, [height, width, channels * multiplier, 1]), [0, 1])],
  });
  return weights.get(step.weights, "turned", form).tensors[0];
}
