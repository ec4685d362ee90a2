/**
 * Transformation robustness: the picture is moved, scaled and turned a little before each step, so that only what survives
 * is drawn. Each transform draws its chance once per step and is then a linear map (plus a constant) with its exact
 * adjoint.
 */
import { LensError } from "../core/errors.js";
import type { Random } from "../core/random.js";
import type { Volume } from "../engine/engine.js";
import { type WarpTaps, warp, warpAdjoint, warpTaps } from "../math/warp.js";

/**
 * One drawn transform.
 *
 * @public
 */
export interface DrawnTransform {
  /** The transformed pictures. */
  readonly output: Volume;
  /** Gradient of the pictures from the gradient of the output. */
  adjoint(gradient: Float32Array): Float32Array;
}

/**
 * Draws and applies a transform.
 *
 * @public
 */
export interface Transform {
  /** Name and numbers, for the record: `jitter(8)`. */
  readonly name: string;
  /** Applies it to a stack of pictures, with chance from `random`. */
  readonly apply: (pictures: Volume, random: Random) => DrawnTransform;
}

/**
 * Adds a border of a constant.
 *
 * @public
 */
export function pad(size: number, value = 0.5): Transform {
  wholeNumber("pad", size);
  return {
    name: `pad(${size}, ${value})`,
    apply: (pictures) => shift(pictures, pictures.height + 2 * size, pictures.width + 2 * size, -size, -size, value),
  };
}

/**
 * Crops `size` pixels off both axes, at a random place (one draw for the whole stack).
 *
 * @public
 */
export function jitter(size: number): Transform {
  wholeNumber("jitter", size);
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
 * Enlarges or shrinks by one of the factors, bilinear; sizes are rounded down.
 *
 * @public
 */
export function scale(factors: readonly number[]): Transform {
  if (factors.length === 0 || factors.some((f) => !(f > 0))) {
    throw new LensError("bad-argument", `scale needs factors above 0; got [${factors.join(", ")}]`);
  }
  return {
    name: `scale(${factors.join(", ")})`,
    apply: (pictures, random) => {
      const factor = random.pick(factors);
      const height = Math.max(1, Math.floor(pictures.height * factor));
      const width = Math.max(1, Math.floor(pictures.width * factor));
      const ry = pictures.height / height;
      const rx = pictures.width / width;
      const last = (n: number, at: number): number => Math.min(at, n - 1);
      return resample(pictures, height, width, (y, x) => [last(pictures.height, y * ry), last(pictures.width, x * rx)]);
    },
  };
}

/**
 * Turns about the centre by one of the angles, in degrees clockwise; corners that come from outside are 0.
 *
 * @public
 */
export function rotate(angles: readonly number[]): Transform {
  if (angles.length === 0 || angles.some((a) => !Number.isFinite(a))) {
    throw new LensError("bad-argument", `rotate needs angles in degrees; got [${angles.join(", ")}]`);
  }
  return {
    name: `rotate(${angles.join(", ")})`,
    apply: (pictures, random) => {
      const angle = (random.pick(angles) * Math.PI) / 180;
      const { height, width } = pictures;
      const cy = (height - 1) / 2;
      const cx = (width - 1) / 2;
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      return resample(pictures, height, width, (y, x) => [
        cy + (y - cy) * cos - (x - cx) * sin,
        cx + (y - cy) * sin + (x - cx) * cos,
      ]);
    },
  };
}

/**
 * Several transforms, one after the other.
 *
 * @public
 */
export function compose(transforms: readonly Transform[]): Transform {
  return {
    name: transforms.map((t) => t.name).join(" → ") || "none",
    apply: (pictures, random) => {
      const drawn: DrawnTransform[] = [];
      for (const t of transforms) drawn.push(t.apply(drawn.at(-1)?.output ?? pictures, random));
      return {
        output: drawn.at(-1)?.output ?? pictures,
        adjoint: (gradient) => drawn.reduceRight((g, t) => t.adjoint(g), gradient),
      };
    },
  };
}

/** A window of `height × width` starting at (`top`, `left`) of the pictures; outside is `fill`. */
function shift(
  pictures: Volume,
  height: number,
  width: number,
  top: number,
  left: number,
  fill: number,
): DrawnTransform {
  const { count, channels } = pictures;
  const data = new Float32Array(count * height * width * channels).fill(fill);
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
      const back = new Float32Array(pictures.data.length);
      eachRow((inside, outside, length) => back.set(gradient.subarray(outside, outside + length), inside));
      return back;
    },
  };
}

function resample(
  pictures: Volume,
  height: number,
  width: number,
  where: Parameters<typeof warpTaps>[2],
): DrawnTransform {
  const taps: WarpTaps = warpTaps(pictures, { height, width }, where);
  const data = warp(taps, pictures.data, pictures, height * width);
  return {
    output: { count: pictures.count, height, width, channels: pictures.channels, data },
    adjoint: (gradient) => warpAdjoint(taps, gradient, pictures, height * width),
  };
}

function wholeNumber(name: string, size: number): void {
  if (!Number.isInteger(size) || size < 0)
    throw new LensError("bad-argument", `${name} needs a whole number of pixels from 0; got ${size}`);
}
