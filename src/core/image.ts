/** Images are plain floats in 0…1, row by row: `data[(y * width + x) * channels + c]`. */

import { LensError } from "./errors.js";
import { shown } from "./numbers.js";

/**
 * A picture: `[height, width, channels]` floats in 0…1, RGB or grey, optionally with alpha.
 *
 * @public
 */
export interface Image {
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** 1 grey, 3 RGB, 4 RGBA; networks with other inputs have their own count. */
  readonly channels: number;
  /** `height × width × channels` values in 0…1, row by row. */
  readonly data: Float32Array;
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
