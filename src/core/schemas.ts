/** Schemas of the values that saved results are made of. */
import {
  custom,
  looseObject,
  nullable,
  optional,
  pipe,
  record,
  strictObject,
  strictTuple,
  string,
  union,
} from "valibot";
import {
  flagSchema,
  isVector,
  listOf,
  numberSchema,
  oneOf,
  type Schema,
  textSchema,
  where,
  wholeSchema,
} from "./check.js";
import type { Image } from "./image.js";
import type { Kernel, Sign } from "./kernel.js";
import type { Unit, UnitLike } from "./unit.js";

/** Largest height, width or number of channels in a file. */
const largestSize = 2 ** 20;

/** A schema for each field of an interface. */
export type FieldSchemas<T> = { readonly [Name in keyof T]-?: Schema<T[Name]> };

/** An object with exactly these fields. */
export function objectOf<T extends object>(fields: FieldSchemas<T>, words: string): Schema<T> {
  return strictObject(fields, words) as unknown as Schema<T>;
}

/** A value, or null. */
export function orNull<T>(schema: Schema<T>): Schema<T | null> {
  return nullable(schema) as Schema<T | null>;
}

/** A value that may be absent. */
export function optionalOf<T>(schema: Schema<T>): Schema<T> {
  return optional(schema) as unknown as Schema<T>;
}

/** One of two kinds of values. */
export function eitherOf<A, B>(first: Schema<A>, second: Schema<B>): Schema<A | B> {
  return union([first, second]) as Schema<A | B>;
}

/** Two values, such as a row and a column. */
export function pairOf<T>(item: Schema<T>): Schema<readonly [T, T]> {
  return strictTuple([item, item], "two values") as Schema<readonly [T, T]>;
}

/** Largest number in a file: squares of float32 stay below it, and its own square is still a finite double. */
const largestNumber = 1e150;

/** A number. */
export const anyNumber: Schema<number> = numberSchema({ from: -largestNumber, to: largestNumber });

/** A share of a whole. */
export const shareSchema: Schema<number> = numberSchema({ from: 0, to: 1 });

/** A share as sums of rounded numbers give it. */
export const roundedShareSchema: Schema<number> = numberSchema({ from: 0, to: 1 + 1e-6 });

/** A number of things. */
export const countSchema: Schema<number> = wholeSchema(0);

/** A size of a map, kernel or picture. */
export const sizeSchema: Schema<number> = wholeSchema(1, largestSize);

/** A height or width in pixels of what is drawn or shown to a network, as an option. */
export const sideSchema: Schema<number> = wholeSchema(1, 8192);

/** How often something is done, as an option: beyond, it would not end. */
export const timesSchema: Schema<number> = wholeSchema(1, 1_000_000);

/** A list of numbers. */
export const numbersSchema: Schema<number[]> = listOf(anyNumber, "a list of numbers");

/** A list, or typed array, of numbers. */
export const vectorSchema: Schema<ArrayLike<number>> = custom<ArrayLike<number>>(
  (value) => isVector(value),
  "a list of numbers",
);

/** A list of texts. */
export const textsSchema: Schema<string[]> = listOf(textSchema, "a list of texts");

/** An array of float32 numbers, all finite. */
export const float32Schema: Schema<Float32Array> = custom<Float32Array>(
  (value) => value instanceof Float32Array && value.every(Number.isFinite),
  "a Float32Array of finite numbers",
);

/** The bytes of a file. */
export const bytesSchema: Schema<Uint8Array> = custom<Uint8Array>(
  (value) => value instanceof Uint8Array,
  "a Uint8Array, the bytes of a file",
);

/** A unit. */
export const unitSchema: Schema<Unit> = objectOf<Unit>({ layer: textSchema, channel: countSchema }, "a unit");

/** A unit by name or as an object, as an option. */
export const unitLikeSchema: Schema<UnitLike | string> = union(
  [textSchema, unitSchema],
  'a unit, such as "conv:3"',
) as Schema<UnitLike | string>;

/** The sign of a kernel. */
export const signSchema: Schema<Sign> = oneOf("excitatory", "inhibitory");

/** A kernel; an expanded kernel says more of itself. */
export const kernelSchema: Schema<Kernel> = where(
  looseObject(
    { from: unitSchema, to: unitSchema, height: sizeSchema, width: sizeSchema, data: float32Schema },
    "a kernel",
  ) as unknown as Schema<Kernel>,
  ({ height, width, data }) => data.length === height * width,
  "a kernel of height × width numbers",
);

/** A picture. */
export const imageSchema: Schema<Image> = where(
  objectOf<Image>(
    {
      height: sizeSchema,
      width: sizeSchema,
      channels: sizeSchema,
      data: float32Schema,
      alpha: optionalOf<boolean | undefined>(flagSchema),
    },
    "a picture",
  ),
  ({ height, width, channels, data }) => data.length === height * width * channels,
  "a picture of height × width × channels numbers",
);

/** Values by name, in a plain object. */
/* @__NO_SIDE_EFFECTS__ */
export function namedOf<T>(item: Schema<T>, words: string): Schema<Readonly<Record<string, T>>> {
  return pipe(
    custom<Record<string, unknown>>((value) => Object.prototype.toString.call(value) === "[object Object]", words),
    record(string(), item, words),
  ) as Schema<Readonly<Record<string, T>>>;
}

/** Pictures of units, by `"layer:channel"`. */
export const iconsSchema: Schema<Readonly<Record<string, Image>>> = namedOf(
  imageSchema,
  "an object of pictures by unit",
);

/** Kernels. */
export const kernelListSchema: Schema<Kernel[]> = listOf(kernelSchema, "a list of kernels");
