/** Transforms that move pictures by whole pixels: a border, a random window, a mirror image. */
import { LensError } from "../../core/errors.js";
import { finite, wholeNumber } from "../../core/numbers.js";
import type { Pictures } from "../param/param.js";
import type { DrawnTransform, Transform } from "./transform.js";

/**
 * Adds a border of a constant.
 *
 * @throws LensError `bad-argument`, unless `size` is a whole number from 0 and `value` a number.
 * @public
 */
export function pad(size: number, value = 0.5): Transform {
  wholeNumber("the width of a pad", size, 0);
  finite("the value of a pad", value);
  return {
    name: `pad(${size}, ${value})`,
    apply: (pictures) => shift(pictures, pictures.height + 2 * size, pictures.width + 2 * size, -size, -size, value),
  };
}

/**
 * Crops `size` pixels off both axes, at a random place (one draw for the whole stack).
 *
 * @throws LensError `bad-argument`, unless `size` is a whole number from 0; `bad-size`, while climbing, for pictures no larger.
 * @public
 */
export function jitter(size: number): Transform {
  wholeNumber("the size of a jitter", size, 0);
  return {
    name: `jitter(${size})`,
    apply: (pictures, random) => {
      const { height, width } = pictures;
      if (height <= size || width <= size) {
        throw new LensError(
          "bad-size",
          `jitter(${size}) needs pictures larger than ${size} px; got ${height}×${width}`,
        );
      }
      return shift(pictures, height - size, width - size, random.int(size + 1), random.int(size + 1), 0);
    },
  };
}

/**
 * Mirrors left and right, every other time.
 *
 * @public
 */
export function flip(): Transform {
  return {
    name: "flip()",
    apply: (pictures, random) => {
      if (random.uniform() < 0.5) return { output: pictures, adjoint: (gradient) => gradient };
      return {
        output: { ...pictures, data: mirrored(pictures.data, pictures) },
        adjoint: (gradient) => mirrored(gradient, pictures),
      };
    },
  };
}

/** Every row from right to left; its own adjoint. */
function mirrored(data: Float64Array, { width, channels }: Pictures): Float64Array {
  const out = new Float64Array(data.length);
  const row = width * channels;
  for (let at = 0; at < data.length; at += channels) {
    const x = at % row;
    out.set(data.subarray(at, at + channels), at - x + row - channels - x);
  }
  return out;
}

/** A window of `height × width` starting at (`top`, `left`) of the pictures; outside is `fill`. */
function shift(
  pictures: Pictures,
  height: number,
  width: number,
  top: number,
  left: number,
  fill: number,
): DrawnTransform {
  const { count, channels } = pictures;
  const data = new Float64Array(count * height * width * channels).fill(fill);
  const eachRow = (visit: (inside: number, outside: number, length: number) => void): void => {
    const firstColumn = Math.max(0, left);
    const lastColumn = Math.min(pictures.width, left + width);
    for (let n = 0; n < count; n++) {
      for (let y = Math.max(0, top); y < Math.min(pictures.height, top + height); y++) {
        const inside = ((n * pictures.height + y) * pictures.width + firstColumn) * channels;
        const outside = ((n * height + y - top) * width + firstColumn - left) * channels;
        visit(inside, outside, (lastColumn - firstColumn) * channels);
      }
    }
  };
  eachRow((inside, outside, length) => data.set(pictures.data.subarray(inside, inside + length), outside));
  return {
    output: { count, height, width, channels, data },
    adjoint(gradient) {
      const back = new Float64Array(pictures.data.length);
      eachRow((inside, outside, length) => back.set(gradient.subarray(outside, outside + length), inside));
      return back;
    },
  };
}
