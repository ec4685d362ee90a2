/**
 * What an objective compares activations with: the activations of an image, which goes the way of the pictures (the same drawn
 * transforms, then the network), or given ones, which fit only maps of their own size.
 */
import { LensError } from "../../core/errors.js";
import { createImage, type Image } from "../../core/image.js";
import type { Volume } from "../../engine/engine.js";
import type { MapSize } from "./objective.js";

/**
 * A layer's answer to an image, `[height, width, channels]`.
 *
 * @public
 */
export interface Activations extends MapSize {
  /** Number of maps: 1. */
  readonly count: number;
  /** The values, the channel fastest. */
  readonly data: ArrayLike<number>;
}

/** What was given: the image or the values, and either as JSON holds them. */
export interface Compared {
  readonly reference: Image | undefined;
  readonly values: Float32Array | undefined;
  readonly size: MapSize | undefined;
  readonly stored: unknown;
}

/** Tells an image, which has no count, from activations and from bare values. */
export function referenceFrom(given: Image | Activations | ArrayLike<number>): Compared {
  if (typeof given !== "object" || given === null || !("height" in given)) {
    const list = Array.from(given ?? []);
    return { reference: undefined, values: numbers(list), size: undefined, stored: list };
  }
  const { height, width, channels, data } = given;
  const list = Array.from(data);
  const image = createImage(height, width, channels, numbers(list));
  const stored = { height, width, channels, data: list };
  if (!("count" in given)) return { reference: image, values: undefined, size: undefined, stored };
  return {
    reference: undefined,
    values: image.data,
    size: { height, width, channels },
    stored: { count: 1, ...stored },
  };
}

/** The map that picture `n`'s is compared with. */
export function mapOf(
  layer: string,
  { height, width, channels }: MapSize,
  {
    image,
    n,
    values,
    size,
  }: { image: Volume | undefined; n: number; values: Float32Array | undefined; size?: MapSize | undefined },
): Float32Array {
  const length = height * width * channels;
  // One map for each crop of a picture, the same for every picture.
  if (image) return image.data.subarray((n % image.count) * length, ((n % image.count) + 1) * length);
  const fits = size
    ? size.height === height && size.width === width && size.channels === channels
    : values?.length === length;
  if (values && fits) return values;
  const got = size ? `${size.height}×${size.width}×${size.channels}` : `${values?.length ?? 0} numbers`;
  throw new LensError(
    "bad-argument",
    `the activations given for "${layer}" are ${got}, its map here is ${height}×${width}×${channels}; give the image they are of instead, or a size and transforms that keep the map's`,
  );
}

function numbers(list: readonly number[]): Float32Array {
  const bad = list.find((value) => typeof value !== "number" || !Number.isFinite(value));
  if (list.length > 0 && bad === undefined) return Float32Array.from(list);
  throw new LensError(
    "bad-argument",
    `what a picture is compared with is a list of numbers; got ${list.length === 0 ? "none" : String(bad)}`,
  );
}
