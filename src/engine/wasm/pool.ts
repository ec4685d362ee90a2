/** Pooling. Of a maximum the number of the tap that won is kept, two bytes each. */
import type { PlacedStep } from "../layout.js";
import type { PoolStep } from "../steps.js";
import { type FeatureMap, lanesOf } from "./feature-map.js";
import { asIs, type Finishing, finishFields } from "./finishing.js";
import type { ArenaRoom } from "./schedule.js";
import type { StepKernel } from "./step-kernel.js";

/** The wasm engine's pooling. */
export const pool: StepKernel<PoolStep> = {
  forward({ schedule }, placed, [input], output) {
    const winners = placed.step.mode === "max" ? schedule.room(2 * output.pixels * output.lanes) : null;
    const kernel = winners ? "maxPool" : "meanPool";
    schedule.emit(kernel, { units: output.count * output.height }, () =>
      fieldsOf(placed, input!, output, winners, asIs),
    );
    return winners;
  },
  adjoint({ schedule }, placed, { gradient, kept, contribute }) {
    contribute(0, (target, finishing) => {
      const kernel = kept ? "maxPoolAdjoint" : "meanPoolAdjoint";
      schedule.emit(kernel, { units: target.count * target.height }, () =>
        fieldsOf(placed, target, gradient, kept, finishing),
      );
    });
  },
};

function fieldsOf(
  { step, size, pads }: PlacedStep<PoolStep>,
  large: FeatureMap,
  small: FeatureMap,
  winners: ArenaRoom | null,
  finishing: Finishing,
) {
  return {
    ...finishFields(finishing),
    large: large.address,
    largePixel: large.pixel,
    height: large.height,
    width: large.width,
    small: small.address,
    smallPixel: small.pixel,
    smallHeight: small.height,
    smallWidth: small.width,
    count: large.count,
    lanes: lanesOf(large.channels),
    kernelHeight: size[0],
    kernelWidth: size[1],
    strideY: step.strides[0],
    strideX: step.strides[1],
    top: pads.top,
    left: pads.left,
    winners: winners?.address ?? 0,
  };
}
