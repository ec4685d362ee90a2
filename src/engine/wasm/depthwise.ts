/** Depthwise convolution. With several outputs per channel it is a convolution in as many groups as there are channels. */
import type { PlacedStep } from "../layout.js";
import type { ConvStep, DepthwiseStep, Weights } from "../steps.js";
import { conv } from "./conv.js";
import { type FeatureMap, lanesOf, reads, writes } from "./feature-map.js";
import { type Finishing, finishFields } from "./finishing.js";
import type { StepKernel, Workshop } from "./step-kernel.js";
import { adjointWindows, forwardWindow, type Window, walks } from "./taps.js";

/** The wasm engine's depthwise convolution. */
export const depthwise: StepKernel<DepthwiseStep> = {
  forward(shop, placed, inputs, output, finishing) {
    if (placed.step.weights.shape[3] > 1) return conv.forward(shop, asGroups(placed), inputs, output, finishing);
    const { weights } = placed.step;
    const bias = weights.bias
      ? shop.weights.numbers(weights, "bias", () => padRows(weights.bias!, weights.shape[2]))
      : shop.zeros;
    slide(shop, weights, forwardWindow(placed, placed.step), { input: inputs[0]!, output, finishing, bias });
    return null;
  },
  adjoint(shop, placed, scene) {
    const { step } = placed;
    if (step.weights.shape[3] > 1) return conv.adjoint(shop, asGroups(placed), scene);
    scene.contribute(0, (output, finishing) => {
      for (const window of adjointWindows(placed, step))
        slide(shop, step.weights, window, { input: scene.gradient, output, finishing, bias: shop.zeros });
    });
  },
};

function slide(
  shop: Workshop,
  { kernel, shape }: Weights,
  window: Window,
  { input, output, finishing, bias }: { input: FeatureMap; output: FeatureMap; finishing: Finishing; bias: number },
): void {
  const channels = shape[2];
  const weights = shop.weights.numbers(kernel, `taps ${window.taps.join()}`, () => {
    const rows = window.taps.flatMap((tap) => [...kernel.subarray(tap * channels, (tap + 1) * channels)]);
    return padRows(rows, channels);
  });
  const offsets = shop.schedule.constant(window.offsets);
  shop.schedule.emit("depthwise", { units: input.count * window.rows }, () => ({
    ...reads(input),
    ...walks(window, input),
    ...writes(output),
    ...finishFields(finishing),
    taps: offsets.address,
    weights,
    bias,
  }));
}

/** Rows of channels, each filled up with zeros to whole lanes. */
function padRows(values: ArrayLike<number>, channels: number): Float32Array {
  const lanes = lanesOf(channels);
  const padded = new Float32Array((values.length / channels) * lanes);
  for (let i = 0; i < values.length; i++) padded[Math.floor(i / channels) * lanes + (i % channels)] = values[i]!;
  return padded;
}

/** `[height, width, in, multiplier]` holds the same numbers in the same order as `[height, width, 1, in · multiplier]`. */
function asGroups(placed: PlacedStep<DepthwiseStep>): PlacedStep<ConvStep> {
  const { step } = placed;
  const [h, w, cin, multiplier] = step.weights.shape;
  return {
    ...placed,
    step: { ...step, kind: "conv", groups: cin, weights: grouped(step.weights, [h, w, 1, cin * multiplier]) },
  };
}

/** The same object for the same weights, so that they are packed once. */
function grouped(weights: Weights, shape: Weights["shape"]): Weights {
  const known = groupedWeights.get(weights) ?? { ...weights, shape };
  groupedWeights.set(weights, known);
  return known;
}
const groupedWeights = new WeakMap<Weights, Weights>();
