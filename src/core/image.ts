/** Images are plain floats in 0…1, row by row: `data[(y * width + x) * channels + c]`. */

import { checkArgument, wholeSchema } from "./check.js";
import { LensError } from "./errors.js";
import { shown } from "./numbers.js";

/**
 * A picture: `[height, width, channels]` floats in 0…1. One channel is grey, three are RGB; networks of other inputs have
 * pictures of as many bands as they read.
 *
 * @public
 */
export interface Image {
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Bands, and the opacity where there is one. */
  readonly channels: number;
  /** `height × width × channels` values in 0…1, row by row. */
  readonly data: Float32Array;
  /**
   * Whether the last channel is an opacity and not a band.
   *
   * @defaultValue true for four channels, RGBA; false for any other number
   */
  readonly alpha?: boolean | undefined;
}

/** Whether the last channel of a picture is an opacity. */
export function hasAlpha({ channels, alpha = channels === 4 }: Pick<Image, "channels" | "alpha">): boolean {
  return alpha;
}

/** Number of bands of a picture: its channels without the opacity. */
export function bandsOf(image: Pick<Image, "channels" | "alpha">): number {
  return image.channels - Number(hasAlpha(image));
}

/** Size from which a value is no brightness in 0…1 any more; those a little outside are left by resampling, or tried on purpose. */
const tooLarge = 16;

/**
 * Checks that an argument is a picture: its sizes agree with its values, which are finite and not in 0…255.
 *
 * @param name - What the argument is called.
 * @throws LensError `bad-argument`.
 */
export function checkImage(image: unknown, name = "image"): asserts image is Image {
  const { height, width, channels, data } = (image ?? {}) as Partial<Image>;
  const isWhole = [height, width, channels].every((n) => Number.isInteger(n) && n! > 0);
  if (!isWhole || !(data instanceof Float32Array) || data.length !== height! * width! * channels!)
    throw new LensError(
      "bad-argument",
      `${name} is a picture { height, width, channels, data } with as many float32 values, as createImage and readImage give; got ${shown(image)}`,
    );
  const wrong = data.findIndex((value) => !(Math.abs(value) < tooLarge));
  if (wrong < 0) return;
  const remedy = data.every((value) => value >= 0 && value <= 255) ? "; divide them by 255" : "";
  throw new LensError("bad-argument", `the values of ${name} lie in 0…1; got ${data[wrong]} at ${wrong}${remedy}`);
}

/** Most values of a picture: 8 GB of float32. */
const mostValues = 2 ** 31;
const sizeSchema = wholeSchema(1, 2 ** 24);

/**
 * Checks a picture's sizes and wraps its values.
 *
 * @throws LensError `bad-argument` when the sizes and the number of values disagree.
 * @public
 */
export function createImage(height: number, width: number, channels: number, data?: Float32Array): Image {
  checkArgument("height", sizeSchema, height);
  checkArgument("width", sizeSchema, width);
  checkArgument("channels", sizeSchema, channels);
  const count = height * width * channels;
  if (count > mostValues)
    throw new LensError(
      "bad-size",
      `an image of height ${height}, width ${width} and ${channels} channels has more than 2³¹ values; give smaller sizes`,
    );
  if (data !== undefined && !(data instanceof Float32Array))
    throw new LensError("bad-argument", `data is a Float32Array; got ${shown(data)}`);
  if (data && data.length !== count) {
    throw new LensError(
      "bad-argument",
      `data has height × width × channels = ${height}×${width}×${channels} = ${count} values; got ${data.length}`,
    );
  }
  return { height, width, channels, data: data ?? new Float32Array(count) };
}

/** A picture of some bands, and of an opacity behind them where `alpha` is set. */
export function createBands(
  { height, width, bands, alpha = false }: { height: number; width: number; bands: number; alpha?: boolean },
  data?: Float32Array,
): Image {
  const image = createImage(height, width, bands + Number(alpha), data);
  return hasAlpha(image) === alpha ? image : { ...image, alpha };
}
