/** Expanded weights as data, and the kernel of one of their channels. */

/** Weights over a layer, with what the ways to it have in common. */
export interface ExpandedWeights {
  /** Rows of every kernel: the part of the layer the unit sees. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Channels of the layer. */
  readonly channels: number;
  /** `[height, width, channels]`. */
  readonly data: Float32Array;
  /** Sum of the positive ways. */
  readonly positive: Float32Array;
  /** Sum of the negative ways; `data` is the sum of both. */
  readonly negative: Float32Array;
  /** Of each channel: 1 − |Σ ways| / Σ |ways|, taken over the kernel. */
  readonly cancellation: readonly number[];
  /** `"exact"`, or what was put in the place of what. */
  readonly status: string;
}

/** The weights of one channel, row by row. */
export function channelWeights(
  { height, width, channels, data }: Pick<ExpandedWeights, "height" | "width" | "channels" | "data">,
  channel: number,
): Float32Array {
  return Float32Array.from({ length: height * width }, (_, p) => data[p * channels + channel]!);
}
