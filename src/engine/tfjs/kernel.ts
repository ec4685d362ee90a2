/** What the tfjs engine knows about a kind of step: its value and its adjoint, in operations of TensorFlow.js. */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { PlacedStep } from "../layout.js";
import type { Step } from "../steps.js";
import type { Tf } from "./backend.js";
import type { WeightTensors } from "./weight-tensors.js";

/** Where kernels compute. */
export interface Device {
  readonly tf: Tf;
  /** Tensors of weights. */
  readonly weights: WeightTensors;
  /** Whether values lie in ordinary memory, where reading them back costs nothing. */
  readonly host: boolean;
}

/** What an adjoint is given. Of the values only those the kernel says it rereads are there. */
export interface Around {
  readonly inputs: readonly Tensor4D[];
  readonly output: Tensor4D;
  /** Gradient of the output. */
  readonly gradient: Tensor4D;
  /** Redirected gradients at rectifiers. */
  readonly redirect: boolean;
}

/**
 * Value and adjoint of one kind of step. Both run inside a `tidy`: what they do not return is released. They may return a
 * tensor they were given.
 */
export interface TfjsKernel<S extends Step> {
  /** The values the adjoint reads again. */
  rereads(step: S): { readonly inputs?: boolean; readonly output?: boolean };
  /** The value of the step. */
  forward(device: Device, placed: PlacedStep<S>, inputs: readonly Tensor4D[]): Tensor4D;
  /** The gradient of each input. */
  adjoint(device: Device, placed: PlacedStep<S>, around: Around): readonly Tensor4D[];
}
