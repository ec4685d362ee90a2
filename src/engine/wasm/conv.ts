/**
 * Convolution: by the matrix product of gathered rows, by Winograd's filtering where that is allowed and pays, or along the
 * channels where it leads to few. The adjoint is the same with in and out changed over; see `kernels/conv.ts`.
 */
import type { PlacedStep } from "../layout.js";
import type { ConvStep, ConvTransposeStep } from "../steps.js";
import { transposedFrom } from "../transposed.js";
import { chooseTile, cutProduct, cutTiles } from "./conv-cut.js";
import { type FeatureMap, lanesOf, reads, writes } from "./feature-map.js";
import { convolveToFew, few } from "./few.js";
import { type Finishing, finishFields, fromChannel } from "./finishing.js";
import { type Grouping, groupingOf, storedKernel } from "./groups.js";
import { Finish } from "./kernels.generated.js";
import type { StepKernel, Workshop } from "./step-kernel.js";
import { adjointWindows, forwardWindow, type Window, walks } from "./taps.js";

/** The wasm engine's convolution. */
export const conv: StepKernel<ConvStep> = {
  forward(shop, placed, [input], output, finishing) {
    convolve(shop, placed, { input: input!, output, finishing, adjoint: false, bias: biasOf(shop, placed) });
    return null;
  },
  adjoint(shop, placed, { gradient, contribute }) {
    contribute(0, (output, finishing) =>
      convolve(shop, placed, { input: gradient, output, finishing, adjoint: true, bias: shop.zeros }),
    );
  },
};

/** Transposed convolution: the adjoint of a convolution, with a bias and an activation; backward it is the convolution. */
export const convTranspose: StepKernel<ConvTransposeStep> = {
  forward(shop, placed, [input], output, finishing) {
    const bias = biasOf(shop, placed);
    convolve(shop, transposedFrom(placed), { input: input!, output, finishing, adjoint: true, bias });
    return null;
  },
  adjoint(shop, placed, { gradient, contribute }) {
    contribute(0, (output, finishing) =>
      convolve(shop, transposedFrom(placed), { input: gradient, output, finishing, adjoint: false, bias: shop.zeros }),
    );
  },
};

/** Address of the bias, a value per lane of the map written. */
function biasOf({ weights, zeros }: Workshop, { step, output }: PlacedStep<ConvStep | ConvTransposeStep>): number {
  const { bias } = step.weights;
  if (!bias) return zeros;
  return weights.numbers(step.weights, "bias", () => {
    const padded = new Float32Array(lanesOf(output[2]));
    padded.set(bias);
    return padded;
  });
}

/** One direction of a convolution: the maps it reads and writes. */
interface Direction {
  readonly input: FeatureMap;
  readonly output: FeatureMap;
  readonly finishing: Finishing;
  readonly adjoint: boolean;
  /** Address of a value per lane. */
  readonly bias: number;
}

function convolve(shop: Workshop, placed: PlacedStep<ConvStep>, direction: Direction): void {
  const { step } = placed;
  const windows = direction.adjoint ? adjointWindows(placed, step) : [forwardWindow(placed, step)];
  if (direction.output.channels <= few && step.groups === 1) {
    for (const window of windows) convolveToFew(shop, step, { ...direction, window });
    return;
  }
  const tile = chooseTile(placed, direction.output, direction.adjoint, shop.precision);
  if (tile) return filter(shop, placed, direction, tile);
  const grouping = groupingOf(step);
  for (const window of windows) {
    // A phase without taps is zero, and adds nothing.
    if (window.taps.length === 0 && direction.finishing.flags === Finish.Add) continue;
    for (let group = 0; group < grouping.groups; group++)
      product(shop, step, { ...direction, window, grouping, group });
  }
}

/** The product of gathered rows, for one window and group. */
function product(
  shop: Workshop,
  step: ConvStep,
  direction: Direction & { window: Window; grouping: Grouping; group: number },
): void {
  const { window, adjoint, grouping, group } = direction;
  const [channels, outputs] = adjoint ? [grouping.outs, grouping.ins] : [grouping.ins, grouping.outs];
  const input = direction.input.part(group * channels, channels);
  const output = direction.output.part(group * outputs, outputs);
  const finishing = fromChannel(direction.finishing, group * outputs);
  const packing = {
    outputs,
    channels,
    size: 0,
    adjoint,
    firstOutput: group * grouping.outs,
    taps: window.taps,
  } as const;
  const weights = shop.weights.packed(step.weights, () => storedKernel(step, grouping), packing);
  const offsets = shop.schedule.constant(window.offsets);
  const { block, groups, depthBlock, ...cut } = cutProduct(output, window, channels, shop.threads);
  shop.schedule.emit("convolve", cut, () => ({
    ...reads(input),
    ...walks(window, input),
    ...writes(output),
    ...finishFields(finishing),
    channels,
    taps: offsets.address,
    weights,
    bias: direction.bias + 4 * group * outputs,
    zeros: shop.zeros,
    block,
    groups,
    depthBlock,
  }));
}

/** Winograd's filtering of a 3 × 3 convolution at stride one. */
function filter(
  shop: Workshop,
  { step, pads }: PlacedStep<ConvStep>,
  { input, output, finishing, adjoint, bias }: Direction,
  size: 2 | 4,
): void {
  const [, , cin, cout] = step.weights.shape;
  const [channels, outputs] = adjoint ? [cout, cin] : [cin, cout];
  const rows = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const packing = { outputs, channels, size, adjoint, firstOutput: 0, taps: adjoint ? rows.reverse() : rows };
  const weights = shop.weights.packed(step.weights, () => step.weights, packing);
  const { block, groups, ...cut } = cutTiles(output, size, channels, shop.threads);
  shop.schedule.emit("winograd", cut, () => ({
    size,
    ...reads(input),
    ...writes(output),
    ...finishFields(finishing),
    channels,
    // The filter turned round reaches as far to the other side.
    top: adjoint ? 2 - pads.top : pads.top,
    left: adjoint ? 2 - pads.left : pads.left,
    weights,
    bias,
    zeros: shop.zeros,
    block,
    groups,
  }));
}
