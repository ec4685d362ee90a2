/** Transforms of values: a blur, and noise. */
import { finite } from "../../core/numbers.js";
import type { Pictures } from "../param/param.js";
import type { Transform } from "./transform.js";

/**
 * Blurs by a Gaussian whose standard deviation is drawn evenly between two numbers of pixels. The border is repeated.
 *
 * @throws LensError `bad-argument`, unless `from` is above 0 and `to` no smaller.
 * @public
 */
export function blur(from: number, to: number = from): Transform {
  finite("the smallest blur", from, { above: 0 });
  finite("the largest blur", to, { from });
  return {
    name: `blur(${from}…${to})`,
    apply: (pictures, random) => {
      const kernel = gaussian(from + (to - from) * random.uniform());
      return {
        output: { ...pictures, data: smooth(pictures.data, pictures, kernel, false) },
        adjoint: (gradient) => smooth(gradient, pictures, kernel, true),
      };
    },
  };
}

/**
 * Adds noise: normal with a standard deviation, the same for all pictures of a batch. Its adjoint changes nothing.
 *
 * @throws LensError `bad-argument`, unless the deviation is a number from 0.
 * @public
 */
export function noise(std: number): Transform {
  finite("the standard deviation of noise", std, { from: 0 });
  return {
    name: `noise(${std})`,
    apply: (pictures, random) => {
      const each = pictures.data.length / pictures.count;
      const drawn = Float64Array.from({ length: each }, () => std * random.normal());
      return {
        output: { ...pictures, data: pictures.data.map((value, i) => value + drawn[i % each]!) },
        adjoint: (gradient) => gradient,
      };
    },
  };
}

/** Weights that sum to one, out to three standard deviations. */
function gaussian(std: number): Float64Array {
  const radius = Math.ceil(3 * std);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * std * std)),
  );
  const sum = weights.reduce((total, w) => total + w, 0);
  return weights.map((w) => w / sum);
}

/** Rows, then columns; the adjoint in the other order, handing out what the blur took in. */
function smooth(
  data: Float64Array,
  { height, width, channels }: Pictures,
  kernel: Float64Array,
  adjoint: boolean,
): Float64Array {
  const rows = { length: height, step: width * channels };
  const columns = { length: width, step: channels };
  const axes = adjoint ? [columns, rows] : [rows, columns];
  return axes.reduce((values, axis) => along(values, axis, kernel, adjoint), data);
}

function along(
  data: Float64Array,
  { length, step }: { readonly length: number; readonly step: number },
  kernel: Float64Array,
  adjoint: boolean,
): Float64Array {
  const radius = (kernel.length - 1) / 2;
  const out = new Float64Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const i = Math.floor(at / step) % length;
    for (let k = -radius; k <= radius; k++) {
      const other = at + (Math.min(Math.max(i + k, 0), length - 1) - i) * step;
      if (adjoint) out[other]! += kernel[k + radius]! * data[at]!;
      else out[at]! += kernel[k + radius]! * data[other]!;
    }
  }
  return out;
}
