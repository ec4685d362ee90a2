/** Validates numbers; a refusal names the argument, its range and the value received. */
import { LensError } from "./errors.js";

/** Where a number may lie. */
export interface Bounds {
  /** Smallest allowed. */
  readonly from?: number;
  /** Smaller than all allowed. */
  readonly above?: number;
  /** Largest allowed. */
  readonly to?: number;
  /** Larger than all allowed. */
  readonly below?: number;
}

/** Whether a value is a finite number within bounds. */
export function isInside(value: unknown, { from, above, to, below }: Bounds): value is number {
  return (
    typeof value === "number" &&
    Number.isFinite(value) &&
    value >= (from ?? value) &&
    value <= (to ?? value) &&
    !(above !== undefined && value <= above) &&
    !(below !== undefined && value >= below)
  );
}

/** @throws LensError `bad-argument`, unless a value is a finite number within bounds; otherwise it is returned. */
export function finite(name: string, value: unknown, bounds: Bounds = {}): number {
  if (isInside(value, bounds)) return value;
  throw new LensError("bad-argument", `${name} is a number${wordsOf(bounds)}; got ${shown(value)}`);
}

/** @throws LensError `bad-argument`, unless a value is a whole number and no smaller than the least; otherwise it is returned. */
export function wholeNumber(name: string, value: unknown, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw new LensError("bad-argument", `${name} is a whole number from ${least}; got ${shown(value)}`);
}

/** A value as a message quotes it: strings in quotes, long ones cut, a promise with the hint that it was not awaited. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case "function":
      return "a function";
    case "string":
      return cut(JSON.stringify(value));
    case "bigint":
      return `${value}n`;
    case "object":
      return value === null ? "null" : cut(shownObject(value));
    default:
      return String(value);
  }
}

/** Whether a value is a promise, or like one. */
export function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

function shownObject(value: object): string {
  if (isThenable(value)) return "a promise, which is to be awaited first";
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(shownPart).join(",")}${value.length > 8 ? ",…" : ""}]`;
  const entries = Object.entries(value).slice(0, 8);
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${shownPart(part)}`).join(",")}}`;
}

/** Parts of objects are quoted one level deep, as a network or a picture holds millions of numbers. */
function shownPart(part: unknown): string {
  if (typeof part !== "object" || part === null) return shown(part);
  return Array.isArray(part) ? "[…]" : "{…}";
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** ` from 0 to 1`: bounds in words, with a space before them; nothing where there are none. */
export function wordsOf({ from, above, to, below }: Bounds): string {
  const least = from === undefined ? (above === undefined ? [] : [`above ${above}`]) : [`from ${from}`];
  const most = to === undefined ? (below === undefined ? [] : [`below ${below}`]) : [`to ${to}`];
  const words = [...least, ...most].join(to === undefined ? " and " : " ");
  return words && ` ${words}`;
}
