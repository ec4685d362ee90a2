/** A transposed convolution as the convolution that it is the adjoint of, so that engines need no kernels of its own. */
import { linear } from "../network/ops.js";
import type { PlacedStep } from "./layout.js";
import type { ConvStep, ConvTransposeStep } from "./steps.js";

/** The convolution, placed: it reads maps of the shape that the transposed one writes, and has no activation. */
export function transposedFrom({
  step,
  inputs,
  output,
  pads,
  size,
}: PlacedStep<ConvTransposeStep>): PlacedStep<ConvStep> {
  const { outputPadding: _, ...rest } = step;
  return {
    step: { ...rest, kind: "conv", activation: linear },
    inputs: [output],
    output: inputs[0]!,
    pads,
    size,
  };
}
