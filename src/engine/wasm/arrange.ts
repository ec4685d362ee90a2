/** Steps that move values about: zeros around, channels side by side, enlarging, another shape. */
import { adjointSums, forwardSums, gatherTable, type SumTable } from "../gather.js";
import type { PlacedStep } from "../layout.js";
import type { ConcatStep, GatherStep, PadStep, ReshapeStep, ResizeStep } from "../steps.js";
import { type FeatureMap, reads, writes } from "./feature-map.js";
import { asIs, type Finishing, finishFields } from "./finishing.js";
import { Finish } from "./kernels.generated.js";
import { combine } from "./pointwise.js";
import type { Contribution, StepKernel, Workshop } from "./step-kernel.js";

/** Zeros around the map; the adjoint cuts the middle out again. */
export const pad: StepKernel<PadStep> = {
  forward(shop, { step }, [input], output) {
    place(shop, { input: input!, output, row: -step.padding.top, column: -step.padding.left, finishing: asIs });
    return null;
  },
  adjoint(shop, { step }, { gradient, contribute }) {
    contribute(0, (output, finishing) =>
      place(shop, { input: gradient, output, row: step.padding.top, column: step.padding.left, finishing }),
    );
  },
};

function place(
  { schedule }: Workshop,
  {
    input,
    output,
    row,
    column,
    finishing,
  }: { input: FeatureMap; output: FeatureMap; row: number; column: number; finishing: Finishing },
): void {
  schedule.emit("place", { units: output.count * output.height }, () => ({
    ...reads(input),
    ...writes(output),
    ...finishFields(finishing),
    row,
    column,
  }));
}

/** Channels side by side. A part that was written in its place already, or will be read there, needs no job. */
export const concat: StepKernel<ConcatStep> = {
  forward(shop, _, inputs, output) {
    let first = 0;
    inputs.forEach((input, i) => {
      const part = output.part(first, input.channels);
      const gap = i === inputs.length - 1 ? output.lanes - output.channels : 0;
      if (!input.isAt(part)) copy(shop, { input, output: part, gap, finishing: asIs });
      first += input.channels;
    });
    return null;
  },
  adjoint(shop, _, { inputs, inputGradients, gradient, contribute }) {
    let first = 0;
    inputs.forEach((input, i) => {
      const part = gradient.part(first, input.channels);
      const gap = input.lanes - input.channels;
      const there = inputGradients[i]!.isAt(part);
      const copied: Contribution = (output, finishing) => {
        if (!there) copy(shop, { input: part, output, gap, finishing });
      };
      contribute(i, copied, gap === 0 && !there);
      first += input.channels;
    });
  },
};

/** Copies a map whole lanes at a time, or where its channels do not fill them, value by value. */
function copy(
  shop: Workshop,
  { input, output, gap, finishing }: { input: FeatureMap; output: FeatureMap; gap: number; finishing: Finishing },
): void {
  if (input.channels % 8 === 0 && gap === 0) return combine(shop, "Copy", { input, output, finishing });
  repack(shop, { input, output, values: input.channels, gap, finishing });
}

/** The same values as a map of another size. */
export const reshape: StepKernel<ReshapeStep> = {
  forward(shop, _, [input], output) {
    repack(shop, {
      input: input!,
      output,
      values: input!.area * input!.channels,
      gap: output.lanes - output.channels,
      finishing: asIs,
    });
    return null;
  },
  adjoint(shop, _, { gradient, contribute }) {
    const copied: Contribution = (output, finishing) => {
      repack(shop, {
        input: gradient,
        output,
        values: output.area * output.channels,
        gap: output.lanes - output.channels,
        finishing,
      });
    };
    contribute(0, copied, false);
  },
};

/** Emits a repacking, `values` at a time. */
export function repack(
  { schedule }: Workshop,
  {
    input,
    output,
    values,
    gap,
    finishing,
  }: { input: FeatureMap; output: FeatureMap; values: number; gap: number; finishing: Finishing },
): void {
  const all = input.pixels * input.channels;
  // Enough at a time to be worth the call.
  const units = values * Math.ceil(4096 / values);
  const each = all % units === 0 ? units : values;
  schedule.emit("repack", { units: all / each }, () => ({
    input: input.address,
    inputPixel: input.pixel,
    inputChannels: input.channels,
    output: output.address,
    outputPixel: output.pixel,
    outputChannels: output.channels,
    values: each,
    add: finishing.flags & Finish.Add,
    gap,
  }));
}

/** Enlarging by whole factors. */
export const resize: StepKernel<ResizeStep> = {
  forward({ schedule }, placed, [input], output) {
    schedule.emit("resize", { units: output.count * output.height }, () => resizeFields(placed, input!, output, asIs));
    return null;
  },
  adjoint({ schedule }, placed, { gradient, contribute }) {
    contribute(0, (target, finishing) => {
      schedule.emit("resizeAdjoint", { units: target.count * target.height }, () =>
        resizeFields(placed, target, gradient, finishing),
      );
    });
  },
};

function resizeFields({ step }: PlacedStep<ResizeStep>, small: FeatureMap, large: FeatureMap, finishing: Finishing) {
  return {
    ...finishFields(finishing),
    small: small.address,
    smallPixel: small.pixel,
    height: small.height,
    width: small.width,
    large: large.address,
    largePixel: large.pixel,
    factorY: step.factor[0],
    factorX: step.factor[1],
    bilinear: step.interpolation === "bilinear" ? 1 : 0,
    count: small.count,
    lanes: small.lanes,
  };
}

/** Values in other places. */
export const gather: StepKernel<GatherStep> = {
  forward(shop, { step, inputs: [shape] }, [input], output) {
    const table = gatherTable(step.gathering, shape!);
    emitGather(shop, { input: input!, output, ...table, sums: forwardSums(table), finishing: asIs });
    return null;
  },
  adjoint(shop, { step, inputs: [shape] }, { gradient, contribute }) {
    const table = gatherTable(step.gathering, shape!);
    const summed: Contribution = (output, finishing) =>
      emitGather(shop, { input: gradient, output, run: table.run, value: 0, sums: adjointSums(table), finishing });
    contribute(0, summed, false);
  },
};

function emitGather(
  { schedule }: Workshop,
  {
    input,
    output,
    run,
    value,
    sums,
    finishing,
  }: {
    input: FeatureMap;
    output: FeatureMap;
    run: number;
    value: number;
    sums: SumTable;
    finishing: Finishing;
  },
): void {
  const [starts, items] = [schedule.constant(sums.starts), schedule.constant(sums.items)];
  schedule.emit("gather", { units: output.pixels }, () => ({
    input: input.address,
    inputPixel: input.pixel,
    inputRuns: input.channels / run,
    inputArea: input.area,
    output: output.address,
    outputPixel: output.pixel,
    outputRuns: output.channels / run,
    outputArea: output.area,
    run,
    starts: starts.address,
    items: items.address,
    value,
    add: finishing.flags & Finish.Add,
    gap: output.lanes - output.channels,
  }));
}
