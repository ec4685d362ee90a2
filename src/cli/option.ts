/**
 * Options and arguments of commands as data: what is written on the command line, what it means, and how its text becomes a value. Each
 * kind of value has one reader here, which refuses bad text in one sentence.
 */
import { Argument, InvalidArgumentError, Option } from "commander";

/** An option whose value is a `T`. */
export interface OptionSpec<T> {
  /** As commander has it: `"--count <n>"`. */
  readonly flags: string;
  /** What it means, for `--help`. */
  readonly words: string;
  /** Text to value; absent for options without a value. */
  readonly read?: (text: string) => T;
  /** Value when the option is not given. */
  readonly fallback?: T;
  /** The fallback in words. */
  readonly fallbackWords?: string;
  /** The words allowed. */
  readonly choices?: readonly string[];
  /** Whether the command cannot do without. */
  readonly required?: boolean;
}

/** Options by their names in code; the name of `--up-to` is `upTo`. */
export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;

/** Values of options. */
export type Values<O extends OptionSpecs> = { readonly [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never };

/** The value of an option that may be left out: `undefined` then, unless there is a fallback. */
type Optional<T, F> = F extends { readonly fallback: T } ? T : T | undefined;

/** Where a number may be. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** A whole number in a range. */
export function whole<const F extends Range & { readonly fallback?: number }>(
  flags: string,
  words: string,
  facts: F,
): OptionSpec<Optional<number, F>> {
  const { from, to, fallback } = facts;
  const spec = { flags, words, read: wholeNumber(from, to), ...(fallback !== undefined && { fallback }) };
  return spec as OptionSpec<Optional<number, F>>;
}

/** Reads a whole number in a range. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (!/^\d+$/.test(text) || n < from || n > to) {
      throw new InvalidArgumentError(`A whole number from ${from} to ${to} is needed.`);
    }
    return n;
  };
}

/** A share from 0 to 1. */
export function share<const F extends { readonly fallback?: number }>(
  flags: string,
  words: string,
  facts: F = {} as F,
): OptionSpec<Optional<number, F>> {
  return { flags, words, read: readShare, ...facts } as OptionSpec<Optional<number, F>>;
}

function readShare(text: string): number {
  const n = Number(text);
  if (text.trim() === "" || !(n >= 0 && n <= 1)) throw new InvalidArgumentError("A share from 0 to 1 is needed.");
  return n;
}

/** One of some words. */
export function choice<const C extends readonly string[]>(
  flags: string,
  words: string,
  choices: C,
): OptionSpec<C[number] | undefined>;
export function choice<const C extends readonly string[]>(
  flags: string,
  words: string,
  choices: C,
  fallback: C[number],
): OptionSpec<C[number]>;
export function choice(
  flags: string,
  words: string,
  choices: readonly string[],
  fallback?: string,
): OptionSpec<string | undefined> {
  return { flags, words, choices, ...(fallback !== undefined && { fallback }) };
}

/** Some text that is not empty. */
export function text(flags: string, words: string): OptionSpec<string | undefined> {
  return { flags, words, read: readText };
}

/** Some text that the command cannot do without. */
export function requiredText(flags: string, words: string): OptionSpec<string> {
  return { flags, words, read: readText, required: true };
}

function readText(given: string): string {
  if (given === "") throw new InvalidArgumentError("It is empty.");
  return given;
}

/** A switch. */
export function flag(flags: string, words: string): OptionSpec<boolean | undefined> {
  return { flags, words };
}

/** A switch that is on; `--no-…` turns it off. */
export function flagOff(flags: string, words: string): OptionSpec<boolean> {
  return { flags, words };
}

/** Text read by a function of its own, which throws what is said of bad text. */
export function custom<T>(
  flags: string,
  words: string,
  read: (text: string) => T,
  more: { readonly fallback?: T; readonly fallbackWords?: string } = {},
): OptionSpec<T> {
  return { flags, words, read, ...more };
}

/** An argument of a command: one word, at least one, or one that may be left out. */
export interface ArgumentSpec<T> {
  readonly count: "one" | "many" | "maybe";
  readonly words: string;
  /** Never set: what a value is, for the compiler. */
  readonly value?: T;
}

/** Arguments in their order, by name. */
export type ArgumentSpecs = Readonly<Record<string, ArgumentSpec<unknown>>>;

/** Values of arguments. */
export type Given<A extends ArgumentSpecs> = {
  readonly [K in keyof A]: A[K] extends ArgumentSpec<infer T> ? T : never;
};

/** One word. */
export const one = (words: string): ArgumentSpec<string> => ({ count: "one", words });
/** One word or more. */
export const many = (words: string): ArgumentSpec<string[]> => ({ count: "many", words });
/** A word, or nothing. */
export const maybe = (words: string): ArgumentSpec<string | undefined> => ({ count: "maybe", words });

/** An argument as commander has it. */
export function argumentOf(name: string, { count, words }: ArgumentSpec<unknown>): Argument {
  const written = { one: `<${name}>`, many: `<${name}...>`, maybe: `[${name}]` }[count];
  const argument = new Argument(written, words);
  return count === "many"
    ? argument.argParser((word: string, before: string[] = []) => [...before, readText(word)])
    : argument.argParser(readText);
}

/** An option as commander has it. */
export function optionOf(name: string, spec: OptionSpec<unknown>): Option {
  const { flags, words, read, fallback, fallbackWords, choices, required = false } = spec;
  const option = new Option(flags, words).makeOptionMandatory(required);
  if (option.attributeName() !== name) throw new Error(`the option ${flags} is called ${name} in code`);
  if (choices) option.choices(choices);
  if (read) option.argParser(read);
  if (fallback !== undefined) option.default(fallback, fallbackWords);
  return option;
}
