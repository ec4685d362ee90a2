/** Shapes are written without the batch: `[height, width, channels]` for feature maps, `[features]` for vectors. */
import { nullable } from "valibot";
import { checkArgument, listOf, wholeSchema } from "./check.js";

/**
 * The shape of one example: `[height, width, channels]`, or `[features]` for a vector. `null` is a size that is free.
 *
 * @public
 */
export type Shape = readonly (number | null)[];

/**
 * `56×56×256`, with `?` for a free size.
 *
 * @public
 */
export function formatShape(shape: Shape): string {
  checkArgument("shape", sizesSchema, shape);
  return shape.map((n) => n ?? "?").join("×");
}

const sizesSchema = listOf(nullable(wholeSchema(0)), "a list of sizes");

/** The last axis: channels of a feature map, features of a vector. */
export function channelsOf(shape: Shape): number {
  return shape[shape.length - 1] ?? 0;
}

/** `[height, width, channels]` of a map, all known. */
export type MapShape = readonly [height: number, width: number, channels: number];
