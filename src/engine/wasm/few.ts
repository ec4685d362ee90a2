/** Convolution to at most three channels: see `kernels/few.ts`. */
import type { ConvStep } from "../steps.js";
import { type FeatureMap, reads, writes } from "./feature-map.js";
import { type Finishing, finishFields } from "./finishing.js";
import type { Workshop } from "./step-kernel.js";
import { type Window, walks } from "./taps.js";

/** Channels that are few. */
export const few = 3;

/** One direction of a convolution through one window. */
export interface FewOptions {
  readonly input: FeatureMap;
  readonly output: FeatureMap;
  readonly finishing: Finishing;
  readonly window: Window;
  readonly adjoint: boolean;
  /** Address of a value per lane. */
  readonly bias: number;
}

/** Emits a convolution to few channels. */
export function convolveToFew(
  shop: Workshop,
  { weights }: ConvStep,
  { input, output, finishing, window, adjoint, bias }: FewOptions,
): void {
  const channels = 4 * Math.ceil(input.channels / 4);
  const packed = shop.weights.numbers(weights, `few ${adjoint} ${window.taps.join()}`, () =>
    packFew(weights, window.taps, adjoint),
  );
  const offsets = shop.schedule.constant(window.offsets);
  shop.schedule.emit("convolveToFew", { units: input.count * window.rows }, () => ({
    ...reads(input),
    ...walks(window, input),
    ...writes(output),
    ...finishFields(finishing),
    channels,
    taps: offsets.address,
    weights: packed,
    bias,
    zeros: shop.zeros,
  }));
}

/** `[tap][channels / 4][3][4]`, zeros past the last channel. */
function packFew(
  { kernel, shape: [, , cin, cout] }: ConvStep["weights"],
  taps: readonly number[],
  adjoint: boolean,
): Float32Array {
  const [channels, outputs] = adjoint ? [cout, cin] : [cin, cout];
  const vectors = Math.ceil(channels / 4);
  const packed = new Float32Array(taps.length * vectors * few * 4);
  taps.forEach((tap, t) => {
    for (let c = 0; c < channels; c++) {
      for (let o = 0; o < outputs; o++) {
        const [i, out] = adjoint ? [o, c] : [c, o];
        packed[((t * vectors + Math.floor(c / 4)) * few + o) * 4 + (c % 4)] = kernel[(tap * cin + i) * cout + out]!;
      }
    }
  });
  return packed;
}
