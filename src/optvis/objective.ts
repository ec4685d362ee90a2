/**
 * Objectives: what a picture should do. An objective is a sum of terms; each term looks at one value of the network (a
 * layer's activations, or the image itself), and says how good it is and which way is up. Objectives add, subtract and
 * scale, and larger is always better: a penalty is subtracted.
 */
import { LensError } from "../core/errors.js";
import type { UnitLike } from "../core/unit.js";
import { parseUnit } from "../core/unit.js";
import type { Volume } from "../engine/engine.js";

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
 * One summand of an objective: a weight, what it looks at, and a function of it. A user's own is written the same way.
 *
 * @public
 */
export interface Term {
  /** Factor in the sum. */
  readonly weight: number;
  /** `"image"`, or a layer with the channels wanted (all when absent), after or before its activation. */
  readonly of:
    | "image"
    | { readonly layer: string; readonly channels?: readonly number[]; readonly preActivation?: boolean };
  /** Name and numbers, for the record. */
  readonly name: string;
  /** The function. Gets the activations `[count, height, width, channels]`, or the images in 0…1. */
  readonly evaluate: (volume: Volume) => Evaluation;
}

/**
 * A sum of terms that ascent makes as large as it can.
 *
 * @public
 */
export interface Objective {
  /** `channel(block3_conv3:195) − 0.1 · totalVariation`. */
  readonly name: string;
  /** Summands. */
  readonly terms: readonly Term[];
  /** The sum of both. */
  plus(other: Objective): Objective;
  /** This less the other. */
  minus(other: Objective): Objective;
  /** This scaled by a factor. */
  times(factor: number): Objective;
}

/**
 * An objective of your own: terms that say what they look at and how good it is.
 *
 * @public
 */
export function custom(terms: readonly Term[]): Objective {
  if (terms.length === 0) throw new LensError("bad-argument", "an objective needs at least one term; got none");
  return {
    name: terms.map(formatTerm).join(" ").replace(/^\+ /, ""),
    terms,
    plus: (other) => custom([...terms, ...other.terms]),
    minus: (other) => custom([...terms, ...other.times(-1).terms]),
    times: (factor) => custom(terms.map((term) => ({ ...term, weight: term.weight * factor }))),
  };
}

function formatTerm({ weight, name }: Term): string {
  const size = Math.abs(weight);
  return `${weight < 0 ? "−" : "+"} ${size === 1 ? "" : `${size} · `}${name}`;
}

/**
 * Mean activation of a unit over all positions: a texture of what it looks for.
 *
 * @public
 */
export function channel(unit: UnitLike | string): Objective {
  const { layer, channel: index } = parseUnit(unit);
  return custom([
    { weight: 1, name: `channel(${layer}:${index})`, of: { layer, channels: [index] }, evaluate: meanOverPositions },
  ]);
}

/**
 * Activation of a unit at the centre of its map (row ⌊height / 2⌋, column ⌊width / 2⌋): one example of what it looks for.
 *
 * @public
 */
export function neuron(unit: UnitLike | string): Objective {
  const { layer, channel: index } = parseUnit(unit);
  return custom([{ weight: 1, name: `neuron(${layer}:${index})`, of: { layer, channels: [index] }, evaluate: centre }]);
}

function meanOverPositions({ count, data }: Volume): Evaluation {
  const each = data.length / count;
  return {
    values: Array.from({ length: count }, (_, n) => mean(data.subarray(n * each, (n + 1) * each))),
    gradient: new Float32Array(data.length).fill(1 / each),
  };
}

function mean(values: Float32Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function centre({ count, height, width, channels, data }: Volume): Evaluation {
  const gradient = new Float32Array(data.length);
  const values = Array.from({ length: count }, (_, n) => {
    const at = ((n * height + Math.floor(height / 2)) * width + Math.floor(width / 2)) * channels;
    gradient.fill(1, at, at + channels);
    return data.subarray(at, at + channels).reduce((sum, v) => sum + v, 0);
  });
  return { values, gradient };
}
