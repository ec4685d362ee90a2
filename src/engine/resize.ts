/**
 * Enlarging by a whole factor, as one linear map per axis: output `p` is a weighted sum of two neighbours. With
 * `p / factor = a + t`, nearest takes `a`, bilinear `(1 − t)·x[a] + t·x[a + 1]` (the last pixel repeated), which is what
 * tfjs computes for UpSampling2D.
 */

/** The two inputs and the share of the second for every output along one axis. */
export interface ResizeTaps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Weight of `second`; `first` has the rest. */
  readonly share: Float32Array;
}

/** Taps along an axis of `n` pixels enlarged `factor` times. */
export function resizeTaps(n: number, factor: number, interpolation: "nearest" | "bilinear"): ResizeTaps {
  const length = n * factor;
  const first = Int32Array.from({ length }, (_, p) => Math.floor(p / factor));
  return {
    first,
    second: first.map((a) => Math.min(a + 1, n - 1)),
    share: Float32Array.from({ length }, (_, p) =>
      interpolation === "nearest" ? 0 : p / factor - Math.floor(p / factor),
    ),
  };
}
