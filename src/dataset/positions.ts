/** Which positions of a unit's map are meant: one, a box, or a mask; and the weight that each of them has. */
import { looseObject, strictTuple, union } from "valibot";
import { type Schema, where, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { float32Schema, objectOf, sizeSchema } from "../core/schemas.js";
import type { Region } from "./example.js";

/**
 * A weight for every position of a map: 1 where it counts and 0 elsewhere, or any other numbers. A grey image is one, and so
 * is an activation map.
 *
 * @public
 */
export interface Mask {
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** `height × width` weights, row by row. */
  readonly data: Float32Array;
}

/**
 * Positions of a unit's map: a row and a column, a rectangle, or a mask whose weights they are summed with. They count in the
 * map's own rows and columns, not in pixels of the image.
 *
 * @public
 */
export type Positions = readonly [row: number, column: number] | Region | Mask;

const box: Schema<Region> = objectOf<Region>(
  { top: wholeSchema(0), left: wholeSchema(0), height: sizeSchema, width: sizeSchema },
  "a rectangle",
);
const mask = where(
  looseObject({ height: sizeSchema, width: sizeSchema, data: float32Schema }) as unknown as Schema<Mask>,
  ({ height, width, data }) =>
    data.length === height * width && data.every(Number.isFinite) && data.some((weight) => weight !== 0),
  "a mask with a number for each position, not all of them 0",
);

/** Positions, as an option. */
export const positionsSchema: Schema<Positions> = union(
  [strictTuple([wholeSchema(0), wholeSchema(0)]), box, mask],
  "a row and a column, a rectangle { top, left, height, width }, or a mask { height, width, data }",
) as Schema<Positions>;

/**
 * The weight of every position of a map.
 *
 * @throws LensError `bad-argument` when the positions are not those of a map of this size.
 */
export function weightsOf(at: Positions, { height, width }: { height: number; width: number }): Float32Array {
  const size = `the map, which is ${height}×${width}`;
  if ("data" in at) {
    if (at.height === height && at.width === width) return at.data;
    throw new LensError("bad-argument", `a mask has the size of ${size}; got ${at.height}×${at.width}`);
  }
  const { top, left, ...box } = "top" in at ? at : { top: at[0], left: at[1], height: 1, width: 1 };
  if (top + box.height > height || left + box.width > width) {
    const words =
      "top" in at ? `the rectangle ${box.height}×${box.width} at (${top}, ${left})` : `place (${top}, ${left})`;
    throw new LensError("bad-argument", `${words} is outside of ${size}`);
  }
  const weights = new Float32Array(height * width);
  for (let y = top; y < top + box.height; y++) weights.fill(1, y * width + left, y * width + left + box.width);
  return weights;
}

/** Positions in words, for titles: `at (3, 4)`. */
export function wordsOf(at: Positions): string {
  if ("data" in at) return `over a mask of ${at.data.filter((weight) => weight !== 0).length} positions`;
  return "top" in at ? `over ${at.height}×${at.width} positions at (${at.top}, ${at.left})` : `at (${at.join(", ")})`;
}

/** A mask without the other fields that an image or a map has; other positions as they are. */
export function plainPositions(at: Positions): Positions {
  return "data" in at ? { height: at.height, width: at.width, data: at.data } : at;
}
