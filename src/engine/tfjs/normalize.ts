/** Normalisation over groups of channels, at each pixel or over the whole map. */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import type { NormalizeStep } from "../steps.js";
import type { Tf } from "./backend.js";
import type { TfjsKernel } from "./kernel.js";

/** The tfjs engine's normalisation. */
export const normalize: TfjsKernel<NormalizeStep> = {
  rereads: () => ({ inputs: true }),
  forward({ tf }, { step }, [x]) {
    const { y } = normalized(tf, inSets(tf, step, x!), step);
    return tf.reshape(y, x!.shape);
  },
  adjoint({ tf }, { step }, { inputs: [x], gradient }) {
    const { y, deviation } = normalized(tf, inSets(tf, step, x!), step);
    const g = inSets(tf, step, gradient);
    const mean = (values: Tensor): Tensor => tf.mean(values, axesOf(step), true);
    const centred = tf.sub(tf.sub(g, mean(g)), tf.mul(y, mean(tf.mul(g, y))));
    return [tf.reshape(tf.div(centred, deviation), x!.shape)];
  },
};

/** `[count, pixels, groups, channels]`. */
function inSets(tf: Tf, { groups }: NormalizeStep, map: Tensor4D): Tensor4D {
  const [n, h, w, c] = map.shape;
  return tf.reshape(map, [n, h * w, groups, c / groups]);
}

const axesOf = ({ over }: NormalizeStep): number[] => (over === "pixel" ? [3] : [1, 3]);

function normalized(tf: Tf, x: Tensor4D, step: NormalizeStep): { readonly y: Tensor; readonly deviation: Tensor } {
  const apart = tf.sub(x, tf.mean(x, axesOf(step), true));
  const variance = tf.mean(tf.square(apart), axesOf(step), true);
  const deviation = tf.sqrt(tf.add(variance, step.epsilon));
  return { y: tf.div(apart, deviation), deviation };
}
