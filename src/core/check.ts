/**
 * Checks values that come from outside, such as the options of a function or the contents of a file, with valibot schemas.
 * A schema's message says what the value has to be ("a whole number from 1"), so that every refusal reads the same way:
 * `count is a whole number from 1; got "3"`.
 */
import {
  array,
  type BaseIssue,
  boolean,
  check,
  custom,
  type GenericSchema,
  type InferOutput,
  optional,
  picklist,
  pipe,
  type StrictObjectSchema,
  safeParse,
  strictObject,
  string,
} from "valibot";
import { LensError, type LensErrorCode } from "./errors.js";
import { editDistance, shortList } from "./names.js";
import { type Bounds, isInside, shown, wordsOf } from "./numbers.js";

/** A schema of values of one type, whatever it is given. */
export type Schema<T> = GenericSchema<unknown, T>;

/** A schema for each option of an interface: a new option without one does not compile. */
export type OptionSchemas<Options> = { readonly [Name in keyof Options]-?: Schema<Options[Name]> };

type Entries = Readonly<Record<string, GenericSchema>>;

/** The schema of an options object. */
export type OptionsSchema<E extends Entries> = StrictObjectSchema<E, string>;

/** The schema of an options object; names that are not in `entries` are refused. */
/* @__NO_SIDE_EFFECTS__ */
export function optionsSchema<const E extends Entries>(entries: E): OptionsSchema<E> {
  return strictObject(entries, "an object of options");
}

/** The same schemas, each for an option that may be left out. */
/* @__NO_SIDE_EFFECTS__ */
export function allOptional<T>(
  schemas: OptionSchemas<T>,
): OptionSchemas<{ readonly [K in keyof T]?: T[K] | undefined }> {
  const entries = Object.entries(schemas as Entries).map(([name, schema]) => [name, optional(schema)]);
  return Object.fromEntries(entries) as OptionSchemas<{ readonly [K in keyof T]?: T[K] | undefined }>;
}

/** A whole number from `from` to `to`. */
/* @__NO_SIDE_EFFECTS__ */
export function wholeSchema(from: number, to: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  const words = to === Number.MAX_SAFE_INTEGER ? `from ${from}` : `from ${from} to ${to}`;
  return custom<number>(
    (value) => Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to,
    `a whole number ${words}`,
  );
}

/** Any whole number, such as a seed. */
export const seedSchema: Schema<number> = custom<number>(Number.isSafeInteger, "a whole number");

/** A finite number within bounds. */
/* @__NO_SIDE_EFFECTS__ */
export function numberSchema(bounds: Bounds = {}): Schema<number> {
  return custom<number>((value) => isInside(value, bounds), `a number${wordsOf(bounds)}`);
}

/** One of a few words. */
/* @__NO_SIDE_EFFECTS__ */
export function oneOf<const Words extends readonly string[]>(...words: Words): Schema<Words[number]> {
  return picklist(words, wordList(words));
}

/** `true` or `false`. */
export const flagSchema: Schema<boolean> = boolean("true or false");

/** A text. */
export const textSchema: Schema<string> = string("a text");

/** A function. */
/* @__NO_SIDE_EFFECTS__ */
export function functionSchema<F>(words = "a function"): Schema<F> {
  return custom<F>((value) => typeof value === "function", words);
}

/** An object that has some methods, such as an engine, and is right besides; `words` say what it is and how it is made. */
/* @__NO_SIDE_EFFECTS__ */
export function objectWith<T>(
  methods: readonly (keyof T & string)[],
  words: string,
  isRight: (value: T) => boolean = () => true,
): Schema<T> {
  return custom<T>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      methods.every((name) => typeof (value as Record<string, unknown>)[name] === "function") &&
      isRight(value as T),
    words,
  );
}

/** A list of values that all fit one schema. */
/* @__NO_SIDE_EFFECTS__ */
export function listOf<T>(item: Schema<T>, words = "a list"): Schema<T[]> {
  return array(item, words) as Schema<T[]>;
}

/** A schema and what has to be true besides; `words` say both. */
/* @__NO_SIDE_EFFECTS__ */
export function where<T>(schema: Schema<T>, fits: (value: T) => boolean, words: string): Schema<T> {
  return pipe(schema, check(fits, words)) as Schema<T>;
}

/** `"a", "b" or "c"`. */
function wordList(words: readonly string[]): string {
  const quoted = words.map((word) => JSON.stringify(word));
  return quoted.length === 1 ? quoted[0]! : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/**
 * Checks the options of a function, before it begins.
 *
 * @throws LensError `bad-argument` for the first option that does not fit, and for an unknown one with the nearest name.
 */
export function checkOptions<E extends Entries>(
  schema: OptionsSchema<E>,
  given: unknown,
): InferOutput<OptionsSchema<E>> {
  if (given !== undefined && Object.prototype.toString.call(given) !== "[object Object]")
    throw new LensError("bad-argument", `options are an object; got ${shown(given)}`);
  return fitted(schema, given ?? {}, "bad-argument", "");
}

/** Whether a value is a list, or typed array, of finite numbers. */
export function isVector(given: unknown): given is ArrayLike<number> {
  // A copy shows the holes that every() passes over.
  if (Array.isArray(given)) return [...given].every(Number.isFinite);
  return ArrayBuffer.isView(given) && !(given instanceof DataView) && (given as Float32Array).every(Number.isFinite);
}

/**
 * Checks that an argument is a list, or typed array, of finite numbers.
 *
 * @throws LensError `bad-argument`.
 */
export function checkNumbers(name: string, given: unknown): void {
  if (isVector(given)) return;
  throw new LensError("bad-argument", `${name} is a list of numbers; got ${shown(given)}`);
}

/**
 * One argument that fits a schema.
 *
 * @throws LensError `bad-argument`, naming the argument.
 */
export function checkArgument<S extends GenericSchema>(name: string, schema: S, value: unknown): InferOutput<S> {
  return fitted(schema, value, "bad-argument", name);
}

/**
 * A value that fits a schema.
 *
 * @param name - What the value is called in the message; its parts are named by their path in it.
 * @throws LensError with the first part that does not fit.
 */
export function fitted<S extends GenericSchema>(
  schema: S,
  value: unknown,
  code: LensErrorCode,
  name: string,
): InferOutput<S> {
  const { success, output, issues } = safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  if (success) return output;
  throw new LensError(code, sentenceOn(issues[0], name, schema));
}

function sentenceOn(issue: BaseIssue<unknown>, name: string, schema: GenericSchema): string {
  const keys = (issue.path ?? []).map(({ key }) => key);
  const place = placeOf(name, keys);
  if (issue.type !== "strict_object" || keys.length === 0 || issue.path!.at(-1)!.origin !== "key")
    return `${place} is ${issue.message}; got ${shown(issue.input)}`;
  const entries = entriesAt(schema, keys.slice(0, -1));
  if (issue.expected !== "never") {
    const wanted = entries?.[String(keys.at(-1))];
    const words = wanted && "message" in wanted ? wanted.message : undefined;
    return `${place} is ${typeof words === "string" ? words : "required"}; got nothing`;
  }
  const key = String(keys.at(-1));
  const names = Object.keys(entries ?? {});
  const what = name === "" ? "option" : "field";
  const at = keys.length > 1 || name !== "" ? ` in ${placeOf(name, keys.slice(0, -1)) || "options"}` : "";
  return `unknown ${what} ${shown(key)}${at}; ${suggestion(key, names)}`;
}

/** The nearest name where one is near, else the list. */
function suggestion(key: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, distance: editDistance(key.slice(0, 60).toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  if (near && near.distance <= Math.max(2, near.name.length / 3)) return `did you mean "${near.name}"?`;
  return names.length > 0 ? `there are ${shortList(names)}` : "there are none";
}

/** `edges[3].kernel.width`. */
function placeOf(name: string, keys: readonly unknown[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === "number") return `${path}[${key}]`;
    const word = String(key).slice(0, 60);
    return path === "" ? word : `${path}.${word}`;
  }, name);
}

/** The entries of the object schema at a path, where the way there leads through objects only. */
function entriesAt(schema: GenericSchema, keys: readonly unknown[]): Entries | undefined {
  let at: GenericSchema | undefined = schema;
  for (const key of keys) {
    at = unwrapped(at);
    if (at && "entries" in at) at = (at.entries as Entries)[String(key)];
    else if (at && "item" in at) at = at.item as GenericSchema;
    else return undefined;
  }
  at = unwrapped(at);
  return at && "entries" in at ? (at.entries as Entries) : undefined;
}

function unwrapped(schema: GenericSchema | undefined): GenericSchema | undefined {
  return schema && "wrapped" in schema ? unwrapped(schema.wrapped as GenericSchema) : schema;
}
