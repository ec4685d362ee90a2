/**
 * A layer's configuration. Writers differ in the spelling of fields (`kernel_size`, `kernelSize`) and of words
 * (`channels_last`, `channelsLast`); here a field is asked for by its snake-case name and found under either.
 */
import { LensError } from "../core/errors.js";
import { isArray, type Json, type JsonObject, shortJson } from "./json.js";

/** The configuration of one layer. */
export interface LayerConfig {
  /** Name of the layer, for messages. */
  readonly layer: string;
  /** Its class: `Conv2D`. */
  readonly className: string;
  /** Its settings, as the file has them. */
  readonly fields: JsonObject;
  /** Whether Keras 3 wrote it, which gives some words another meaning. */
  readonly keras3: boolean;
  /** Whether its framework has the centres of pixels at a half when it enlarges: Keras does, tfjs does not. */
  readonly centred?: boolean | undefined;
}

/** A field under its snake-case or camel-case name; `undefined` when absent or `null`. */
export function fieldOf({ fields }: LayerConfig, name: string): Json | undefined {
  const camel = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return fields[name] ?? fields[camel] ?? undefined;
}

/** A number. */
export function numberOf(config: LayerConfig, name: string, fallback?: number): number {
  const value = fieldOf(config, name) ?? fallback;
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(config, name, "a number", value);
  return value;
}

/** Two whole numbers from `minimum`, for rows and columns; one number stands for both. */
export function pairOf(config: LayerConfig, name: string, fallback?: number, minimum = 1): [number, number] {
  const value = fieldOf(config, name) ?? fallback;
  const pair = isArray(value) && value.length === 1 ? [value[0], value[0]] : isArray(value) ? value : [value, value];
  if (pair.length !== 2 || !pair.every((n) => Number.isInteger(n) && (n as number) >= minimum)) {
    throw wrong(config, name, `one or two whole numbers from ${minimum}`, value);
  }
  return pair as [number, number];
}

/** What lies around a map: one count, one for rows and one for columns, or two for each, `[[top, bottom], [left, right]]`. */
export function sidesOf(
  config: LayerConfig,
  name: "padding" | "cropping" = "padding",
): [[number, number], [number, number]] {
  const value = fieldOf(config, name) ?? (name === "padding" ? 1 : 0);
  const isCount = (n: Json): n is number => Number.isInteger(n) && (n as number) >= 0;
  const axes = isArray(value) ? value : [value, value];
  const sides = axes.map((axis) => (isArray(axis) ? axis : [axis, axis]));
  if (sides.length !== 2 || !sides.every((side) => side.length === 2 && side.every(isCount))) {
    throw wrong(config, name, "a count, two, or two for each axis, from 0", value);
  }
  return sides as unknown as [[number, number], [number, number]];
}

/** Yes or no. */
export function flagOf(config: LayerConfig, name: string, fallback: boolean): boolean {
  const value = fieldOf(config, name) ?? fallback;
  if (typeof value !== "boolean") throw wrong(config, name, "true or false", value);
  return value;
}

/** One of several words, whatever its spelling. */
export function wordOf<W extends string>(config: LayerConfig, name: string, words: readonly W[], fallback: W): W {
  const value = fieldOf(config, name) ?? fallback;
  const word = words.find((w) => typeof value === "string" && sameWord(w, value));
  if (!word) throw wrong(config, name, words.map((w) => `"${w}"`).join(" or "), value);
  return word;
}

/** Whether two words differ only in case and underscores. */
export function sameWord(a: string, b: string): boolean {
  return plainWord(a) === plainWord(b);
}

/** A word without case and underscores: `hardsigmoid`. */
export function plainWord(word: string): string {
  return word.replaceAll("_", "").toLowerCase();
}

/** The error of a field with a value that cannot be. */
export function wrong({ layer, className }: LayerConfig, name: string, wants: string, got: unknown): LensError {
  return new LensError(
    "bad-model",
    `${name} of layer "${layer}" (${className}) is ${wants}; the model says ${shortJson(got ?? null)}`,
  );
}
