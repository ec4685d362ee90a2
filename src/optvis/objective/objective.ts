/**
 * Objectives: what a picture should do. An objective is a sum of terms; each term looks at one value of the network (a
 * layer's activations, or the image itself), and says how good it is and which way is up. Objectives add, subtract and
 * scale, and larger is always better: a penalty is subtracted.
 */
import { looseObject } from "valibot";
import { checkArgument, listOf } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import type { Image } from "../../core/image.js";
import { finite } from "../../core/numbers.js";
import type { Volume } from "../../engine/engine.js";

/**
 * How good a value is, and the gradient of that with respect to the value.
 *
 * @public
 */
export interface Evaluation {
  /** One number per picture of the batch. */
  readonly values: readonly number[];
  /** Gradient of the sum of `values`, as long as the volume's data. */
  readonly gradient: Float32Array;
}

/**
 * What a term looks at: `"image"`, or a layer with the channels wanted (all when absent), after or before its activation.
 *
 * @public
 */
export type Site =
  | "image"
  | { readonly layer: string; readonly channels?: readonly number[]; readonly preActivation?: boolean };

/**
 * One summand of an objective: a weight, what it looks at, and a function of it. A user's own is written the same way.
 *
 * @public
 */
export interface Term {
  /** Factor in the sum. */
  readonly weight: number;
  /** What it looks at. */
  readonly of: Site;
  /** Name and numbers, for the record. */
  readonly name: string;
  /**
   * The function. Gets the activations `[count, height, width, channels]`, or the images in 0…1; and, where the term has a
   * reference image, the maps of that image: one in all, or one for each crop of a picture.
   */
  readonly evaluate: (volume: Volume, reference?: Volume) => Evaluation;
  /** An image of the pictures' size that goes through the same drawn transforms as they do, and through the network. */
  readonly reference?: Image;
  /** Whether it compares the pictures of a batch with each other, and needs two or more. */
  readonly acrossBatch?: boolean;
  /** The only picture it counts for, of how many (see `objective.each`). */
  readonly picture?: PictureIndex;
  /** The maker of `objective` it comes from, with its arguments: what is written as JSON. A function of your own has none. */
  readonly made?: { readonly maker: string; readonly from: readonly unknown[] };
}

/**
 * One picture of a batch.
 *
 * @public
 */
export interface PictureIndex {
  /** Which, from 0. */
  readonly number: number;
  /** Of how many. */
  readonly of: number;
}

/**
 * A sum of terms that ascent makes as large as it can.
 *
 * @public
 */
export interface Objective {
  /** `channel(block3_conv3:195) − 0.1 · totalVariation()`. */
  readonly name: string;
  /** Summands. */
  readonly terms: readonly Term[];
  /** The sum of both. */
  plus(other: Objective): Objective;
  /** This less the other. */
  minus(other: Objective): Objective;
  /**
   * This scaled by a factor.
   *
   * @throws LensError `bad-argument`, unless the factor is a number.
   */
  times(factor: number): Objective;
  /**
   * Names and numbers, which `objective.from` reads.
   *
   * @throws LensError `bad-argument`, when a term is a function of your own.
   */
  toJSON(): ObjectiveJSON;
}

/**
 * An objective as JSON: makers of `objective` with their arguments, and weights.
 *
 * @public
 */
export interface ObjectiveJSON {
  /** Summands. */
  readonly terms: readonly {
    readonly weight: number;
    readonly maker: string;
    readonly from: readonly unknown[];
    readonly picture?: PictureIndex;
  }[];
}

const termsSchema = listOf(looseObject({}, "a term"), "a list of terms");

/**
 * An objective of your own: terms that say what they look at and how good it is.
 *
 * @throws LensError `bad-argument` without terms.
 * @public
 */
export function custom(terms: readonly Term[]): Objective {
  checkArgument("terms", termsSchema, terms);
  if (terms.length === 0) throw new LensError("bad-argument", "an objective needs at least one term; got none");
  return {
    name: terms.map(formatTerm).join(" ").replace(/^\+ /, ""),
    terms,
    plus: (other) => custom([...terms, ...other.terms]),
    minus: (other) => custom([...terms, ...other.times(-1).terms]),
    times: (factor) => {
      finite("a factor of an objective", factor);
      return custom(terms.map((term) => ({ ...term, weight: term.weight * factor })));
    },
    toJSON: () => ({
      terms: terms.map(({ weight, made, name, picture }) => {
        if (made) return { weight, ...made, ...(picture && { picture }) };
        throw new LensError("bad-argument", `"${name}" is a function of your own, which JSON cannot hold`);
      }),
    }),
  };
}

/** An objective of one term that can be written as JSON; `from` are the maker's arguments, trailing absent ones left out. */
export function byName(
  maker: string,
  from: readonly unknown[],
  of: Site,
  { reference, acrossBatch }: { readonly reference?: Image | undefined; readonly acrossBatch?: boolean },
  evaluate: Term["evaluate"],
): Objective {
  const given = from.slice(0, from.findLastIndex((argument) => argument !== undefined) + 1);
  const name = `${maker}(${given.map(brief).join(", ")})`;
  const marks = { ...(reference && { reference }), ...(acrossBatch && { acrossBatch }) };
  return custom([{ weight: 1, of, name, evaluate, ...marks, made: { maker, from: given } }]);
}

/** An argument in a name: long lists are counted instead of listed. */
function brief(argument: unknown): string {
  if (typeof argument === "string") return argument;
  if (Array.isArray(argument) && argument.length > 4) return `${argument.length} numbers`;
  if (typeof argument !== "object" || argument === null || !("data" in argument)) return JSON.stringify(argument);
  const { height, width, channels } = argument as { height?: number; width?: number; channels?: number };
  const kind = "count" in argument ? "activations" : channels === undefined ? "pattern" : "image";
  return `${kind} of ${height}×${width}`;
}

function formatTerm({ weight, name }: Term): string {
  const size = Math.abs(weight);
  return `${weight < 0 ? "−" : "+"} ${size === 1 ? "" : `${size} · `}${name}`;
}

/** Evaluates a function of one picture, or of one map, on each of a batch. */
export function eachPicture(
  { count, height, width, channels, data }: Volume,
  evaluate: (data: Float32Array, shape: MapSize, gradient: Float32Array, n: number) => number,
): Evaluation {
  const length = height * width * channels;
  const gradient = new Float32Array(data.length);
  const values = Array.from({ length: count }, (_, n) => {
    const [from, to] = [n * length, (n + 1) * length];
    return evaluate(data.subarray(from, to), { height, width, channels }, gradient.subarray(from, to), n);
  });
  return { values, gradient };
}

/**
 * Sizes of one picture or map of a batch.
 *
 * @public
 */
export type MapSize = Omit<Volume, "count" | "data">;
