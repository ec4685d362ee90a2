/** Transforms that resample: scaling, turning, and random crops. */

import { optional } from "valibot";
import { checkOptions, numberSchema, type OptionSchemas, optionsSchema, wholeSchema } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import { finite, shown, wholeNumber } from "../../core/numbers.js";
import { pairOf } from "../../core/schemas.js";
import { type WarpTaps, warp, warpAdjoint, warpTaps } from "../../math/warp.js";
import { nameOf } from "../name.js";
import type { Pictures } from "../param/param.js";
import type { DrawnTransform, Transform } from "./transform.js";

/**
 * Enlarges or shrinks by one of the factors, bilinear; sizes are rounded down.
 *
 * @throws LensError `bad-argument`, unless there are factors, all above 0.
 * @public
 */
export function scale(factors: readonly number[]): Transform {
  listed("the factors of scale", factors);
  for (const factor of factors) finite("a factor of scale", factor, { above: 0 });
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
 * @throws LensError `bad-argument`, unless there are angles, all numbers.
 * @public
 */
export function rotate(angles: readonly number[]): Transform {
  listed("the angles of rotate", angles);
  for (const angle of angles) finite("an angle of rotate", angle);
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
 * Options of `crops`.
 *
 * @public
 */
export interface CropsOptions {
  /**
   * Crops of each picture. Each counts as a picture of its own in the objective, which is their mean.
   *
   * @defaultValue 1
   */
  readonly count?: number | undefined;
  /** Height and width of a crop after resizing, in pixels; that of the picture when absent. */
  readonly size?: number | undefined;
  /**
   * Side of the window as a share of the picture's: mean at the first step and at the last. The mean moves evenly.
   *
   * @defaultValue [0.5, 0.5]
   */
  readonly side?: readonly [first: number, last: number] | undefined;
  /**
   * Standard deviation of the side.
   *
   * @defaultValue 0.05
   */
  readonly sideStd?: number | undefined;
  /**
   * Standard deviation of the window's centre about the picture's, as a share of its side.
   *
   * @defaultValue 0.15
   */
  readonly centreStd?: number | undefined;
}

const cropDefaults = { sideStd: 0.05, centreStd: 0.15 };

const cropsOptions = optionsSchema<OptionSchemas<CropsOptions>>({
  count: optional(wholeSchema(1)),
  size: optional(wholeSchema(1)),
  side: optional(pairOf(numberSchema({ above: 0, to: 1 }))),
  sideStd: optional(numberSchema({ from: 0 })),
  centreStd: optional(numberSchema({ from: 0 })),
});

/**
 * Random windows of each picture, resized with straight lines; windows stay inside the picture. A window is at least a
 * twentieth of the picture.
 *
 * @throws LensError `bad-argument`, unless count and size are whole numbers from 1, sides above 0 up to 1, deviations from 0.
 * @public
 */
export function crops(options: CropsOptions = {}): Transform {
  checkOptions(cropsOptions, options);
  const {
    count = 1,
    size,
    side = [0.5, 0.5],
    sideStd = cropDefaults.sideStd,
    centreStd = cropDefaults.centreStd,
  } = options;
  wholeNumber("the count of crops", count, 1);
  if (size !== undefined) wholeNumber("the size of crops", size, 1);
  if (!Array.isArray(side) || side.length !== 2)
    throw new LensError("bad-argument", `the side of crops is a pair, at first and at last; got ${shown(side)}`);
  for (const share of side) finite("the side of crops", share, { above: 0, to: 1 });
  finite("the sideStd of crops", sideStd, { from: 0 });
  finite("the centreStd of crops", centreStd, { from: 0 });
  return {
    name: nameOf("crops", [count, side.join("…")], { size, sideStd, centreStd }, cropDefaults),
    apply: (pictures, random, progress = 0) => {
      const [height, width] = [size ?? pictures.height, size ?? pictures.width];
      const mean = side[0] + (side[1] - side[0]) * progress;
      const taps = Array.from({ length: count }, () => {
        const share = Math.min(1, Math.max(0.05, mean + sideStd * random.normal()));
        const along = (n: number): readonly [number, number] => {
          const length = share * n;
          const first = (0.5 + centreStd * random.normal()) * n - length / 2;
          return [Math.min(Math.max(first, 0), n - length), length];
        };
        const [[top, rows], [left, columns]] = [along(pictures.height), along(pictures.width)];
        return warpTaps(pictures, { height, width }, (y, x) => [
          within(top + ((y + 0.5) * rows) / height - 0.5, pictures.height),
          within(left + ((x + 0.5) * columns) / width - 0.5, pictures.width),
        ]);
      });
      return cropsOf(pictures, taps, { height, width });
    },
  };
}

/** @throws LensError `bad-argument`, unless there is a list with something in it. */
function listed(name: string, list: readonly number[]): void {
  if (Array.isArray(list) && list.length > 0) return;
  throw new LensError("bad-argument", `${name} are a list of numbers; got ${shown(list)}`);
}

/** A place no further out than the outermost pixels. */
const within = (at: number, n: number): number => Math.min(Math.max(at, 0), n - 1);

/** Several warps of each picture, one after the other: crops of picture 0 first. */
function cropsOf(
  pictures: Pictures,
  taps: readonly WarpTaps[],
  { height, width }: { readonly height: number; readonly width: number },
): DrawnTransform {
  const { count, channels } = pictures;
  const inside = pictures.height * pictures.width * channels;
  const outside = height * width * channels;
  const one = { ...pictures, count: 1 };
  const data = new Float64Array(count * taps.length * outside);
  for (let n = 0; n < count; n++) {
    const picture = pictures.data.subarray(n * inside, (n + 1) * inside);
    taps.forEach((each, k) => data.set(warp(each, picture, one, height * width), (n * taps.length + k) * outside));
  }
  return {
    output: { count: count * taps.length, height, width, channels, data },
    adjoint(gradient) {
      const back = new Float64Array(count * inside);
      for (let at = 0; at < count * taps.length; at++) {
        const part = warpAdjoint(
          taps[at % taps.length]!,
          gradient.subarray(at * outside, (at + 1) * outside),
          one,
          height * width,
        );
        const offset = Math.floor(at / taps.length) * inside;
        for (let i = 0; i < inside; i++) back[offset + i]! += part[i]!;
      }
      return back;
    },
  };
}

function resample(
  pictures: Pictures,
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
