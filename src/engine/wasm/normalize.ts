/** Normalisation. The adjoint works out mean and deviation again from what was read. */
import type { PlacedStep } from "../layout.js";
import type { NormalizeStep } from "../steps.js";
import type { FeatureMap } from "./feature-map.js";
import { Finish } from "./kernels.generated.js";
import type { StepKernel } from "./step-kernel.js";

/** The wasm engine's normalisation. */
export const normalize: StepKernel<NormalizeStep> = {
  forward({ schedule }, placed, [input], output) {
    schedule.emit("normalize", { units: setsOf(placed, output) }, () => ({
      ...fieldsOf(placed, input!, output),
      gradient: 0,
      gradientPixel: 0,
      add: 0,
    }));
    return null;
  },
  adjoint({ schedule }, placed, { inputs: [input], gradient, contribute }) {
    const given = (output: FeatureMap, { flags }: { readonly flags: number }): void =>
      schedule.emit("normalizeAdjoint", { units: setsOf(placed, output) }, () => ({
        ...fieldsOf(placed, input!, output),
        gradient: gradient.address,
        gradientPixel: gradient.pixel,
        add: flags & Finish.Add,
      }));
    contribute(0, given, false);
  },
};

function setsOf({ step }: PlacedStep<NormalizeStep>, map: FeatureMap): number {
  return (step.over === "pixel" ? map.pixels : map.count) * step.groups;
}

function fieldsOf({ step }: PlacedStep<NormalizeStep>, input: FeatureMap, output: FeatureMap) {
  return {
    input: input.address,
    inputPixel: input.pixel,
    output: output.address,
    outputPixel: output.pixel,
    pixels: step.over === "pixel" ? 1 : output.area,
    channels: output.channels / step.groups,
    groups: step.groups,
    epsilon: step.epsilon,
    gap: output.lanes - output.channels,
  };
}
