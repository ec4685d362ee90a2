/**
 * Convolution, and its adjoint as a convolution of the gradient: TensorFlow.js computes convolutions about ten times faster
 * than what it calls their gradient.
 */
import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { PlacedStep } from "../layout.js";
import type { ConvStep, ConvTransposeStep } from "../steps.js";
import { transposedFrom } from "../transposed.js";
import { activate, activateAdjoint, fusable, fusedRereads } from "./activate.js";
import { adjointKernels, backwards, type ConvKernel, forwardKernels } from "./conv-kernels.js";
import type { Device, TfjsKernel } from "./kernel.js";
import { asPadding, spread, withMargins, zerosOf } from "./phases.js";
import type { Form } from "./weight-tensors.js";

/** The tfjs engine's convolution. */
export const conv: TfjsKernel<ConvStep> = {
  rereads: fusedRereads,
  forward(device, { step, pads }, [input]) {
    const { filters, biases, dilations } = forwardForm(device, step);
    const fused = fusable(step.activation);
    const parts = splitChannels(device, input!, step.groups).map((x, group) =>
      device.tf.fused.conv2d({
        x,
        filter: filters[group]!,
        strides: [...step.strides],
        pad: zerosOf(pads),
        dilations,
        ...(biases && { bias: biases[group]! }),
        ...fused,
      }),
    );
    const value = joinChannels(device, parts);
    return fused ? value : activate(device, step.activation, value);
  },
  adjoint(device, placed, around) {
    const { step } = placed;
    const gradient = activateAdjoint(device, step.activation, { ...around, x: around.output });
    return [convolveBack(device, placed, gradient)];
  },
};

/** Transposed convolution: the adjoint of a convolution, with a bias and an activation; backward it is the convolution. */
export const convTranspose: TfjsKernel<ConvTransposeStep> = {
  rereads: fusedRereads,
  forward(device, placed, [input]) {
    const { step } = placed;
    const { bias } = step.weights;
    const value = convolveBack(device, transposedFrom(placed), input!);
    const form = (): { tensors: [Tensor1D] } => ({ tensors: [device.tf.tensor1d(bias!)] });
    const shifted = bias
      ? device.tf.add<Tensor4D>(value, device.weights.get(step.weights, "bias", form).tensors[0])
      : value;
    return activate(device, step.activation, shifted);
  },
  adjoint(device, placed, around) {
    const { tf } = device;
    const { step, pads } = transposedFrom(placed);
    const gradient = activateAdjoint(device, placed.step.activation, { ...around, x: around.output });
    const [, height, width] = gradient.shape;
    const needs = (n: number, axis: 0 | 1): number =>
      (placed.inputs[0]![axis] - 1) * step.strides[axis] + (step.weights.shape[axis] - 1) * step.dilation[axis] + 1 - n;
    // Where the output was made longer, its last rows and columns lie under no kernel.
    const margins = { ...pads, bottom: needs(height + pads.top, 0), right: needs(width + pads.left, 1) };
    const { x, pad } = asPadding(tf, gradient, margins);
    const { filters, dilations } = forwardForm(device, step, false);
    const parts = splitChannels(device, x, step.groups).map((part, group) =>
      tf.conv2d(part, filters[group]!, [...step.strides], pad, "NHWC", dilations),
    );
    return [joinChannels(device, parts)];
  },
};

/** The adjoint of a convolution without its activation, applied to a map of the shape that it writes. */
function convolveBack(device: Device, placed: PlacedStep<ConvStep>, map: Tensor4D): Tensor4D {
  const { tf } = device;
  const { step } = placed;
  const { filters, dilations, phases } = adjointForm(device, step);
  const { zeros, crop } = backwards(step, placed);
  const parts = splitChannels(device, map, step.groups).map((part, group) => {
    const { x, pad } = asPadding(tf, part, zeros);
    const gathered = tf.conv2d(x, filters[group]!, 1, pad, "NHWC", dilations);
    return withMargins(tf, spread(tf, gathered, { strides: step.strides, phases }), crop);
  });
  return joinChannels(device, parts);
}

interface ForwardForm extends Form {
  readonly filters: readonly Tensor4D[];
  readonly biases: readonly Tensor1D[] | null;
  readonly dilations: [number, number];
}

function forwardForm({ tf, weights }: Device, step: ConvStep, withBias = true): ForwardForm {
  return weights.get(step.weights, `forward ${slidingKey(step)}`, () => {
    const kernels = forwardKernels(step);
    const filters = kernels.map((kernel) => filterOf(tf, kernel));
    const bias = withBias ? step.weights.bias : null;
    const biases = bias && (tf.split(tf.tensor1d(bias), step.groups) as Tensor1D[]);
    return { tensors: [...filters, ...(biases ?? [])], filters, biases, dilations: kernels[0]!.dilation };
  });
}

interface AdjointForm extends Form {
  readonly filters: readonly Tensor4D[];
  readonly dilations: [number, number];
  readonly phases: [number, number];
}

function adjointForm({ tf, weights }: Device, step: ConvStep): AdjointForm {
  return weights.get(step.weights, `adjoint ${slidingKey(step)}`, () => {
    const kernels = adjointKernels(step);
    const filters = kernels.map((kernel) => filterOf(tf, kernel));
    return { tensors: filters, filters, dilations: kernels[0]!.dilation, phases: kernels[0]!.phases };
  });
}

/** What the forms depend on besides the weights. */
const slidingKey = ({ strides, dilation, groups }: ConvStep): string => [strides, dilation, groups].join(" ");

const filterOf = (tf: Device["tf"], { values, shape }: ConvKernel): Tensor4D => tf.tensor4d(values, shape);

function splitChannels({ tf }: Device, map: Tensor4D, groups: number): readonly Tensor4D[] {
  return groups === 1 ? [map] : tf.split(map, groups, 3);
}

function joinChannels({ tf }: Device, parts: readonly Tensor4D[]): Tensor4D {
  return parts.length === 1 ? parts[0]! : tf.concat([...parts], 3);
}
