/** Arguments of right calls, with what else would be right in their place. */

/** Whether a value is right too; `"untried"` where it is, and would write into the folder of the tests. */
export type Also = (value: unknown) => boolean | "untried";

/** A right argument and what else is right in its place. */
export class Right {
  readonly value: unknown;
  readonly also: readonly Also[];
  constructor(value: unknown, also: readonly Also[]) {
    this.value = value;
    this.also = also;
  }
}

/** An argument that other values may stand in for, each for a reason that has a name. */
export const may = (value: unknown, ...also: readonly Also[]): Right => new Right(value, also);

/** Any text is a right title, name or path that is not there. */
export const isText: Also = (value) => typeof value === "string";
/** Any text is a right name of a file; the test writes no such files. */
export const isFileName: Also = (value) => (typeof value === "string" ? "untried" : false);
/** A function of any kind is a right listener. */
export const isFunction: Also = (value) => typeof value === "function";
/** A list without items is a list. */
export const isEmptyList: Also = (value) => Array.isArray(value) && value.length === 0;
/** An object without fields leaves out what may be left out. */
export const isEmptyObject: Also = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
/** Numbers in a list stand for an image too, as JSON holds one. */
export const isListed: Also = (value) => Array.isArray((value as { data?: unknown } | null)?.data);
/** `null` has a meaning of its own. */
export const isNull: Also = (value) => value === null;
/** The argument may be left out. */
export const isAbsent: Also = (value) => value === undefined;

/** A number in a range. */
export const isNumber =
  (from = -1e150, to = 1e150): Also =>
  (value) =>
    typeof value === "number" && value >= from && value <= to;
/** A whole number in a range. */
export const isWhole =
  (from: number, to: number = Number.MAX_SAFE_INTEGER): Also =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to;
/** One of a few values. */
export const isOneOf =
  (...values: readonly unknown[]): Also =>
  (value) =>
    values.includes(value);

export const text = (value: string): Right => may(value, isText);
export const number = (value: number, from?: number, to?: number): Right => may(value, isNumber(from, to));
export const whole = (value: number, from: number, to?: number): Right => may(value, isWhole(from, to));
export const list = (value: readonly unknown[]): Right => may(value, isEmptyList);
export const absent = (given: unknown): Right => {
  const { value, also } = given instanceof Right ? given : may(given);
  return may(value, ...also, isAbsent);
};

/** Options: an object of right values by name; each may be left out unless it is one of `required`. */
export class Options {
  readonly of: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
  constructor(of: Readonly<Record<string, unknown>>, required: readonly string[]) {
    this.of = of;
    this.required = required;
  }
}
export const options = (of: Readonly<Record<string, unknown>>, ...required: readonly string[]): Options =>
  new Options(of, required);

/** The value that a call gets. */
export function valueOf(given: unknown): unknown {
  if (given instanceof Right) return valueOf(given.value);
  if (given instanceof Options) return valueOf(given.of);
  if (Array.isArray(given)) return given.map(valueOf);
  if (typeof given !== "object" || given === null || Object.getPrototypeOf(given) !== Object.prototype) return given;
  return Object.isFrozen(given)
    ? given
    : Object.fromEntries(Object.entries(given).map(([name, one]) => [name, valueOf(one)]));
}
