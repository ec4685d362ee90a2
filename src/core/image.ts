/** Images are plain floats in 0…1, row by row: `data[(y * width + x) * channels + c]`. */

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

/**
 * Checks that an argument is a picture whose sizes agree with its values.
 *
 * @throws LensError `bad-argument`.
 */
export function checkImage(image: unknown): asserts image is Image {
  const { height, width, channels, data } = (image ?? {}) as Partial<Image>;
  const isWhole = [height, width, channels].every((n) => Number.isInteger(n) && n! > 0);
  if (isWhole && data instanceof Float32Array && data.length === height! * width! * channels!) return;
  throw new LensError(
    "bad-argument",
    `an image is { height, width, channels, data } with as many float32 values, as createImage and readImage give; got ${shown(image)}`,
  );
}

/**
 * Checks a picture's sizes and wraps its values.
 *
 * @throws LensError `bad-argument` when the sizes and the number of values disagree.
 * @public
 */
export function createImage(height: number, width: number, channels: number, data?: Float32Array): Image {
  if (![height, width, channels].every((n) => Number.isInteger(n) && n > 0)) {
    throw new LensError(
      "bad-argument",
      `an image needs whole sizes above 0; got ${[height, width, channels].map(shown).join("×")}`,
    );
  }
  const count = height * width * channels;
  if (data !== undefined && !(data instanceof Float32Array))
    throw new LensError("bad-argument", `the values of an image are a Float32Array; got ${shown(data)}`);
  if (data && data.length !== count) {
    throw new LensError(
      "bad-argument",
      `an image of ${height}×${width}×${channels} has ${count} values; got ${data.length}`,
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
