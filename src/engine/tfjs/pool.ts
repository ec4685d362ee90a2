/**
 * Pooling. The gradients that TensorFlow.js has for it are wrong in places (means at the border, maxima of windows without a
 * positive value), so both adjoints are written out.
 */
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { pool as cpuPool } from "../cpu/pool.js";
import type { PlacedStep } from "../layout.js";
import type { PoolStep } from "../steps.js";
import type { Tf } from "./backend.js";
import type { Around, TfjsKernel } from "./kernel.js";
import { aroundSpread, spread, withMargins, zerosOf } from "./phases.js";

/** The tfjs engine's pooling. */
export const pool: TfjsKernel<PoolStep> = {
  rereads: ({ mode }) => (mode === "max" ? { inputs: true, output: true } : {}),
  forward({ tf }, { step, size, pads }, [x]) {
    const strides: [number, number] = step.size ? [...step.strides] : [1, 1];
    // Means over one pixel are refused by some backends; they are the pixels themselves.
    const mode = size[0] * size[1] === 1 ? "max" : step.mode;
    return mode === "max"
      ? tf.maxPool(x!, [...size], strides, zerosOf(pads))
      : tf.avgPool(x!, [...size], strides, zerosOf(pads));
  },
  adjoint(device, placed, around) {
    if (placed.step.mode === "average") return [spreadMeans(device.tf, placed, around.gradient)];
    return [device.host ? maximaOnHost(device.tf, placed, around) : maximaByWindow(device.tf, placed, around)];
  },
};

/** Every pixel under a window gets an equal share of its gradient; padding gets none. */
function spreadMeans(tf: Tf, placed: PlacedStep<PoolStep>, gradient: Tensor4D): Tensor4D {
  const { step, size, inputs } = placed;
  const [h, w] = inputs[0]!;
  if (!step.size) return tf.mul(gradient, tf.fill([1, h, w, 1], 1 / (h * w)));
  const shares = tf.tensor4d(sharesOf(placed), [1, placed.output[0], placed.output[1], 1]);
  const spreadOut = spread(tf, tf.mul(gradient, shares), { strides: step.strides });
  const map = withMargins(tf, spreadOut, aroundSpread(placed, step));
  const area = size[0] * size[1];
  // The sum over a window, as its mean times its area.
  return area === 1 ? map : tf.mul(tf.avgPool(map, [...size], 1, "valid"), area);
}

/** For every output position, one over the number of pixels under its window. */
function sharesOf({ step, inputs, output: [oh, ow], pads, size }: PlacedStep<PoolStep>): Float32Array {
  const [h, w] = inputs[0]!;
  const pixels = (at: number, stride: number, before: number, [n, k]: readonly [number, number]): number => {
    const first = at * stride - before;
    return Math.min(n, first + k) - Math.max(0, first);
  };
  return Float32Array.from(
    { length: oh * ow },
    (_, i) =>
      1 /
      (pixels(Math.floor(i / ow), step.strides[0], pads.top, [h, size[0]]) *
        pixels(i % ow, step.strides[1], pads.left, [w, size[1]])),
  );
}

/** In ordinary memory the definition is the fastest way. */
function maximaOnHost(tf: Tf, placed: PlacedStep<PoolStep>, { inputs: [x], gradient }: Around): Tensor4D {
  const values = x!.dataSync<"float32">();
  const given = new Float32Array(values.length);
  cpuPool.adjoint(
    placed,
    { inputs: [values], output: values },
    gradient.dataSync<"float32">(),
    [given],
    x!.shape[0],
    {},
  );
  return tf.tensor4d(given, x!.shape);
}

/**
 * On a GPU one place in the window at a time, row by row, for all windows at once: what stands there gets the gradient if
 * it is the maximum and none before it was.
 */
export function maximaByWindow(
  tf: Tf,
  placed: PlacedStep<PoolStep>,
  { inputs: [x], output: maxima, gradient }: Around,
): Tensor4D {
  const { size, pads, output, inputs } = placed;
  const strides = placed.step.size ? placed.step.strides : ([1, 1] as const);
  const [h, w] = inputs[0]!;
  const [n, , , c] = x!.shape;
  const [spanRows, spanColumns] = [(output[0] - 1) * strides[0] + 1, (output[1] - 1) * strides[1] + 1];
  const zeros = zerosOf(pads);
  const map = zeros === "valid" ? x! : tf.pad(x!, zeros, lowest);
  let untaken: Tensor4D = tf.onesLike(maxima);
  let sum: Tensor4D | null = null;
  for (let row = 0; row < size[0]; row++) {
    for (let column = 0; column < size[1]; column++) {
      const values = tf.stridedSlice(
        map,
        [0, row, column, 0],
        [n, row + spanRows, column + spanColumns, c],
        [1, ...strides, 1],
      ) as Tensor4D;
      const taken: Tensor4D = tf.mul(untaken, tf.sub(1, tf.step(tf.sub(maxima, values))));
      untaken = tf.sub(untaken, taken);
      const [top, left] = [row - pads.top, column - pads.left];
      const margins = { top, bottom: h - top - output[0] * strides[0], left, right: w - left - output[1] * strides[1] };
      const part = withMargins(tf, spread(tf, tf.mul(gradient, taken), { strides }), margins);
      sum = sum ? tf.add<Tensor4D>(sum, part) : part;
    }
  }
  return sum!;
}

/** Below every value, and far enough from the end of the range to be subtracted from. */
const lowest = -1e38;
