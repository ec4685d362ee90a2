/** The words of the lab sheet and its page, in one place, so that they can be replaced: by others, or in another language. */
import { LensError } from "../core/errors.js";
import { nearestNames } from "../core/names.js";
import { formatUnit, type Unit } from "../core/unit.js";
import type { FigureOptions } from "./frame.js";

/**
 * All words of a lab sheet by what they say. What stands in braces is filled in.
 *
 * @public
 */
export const labWords = {
  title: "{unit}: what it looks for, and what it is built from",
  titleWithoutPicture: "{unit}: what it is built from",
  weights: "weights {shape} ({axes}) → this unit's filter {filter} → {kernels}",
  noWeights: "this unit's filter {filter} → {kernels}",
  expanded: "expanded weights over {from}, through {layers} ({status}) → {kernels}",
  madeBy: "made by {unit}",
  cancellation: "cancellation {share}",
  axes: "height × width × in × out",
  denseAxes: "in × out",
  oneKernel: "one {size} kernel for its input",
  kernels: "one {size} kernel for each of its {count} inputs",
  excitatory: "excitatory",
  inhibitory: "inhibitory",
  positiveWeights: "positive (excitation)",
  negativeWeights: "negative (inhibition)",
  share: "{sign} · {share} of total {measure}",
  strength: "{positive} positive · {measure} {strength}",
  second: "{measure} {strength} · {share}, rank {rank} of {count}",
  through: "through {layers}",
  ownMeasure: "strength",
  dead: "dead:\nnothing excites it",
  weak: "weak:\nits picture does not excite it",
  flat: "flat:\nits picture shows nothing",
  looksFor: "what {unit} looks for",
  sees: "sees {field}",
  bias: "bias {bias}",
  biasWithNorm: "bias {bias} (batch norm {norm} taken in)",
  shown: "{shown} of {count} inputs shown: {share} of total {measure}",
  limit: "full colour is {largest}, its largest weight",
  photographs: "Photographs that excite {unit}",
  largestActivations: "largest activations",
  made: "{preset}, {steps} steps, {size} px, seed {seed}, engine {engine}  ·  model {model}",
  preprocessing: "preprocessing {name}: {how}",
  assumed: "preprocessing {name}: {how} (assumed, not stated: pictures may be wrong)",
  describeUnit: "Unit {unit} of {model} sees {field}; its bias is {bias}.",
  describePicture: "On the right, a picture of what it looks for, made by gradient ascent.",
  describeFlaw: "Its picture is {flaw}.",
  describeStrongest: "On the left, its {shown} strongest of {count} inputs:",
  describePerSign: "On the left, {shown} of its {count} inputs, the strongest of each sign:",
  describeNamed: "On the left, {shown} of its {count} inputs, chosen by name:",
  describeInput: "{unit} is {sign}, strength {strength}, {share} of the total, {positive} positive.",
  describeKernel: "Kernel: {height} × {width} weights, row 0 on top: {rows}.",
  inWords: "The figure in words",
  tableOfInputs: "Inputs of {unit}",
  tableOfLayers: "Layers of {model}",
  input: "input",
  sign: "sign",
  strengthColumn: "strength",
  shareColumn: "share",
  rankColumn: "rank",
  positiveColumn: "positive",
  kernelColumn: "kernel",
  noteColumn: "note",
  layer: "layer",
  kind: "kind",
  output: "output",
  weightsColumn: "weights",
  parameters: "parameters",
  field: "receptive field",
} as const;

/**
 * The words of a lab sheet; see `labWords` for all of them.
 *
 * @public
 */
export type LabWords = Readonly<Record<keyof typeof labWords, string>>;

/**
 * Options of `figure.lab` and `labPage`.
 *
 * @public
 */
export interface LabFigureOptions extends FigureOptions {
  /**
   * What units and layers are called on the sheet: `{ "conv2:7": "left edges" }`.
   *
   * @defaultValue their names in the model
   */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Lines of your own below units, by the name in the model. */
  readonly notes?: Readonly<Record<string, string>> | undefined;
  /**
   * Words in the place of those of `labWords`; what they have in braces is filled in.
   *
   * @defaultValue those of `labWords`, in English
   */
  readonly words?: Partial<LabWords> | undefined;
  /**
   * Language of the words, as in `"de"`: how numbers are written, and what the page says its language is.
   *
   * @defaultValue "en"
   */
  readonly language?: string | undefined;
}

/** What writes the words of one sheet. */
export interface Writer {
  /** The words for something, with values in the place of what stands in braces. */
  say(words: keyof LabWords, values?: Readonly<Record<string, string | number>>): string;
  /** A number with so many decimals, in the language of the sheet. */
  number(value: number, decimals: number): string;
  /** A share as `3.1 %`. */
  percent(share: number, decimals?: number): string;
  /** What a unit or a layer is called. */
  name(of: Unit | string): string;
  /** A line of the caller's own on a unit; `undefined` for none. */
  note(unit: Unit): string | undefined;
}

/**
 * The writer of a sheet.
 *
 * @throws LensError `bad-argument` for words that no sheet has, or a language that is none.
 */
export function writerOf({ labels = {}, notes = {}, words = {}, language = "en" }: LabFigureOptions): Writer {
  const unknown = Object.keys(words).find((key) => !Object.hasOwn(labWords, key));
  if (unknown !== undefined) {
    const [close] = nearestNames(unknown, Object.keys(labWords), 1);
    throw new LensError(
      "bad-argument",
      `the lab sheet has no words "${unknown}"; the nearest are "${close}", and labWords lists all`,
    );
  }
  const formats = new Map<number, Intl.NumberFormat>();
  const number = (value: number, decimals: number): string => {
    const format = formats.get(decimals) ?? numberFormat(language, decimals);
    formats.set(decimals, format);
    return format.format(value);
  };
  return {
    say: (key, values = {}) =>
      (words[key] ?? labWords[key]).replace(/\{(\w+)\}/g, (braced, name: string) =>
        Object.hasOwn(values, name) ? String(values[name]) : braced,
      ),
    number,
    percent: (share, decimals = 1) => `${number(100 * share, decimals)} %`,
    name(of) {
      const own = typeof of === "string" ? of : formatUnit(of);
      return labels[own] ?? own;
    },
    note: (unit) => notes[formatUnit(unit)],
  };
}

function numberFormat(language: string, decimals: number): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(language, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      useGrouping: false,
    });
  } catch (cause) {
    throw new LensError(
      "bad-argument",
      `a language is a code such as "de" or "pt-BR"; got ${JSON.stringify(language)}`,
      {
        cause,
      },
    );
  }
}
