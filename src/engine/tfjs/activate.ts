/**
 * Activations and their slopes on tensors, the counterpart of `activation.ts`. They are put together from sums, products,
 * `relu` and `step`, which every backend computes fast and alike; comparisons and `where` are slow on some.
 */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import type { Activation } from "../../network/ops.js";
import { slopeFromOutput } from "../steps.js";
import type { Tf } from "./backend.js";
import type { Around, Device } from "./kernel.js";

/** What `fused.conv2d` takes for an activation; `null` where the activation has to follow by itself. */
export function fusable({
  name,
  alpha,
  max,
}: Activation): { activation: "linear" | "relu" | "relu6" | "sigmoid" | "leakyrelu"; leakyreluAlpha?: number } | null {
  if (name === "linear" || name === "sigmoid" || (name === "relu" && max === undefined)) return { activation: name };
  if (name === "relu" && max === 6) return { activation: "relu6" };
  return name === "leakyRelu" ? { activation: "leakyrelu", leakyreluAlpha: alpha ?? 0.3 } : null;
}

/** What the adjoint of a step with a fused activation reads again: its output, unless the activation does nothing. */
export function fusedRereads({ activation }: { readonly activation: Activation }): { output?: boolean } {
  return activation.name === "linear" ? {} : { output: true };
}

/** Whether the adjoint of an activation reads its input or its output again. */
export function activationRereads(activation: Activation): { inputs?: boolean; output?: boolean } {
  if (activation.name === "linear") return {};
  return slopeFromOutput(activation) || activation.name === "softmax" ? { output: true } : { inputs: true };
}

/** `f(x)`. */
export function activate({ tf, weights }: Device, activation: Activation, x: Tensor4D): Tensor4D {
  const { name, alpha, max, threshold = 1 } = activation;
  switch (name) {
    case "linear":
      return x;
    case "relu":
      return max === undefined ? tf.relu(x) : tf.clipByValue(x, 0, max);
    case "clip":
      return bounded(tf, x, activation);
    case "leakyRelu":
      return tf.sub(tf.relu(x), tf.mul(alpha ?? 0.3, below(tf, x)));
    case "prelu":
      return tf.sub(tf.relu(x), tf.mul(slopesOf({ tf, weights }, activation, x), below(tf, x)));
    case "thresholdedRelu":
      return tf.mul(x, tf.step(tf.sub(x, threshold)));
    case "elu":
      return exponential(tf, x, [1, alpha ?? 1]);
    case "selu":
      return exponential(tf, x, [seluScale, seluScale * seluAlpha]);
    case "sigmoid":
      return tf.sigmoid(x);
    case "hardSigmoid":
      return tf.clipByValue(tf.add<Tensor4D>(tf.mul(alpha ?? 0.2, x), 0.5), 0, 1);
    case "power":
      return tf.pow(x, alpha ?? 1);
    case "softplus":
      return softplus(tf, x);
    case "softsign":
      return tf.div(x, tf.add(1, tf.abs(x)));
    case "tanh":
      return tf.tanh(x);
    case "swish":
      return tf.mul(x, tf.sigmoid(tf.mul(alpha ?? 1, x)));
    case "mish":
      return tf.mul(x, tf.tanh(softplus(tf, x)));
    case "gelu":
      return tf.mul(x, normalShare(tf, x));
    case "geluTanh":
      return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(geluInner(tf, x))));
    case "softmax":
      return tf.softmax(x);
  }
}

/** The gradient of `x`, given that of `y = f(x)`; `x` is only read where `activationRereads` says so. */
export function activateAdjoint(
  device: Device,
  activation: Activation,
  around: Omit<Around, "inputs"> & { readonly x: Tensor4D },
): Tensor4D {
  const { tf } = device;
  const { output, gradient, redirect } = around;
  if (activation.name === "linear") return gradient;
  if (activation.name === "softmax") {
    // yᵢ (gᵢ − Σⱼ gⱼ yⱼ)
    return tf.mul(output, tf.sub(gradient, tf.sum(tf.mul(gradient, output), 3, true)));
  }
  const passes = tf.mul(gradient, slope(device, activation, around)) as Tensor4D;
  return redirect && activation.name === "relu" ? redirected(tf, activation.max, { output, gradient, passes }) : passes;
}

function slope(
  { tf, weights }: Device,
  activation: Activation,
  { x, output: y }: { readonly x: Tensor4D; readonly output: Tensor4D },
): Tensor {
  const { name, alpha, max, threshold = 1 } = activation;
  switch (name) {
    case "relu":
      return max === undefined ? tf.step(y) : tf.mul(tf.step(y), tf.step(tf.sub(max, y)));
    case "clip":
      return tf.mul(
        activation.min === undefined ? 1 : tf.step(tf.sub(x, activation.min)),
        max === undefined ? 1 : tf.step(tf.sub(max, x)),
      );
    case "leakyRelu":
      return tf.step(slopeFromOutput(activation) ? y : x, alpha ?? 0.3);
    case "prelu": {
      const positive = tf.step(x);
      return tf.add(positive, tf.mul(slopesOf({ tf, weights }, activation, x), tf.sub(1, positive)));
    }
    case "thresholdedRelu":
      return tf.step(tf.sub(x, threshold));
    case "elu":
      return exponentialSlope(tf, x, [1, alpha ?? 1]);
    case "selu":
      return exponentialSlope(tf, x, [seluScale, seluScale * seluAlpha]);
    case "sigmoid":
      return tf.mul(y, tf.sub(1, y));
    case "hardSigmoid":
      return tf.mul(alpha ?? 0.2, tf.step(tf.sub(0.5 / (alpha ?? 0.2), tf.abs(x))));
    case "power":
      return tf.mul(alpha ?? 1, tf.pow(x, (alpha ?? 1) - 1));
    case "softplus":
      return tf.sigmoid(x);
    case "softsign":
      return tf.reciprocal(tf.square(tf.add(1, tf.abs(x))));
    case "tanh":
      return tf.sub(1, tf.square(y));
    case "swish": {
      const a = alpha ?? 1;
      const s = tf.sigmoid(tf.mul(a, x));
      return tf.add(s, tf.mul(tf.mul(a, x), tf.mul(s, tf.sub(1, s))));
    }
    case "mish": {
      const t = tf.tanh(softplus(tf, x));
      return tf.add(t, tf.mul(tf.mul(x, tf.sigmoid(x)), tf.sub(1, tf.square(t))));
    }
    case "gelu":
      return tf.add(
        normalShare(tf, x),
        tf.mul(x, tf.mul(1 / Math.sqrt(2 * Math.PI), tf.exp(tf.mul(-0.5, tf.square(x))))),
      );
    case "geluTanh": {
      const t = tf.tanh(geluInner(tf, x));
      const steep = tf.mul(geluRoot, tf.add(1, tf.mul(3 * geluCubic, tf.square(x))));
      return tf.add(tf.mul(0.5, tf.add(1, t)), tf.mul(tf.mul(0.5, x), tf.mul(tf.sub(1, tf.square(t)), steep)));
    }
    default:
      throw new Error(`${name} is not pointwise`);
  }
}

/**
 * Lucid's redirected ReLU. In an example in which nothing passes, `g⁺` passes where the unit is below its ceiling and `g⁻`
 * where it is not silent: `g⁺·[y < max] − g⁻·[y > 0]`. Decided by arithmetic, because reading back would stall a GPU.
 */
function redirected(
  tf: Tf,
  max: number | undefined,
  {
    output: y,
    gradient,
    passes,
  }: { readonly output: Tensor4D; readonly gradient: Tensor4D; readonly passes: Tensor4D },
): Tensor4D {
  const perExample = tf.max(tf.abs(tf.reshape(passes, [y.shape[0], -1])), 1);
  const blocked = tf.reshape(tf.sub(1, tf.step(perExample)), [y.shape[0], 1, 1, 1]);
  const raising = tf.relu(gradient);
  const kept = max === undefined ? raising : tf.mul(raising, tf.step(tf.sub(max, y)));
  return tf.add(passes, tf.mul(blocked, tf.sub(kept, tf.mul(below(tf, gradient), tf.step(y)))));
}

// -- parts -----------------------------------------------------------------------------------------------------------

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;
const geluRoot = 0.7978845608028654;
const geluCubic = 0.044715;

/** `max(−x, 0)`. */
const below = <T extends Tensor>(tf: Tf, x: T): T => tf.relu(tf.neg(x));

/** Values held between a floor and a ceiling, either of which may be absent. */
function bounded(tf: Tf, x: Tensor4D, { min, max }: Activation): Tensor4D {
  const above = min === undefined ? x : tf.maximum<Tensor4D>(x, min);
  return max === undefined ? above : tf.minimum<Tensor4D>(above, max);
}

/** `a·x` above zero, `b·(eˣ − 1)` below. */
const exponential = (tf: Tf, x: Tensor4D, [a, b]: readonly [number, number]): Tensor4D =>
  tf.add(tf.mul(a, tf.relu(x)), tf.mul(b, tf.expm1(tf.neg(below(tf, x)))));

/** `a` above zero, `b·eˣ` below. */
function exponentialSlope(tf: Tf, x: Tensor4D, [a, b]: readonly [number, number]): Tensor {
  const positive = tf.step(x);
  return tf.add(tf.mul(a, positive), tf.mul(tf.mul(b, tf.exp(tf.neg(below(tf, x)))), tf.sub(1, positive)));
}

/** `ln(1 + eˣ)` without overflow. */
const softplus = (tf: Tf, x: Tensor4D): Tensor4D => tf.add(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));

/** Share of the normal distribution below x, `½ (1 + erf(x / √2))`. */
const normalShare = (tf: Tf, x: Tensor4D): Tensor4D => tf.mul(0.5, tf.add(1, tf.erf(tf.mul(Math.SQRT1_2, x))));

const geluInner = (tf: Tf, x: Tensor4D): Tensor4D =>
  tf.mul(tf.mul(geluRoot, x), tf.add(1, tf.mul(geluCubic, tf.square(x))));

/** The slopes of prelu: one for all values, one per channel or one per value of the map. */
function slopesOf({ tf, weights }: Pick<Device, "tf" | "weights">, { slopes }: Activation, x: Tensor4D): Tensor {
  const [, h, w, c] = x.shape;
  const shape: [number, number, number, number] =
    slopes!.length === 1 ? [1, 1, 1, 1] : slopes!.length === c ? [1, 1, 1, c] : [1, h, w, c];
  const form = (): { tensors: [Tensor] } => ({ tensors: [tf.tensor4d(slopes!, shape)] });
  return weights.get(slopes!, "slopes", form).tensors[0];
}
