/**
 * How much of a file is believed. A file of a few bytes can announce gigabytes, millions of pictures or a list nested deeper than the
 * stack; each such number is compared with a limit before anything is made of it. A caller who knows better raises the limit.
 */
import { optional } from "valibot";
import {
  checkOptions,
  type OptionSchemas,
  type OptionsSchema,
  optionsSchema,
  type Schema,
  wholeSchema,
} from "./check.js";
import { LensError } from "./errors.js";

/**
 * What a file may hold at most. What is left out keeps its default.
 *
 * @public
 */
export interface Limits {
  /**
   * Pixels of a picture.
   *
   * @defaultValue 64 for each byte of its file, within 2^22 and 2^26 (67 million)
   */
  readonly pixels?: number | undefined;
  /**
   * Bytes that a packed file unpacks to.
   *
   * @defaultValue 100 for each byte of the file, at least 2^26 (67 million)
   */
  readonly bytes?: number | undefined;
  /**
   * Bytes of a description: JSON, or the header of a file.
   *
   * @defaultValue 2^26
   */
  readonly text?: number | undefined;
  /**
   * Lists and objects inside each other in JSON.
   *
   * @defaultValue 256
   */
  readonly depth?: number | undefined;
  /**
   * Pictures or arrays that a file holds.
   *
   * @defaultValue 2^20 (one million)
   */
  readonly count?: number | undefined;
}

/** Limits as an option. */
const limitsEntries: OptionSchemas<Limits> = {
  pixels: optional(wholeSchema(1)),
  bytes: optional(wholeSchema(1)),
  text: optional(wholeSchema(1)),
  depth: optional(wholeSchema(1)),
  count: optional(wholeSchema(1)),
};
const limitsOptions: OptionsSchema<OptionSchemas<Limits>> = optionsSchema(limitsEntries);

/** Limits as an option of a function. */
export const limitsSchema: Schema<Limits | undefined> = optional(limitsOptions) as Schema<Limits | undefined>;

/**
 * Checks limits that stand alone.
 *
 * @throws LensError `bad-argument`.
 */
export function checkLimits(limits: unknown): asserts limits is Limits | undefined {
  checkOptions(limitsOptions, limits);
}

/** The limits whose default is one number. */
export const usualLimits: Readonly<Record<"text" | "depth" | "count", number>> = {
  text: 2 ** 26,
  depth: 256,
  count: 2 ** 20,
};

/** Pixels that a picture of so many bytes may have. */
export function pixelLimit(fileBytes: number, { pixels }: Limits = {}): number {
  return pixels ?? Math.min(2 ** 26, Math.max(2 ** 22, 64 * fileBytes));
}

/** Bytes that a packed file of so many bytes may unpack to: numbers of trained weights hardly shrink. */
export function byteLimit(fileBytes: number, { bytes }: Limits = {}): number {
  return bytes ?? Math.max(2 ** 26, 100 * fileBytes);
}

/**
 * Checks that a number of a file is within its limit.
 *
 * @throws LensError `file`, naming the limit that would have to be raised.
 */
export function checkLimit(limit: keyof Limits, most: number, found: number, what: string): void {
  if (found <= most) return;
  throw new LensError(
    "file",
    `${what}; at most ${most} are believed: get the file again, or give { limits: { ${limit}: ${found} } }`,
  );
}

/**
 * The value of JSON text whose size and depth are within limits.
 *
 * @throws LensError `file` beyond a limit; SyntaxError for what is no JSON.
 */
export function parseWithin(
  text: string,
  { text: most = usualLimits.text, depth = usualLimits.depth }: Limits = {},
  revive?: (key: string, value: unknown) => unknown,
): unknown {
  checkLimit("text", most, text.length, `the text has ${text.length} characters`);
  checkDepth(text, depth);
  return JSON.parse(text, revive);
}

/** Counts brackets outside of strings, since readers of nested values recurse. */
function checkDepth(text: string, most: number): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at + 1);
    } else if (code === openList || code === openObject) {
      depth++;
      if (depth > most)
        checkLimit("depth", most, depth, `the text has ${most + 1} lists and objects inside each other`);
    } else if (code === closeList || code === closeObject) depth--;
  }
}

const [quote, openList, closeList, openObject, closeObject, backslash] = [...'"[]{}\\'].map((c) => c.charCodeAt(0));

/** Where a string ends: at the next quote before which stands an even number of backslashes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash && end - 1 - slashes >= start) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
