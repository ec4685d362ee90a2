/** Steps that move values about: zeros around, channels side by side, enlarging, another shape. */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { MapShape } from "../../core/shape.js";
import { adjointSums, gatherTable, type SumTable } from "../gather.js";
import type { ConcatStep, GatherStep, PadStep, ReshapeStep, ResizeStep } from "../steps.js";
import type { Tf } from "./backend.js";
import type { TfjsKernel } from "./kernel.js";
import { withMargins } from "./phases.js";

const nothing = (): Record<string, never> => ({});

/** Zeros around the map; backwards they are taken away. */
export const pad: TfjsKernel<PadStep> = {
  rereads: nothing,
  forward: ({ tf }, { pads }, [x]) => withMargins(tf, x!, pads),
  adjoint: ({ tf }, { pads: { top, bottom, left, right } }, { gradient }) => [
    withMargins(tf, gradient, { top: -top, bottom: -bottom, left: -left, right: -right }),
  ],
};

/** Channels side by side. */
export const concat: TfjsKernel<ConcatStep> = {
  rereads: nothing,
  forward: ({ tf }, _, inputs) => tf.concat([...inputs], 3),
  adjoint: ({ tf }, { inputs }, { gradient }) =>
    tf.split(
      gradient,
      inputs.map(([, , c]) => c),
      3,
    ),
};

/** The same values as a map of another size. */
export const reshape: TfjsKernel<ReshapeStep> = {
  rereads: nothing,
  forward: ({ tf }, { output }, [x]) => tf.reshape(x!, [x!.shape[0], ...output]),
  adjoint: ({ tf }, { inputs }, { gradient }) => [tf.reshape(gradient, [gradient.shape[0], ...inputs[0]!])],
};

/** Enlarging by whole factors. */
export const resize: TfjsKernel<ResizeStep> = {
  rereads: nothing,
  forward({ tf }, { step, output: [h, w] }, [x]) {
    return step.interpolation === "nearest"
      ? tf.image.resizeNearestNeighbor(x!, [h, w])
      : tf.image.resizeBilinear(x!, [h, w]);
  },
  adjoint({ tf }, { step }, { gradient }) {
    return [
      step.interpolation === "nearest" ? blockSums(tf, gradient, step.factor) : lineSums(tf, gradient, step.factor),
    ];
  },
};

/** Each pixel gathers the block that copied it: as a strided convolution with ones. */
function blockSums(tf: Tf, gradient: Tensor4D, [s, t]: readonly [number, number]): Tensor4D {
  return tf.depthwiseConv2d(gradient, tf.ones([s, t, gradient.shape[3], 1]), [s, t], "valid");
}

/**
 * Each pixel gathers with the weights of the two straight lines that meet in it, `1 − |d| / s` at distance `d`: a strided
 * convolution with a tent. One pixel past the end comes out too; it is the last one held, whose gradient joins the last.
 */
function lineSums(tf: Tf, gradient: Tensor4D, [s, t]: readonly [number, number]): Tensor4D {
  const tent = (n: number): number[] => Array.from({ length: 2 * n - 1 }, (_, i) => 1 - Math.abs(i - n + 1) / n);
  const weights = tent(s).flatMap((row) => tent(t).map((column) => row * column));
  const channels = gradient.shape[3];
  const filter = tf.tile(tf.tensor4d(weights, [2 * s - 1, 2 * t - 1, 1, 1]), [1, 1, channels, 1]) as Tensor4D;
  const around = withMargins(tf, gradient, { top: s - 1, bottom: s, left: t - 1, right: t });
  const sums = tf.depthwiseConv2d(around, filter, [s, t], "valid");
  const [n, h, w] = [sums.shape[0], sums.shape[1] - 1, sums.shape[2] - 1];
  const part = (y: number, x: number): Tensor4D => tf.slice(sums, [0, y, x, 0], [n, y ? 1 : h, x ? 1 : w, channels]);
  const lastRow = tf.pad(part(h, 0), [
    [0, 0],
    [h - 1, 0],
    [0, 0],
    [0, 0],
  ]);
  const lastColumn = tf.pad(part(0, w), [
    [0, 0],
    [0, 0],
    [w - 1, 0],
    [0, 0],
  ]);
  const corner = tf.pad(part(h, w), [
    [0, 0],
    [h - 1, 0],
    [w - 1, 0],
    [0, 0],
  ]);
  return tf.add(tf.add(part(0, 0), lastRow), tf.add(lastColumn, corner));
}

/** Values in other places, picked from a list of runs; the adjoint sums one pick for each time that a run was read. */
export const gather: TfjsKernel<GatherStep> = {
  rereads: nothing,
  forward({ tf }, { step, inputs: [shape], output }, [x]) {
    const { run, sources, value } = gatherTable(step.gathering, shape!);
    return pick(tf, x!, { run, sources, value, output });
  },
  adjoint({ tf }, { step, inputs: [shape] }, { gradient }) {
    const table = gatherTable(step.gathering, shape!);
    const picks = layersOf(adjointSums(table)).map((sources) =>
      pick(tf, gradient, { run: table.run, sources, value: 0, output: shape! }),
    );
    return [picks.reduce((sum, part) => tf.add(sum, part))];
  },
};

function pick(
  tf: Tf,
  map: Tensor4D,
  { run, sources, value, output }: { run: number; sources: Int32Array; value: number; output: MapShape },
): Tensor4D {
  const [n, h, w, c] = map.shape;
  const runs = (h * w * c) / run;
  const list = tf.reshape(map, [n, runs, run]);
  const constant = sources.includes(-1);
  const all = constant ? tf.concat([list, tf.fill([n, 1, run], value)], 1) : list;
  const places = constant ? sources.map((source) => (source < 0 ? runs : source)) : sources;
  return tf.reshape(tf.gather(all, tf.tensor1d(places, "int32"), 1), [n, ...output]);
}

/** A table of sums as lists of at most one item each: the first items, the second ones, and so on. */
function layersOf({ starts, items }: SumTable): Int32Array[] {
  const length = starts.length - 1;
  const most = starts.subarray(1).reduce((top, end, i) => Math.max(top, end - starts[i]!), 1);
  return Array.from({ length: most }, (_, k) =>
    Int32Array.from({ length }, (__, i) => (starts[i]! + k < starts[i + 1]! ? items[starts[i]! + k]! : -1)),
  );
}
