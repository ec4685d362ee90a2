/** Numbers that people give: each is checked where it comes in, and one that is none is refused in a sentence. */
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

/** @throws LensError `bad-argument`, unless a value is a finite number within bounds; otherwise it is returned. */
export function finite(name: string, value: unknown, bounds: Bounds = {}): number {
  const { from, above, to, below } = bounds;
  const isInside =
    typeof value === "number" &&
    Number.isFinite(value) &&
    value >= (from ?? value) &&
    value <= (to ?? value) &&
    !(above !== undefined && value <= above) &&
    !(below !== undefined && value >= below);
  if (isInside) return value;
  throw new LensError("bad-argument", `${name} is a number${wordsOf(bounds)}; got ${shown(value)}`);
}

/** @throws LensError `bad-argument`, unless a value is a whole number and no smaller than the least; otherwise it is returned. */
export function wholeNumber(name: string, value: unknown, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw new LensError("bad-argument", `${name} is a whole number from ${least}; got ${shown(value)}`);
}

/** A value as a message quotes it: strings in quotes, long ones cut. */
export function shown(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "function") return "a function";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function wordsOf({ from, above, to, below }: Bounds): string {
  const least = from === undefined ? (above === undefined ? [] : [`above ${above}`]) : [`from ${from}`];
  const most = to === undefined ? (below === undefined ? [] : [`below ${below}`]) : [`to ${to}`];
  const words = [...least, ...most].join(to === undefined ? " and " : " ");
  return words && ` ${words}`;
}
