/**
 * A sweep: a stimulus with one or more of its parameters going through a list of values, every combination drawn once, the
 * last parameter fastest. Any function from an object of numbers to an image can be swept.
 */

import { looseObject, optional, record, string, union, unknown } from "valibot";
import {
  checkArgument,
  checkOptions,
  functionSchema,
  listOf,
  numberSchema,
  objectWith,
  optionsSchema,
  type Schema,
  textSchema,
  where,
} from "../core/check.js";
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import { finite } from "../core/numbers.js";
import { timesSchema } from "../core/schemas.js";

/**
 * One parameter of a sweep.
 *
 * @public
 */
export interface SweepAxis {
  /** Name of the parameter. */
  readonly name: string;
  /** Its values, in order. */
  readonly values: readonly number[];
  /** Degrees after which the stimulus is the same again; `null` for what does not go round. */
  readonly period: number | null;
}

/**
 * A stimulus and the values of its parameters.
 *
 * @public
 */
export interface Sweep {
  /** Name of the stimulus. */
  readonly name: string;
  /** Parameters swept; the last is the fastest. */
  readonly axes: readonly SweepAxis[];
  /** Number of stimuli: the product of the lengths of the axes. */
  readonly count: number;
  /** The values of the parameters of stimulus `index`. */
  point(index: number): readonly number[];
  /** Stimulus `index`. */
  image(index: number): Image;
}

/**
 * Values of a parameter: a list, or angles that go round (see `turn`).
 *
 * @public
 */
export type SweepValues = readonly number[] | { readonly values: readonly number[]; readonly period: number };

/**
 * Options of `sweep`.
 *
 * @public
 */
export interface SweepOptions {
  /**
   * Name for the record.
   *
   * @defaultValue the name of the function
   */
  readonly name?: string | undefined;
}

/**
 * Angles evenly spaced over a period, for a sweep that goes round: `turn(36, 180)` is 0, 5, … 175.
 *
 * @throws LensError `bad-argument` for a count that is no whole number from 1, or a period not above 0.
 * @public
 */
export function evenAngles(count = 36, period = 360): { readonly values: readonly number[]; readonly period: number } {
  checkArgument("count", timesSchema, count);
  finite("period", period, { above: 0 });
  return { values: Array.from({ length: count }, (_, k) => (k * period) / count), period };
}

/** A sweep. */
export const sweepSchema: Schema<Sweep> = where(
  objectWith<Sweep>(["point", "image"], "a sweep of stimuli, as sweep() and defaultSweep() give"),
  ({ name, axes, count }) =>
    typeof name === "string" && Array.isArray(axes) && Number.isSafeInteger(count) && count > 0,
  "a sweep of stimuli, as sweep() and defaultSweep() give",
);

const axesSchema = record(
  string(),
  union(
    [listOf(unknown()), looseObject({ values: listOf(unknown()), period: numberSchema({ above: 0 }) })],
    "a list of numbers, or evenAngles()",
  ),
  "an object of lists of numbers",
);
const sweepOptions = optionsSchema({ name: optional(textSchema) });

/**
 * A stimulus swept through values of its parameters: `sweep((p) => stimulus.arc({ ...p, size: 48 }), { angle: turn(), radius: [8, 16] })`.
 *
 * @throws LensError `bad-argument` when there is nothing to sweep.
 * @public
 */
export function sweep<Name extends string>(
  stimulus: (parameters: Readonly<Record<Name, number>>) => Image,
  axes: Readonly<Record<Name, SweepValues>>,
  options: SweepOptions = {},
): Sweep {
  checkArgument("stimulus", functionSchema("a function from parameters to an image"), stimulus);
  checkArgument("axes", axesSchema, axes);
  checkOptions(sweepOptions, options);
  const list = (Object.entries(axes) as [Name, SweepValues][]).map(([name, given]) =>
    "period" in given ? { name, values: given.values, period: given.period } : { name, values: given, period: null },
  );
  const empty = list.find((axis) => axis.values.length === 0 || !axis.values.every(Number.isFinite));
  if (list.length === 0 || empty) {
    throw new LensError(
      "bad-argument",
      `axes are one or more parameters with a list of numbers each; got ${empty ? `${empty.name}: [${empty.values.join()}]` : "none"}`,
    );
  }
  for (const axis of list) checkTurn(axis);
  const point = (index: number): number[] => {
    let rest = index;
    return list.map((_, i) => {
      const faster = list.slice(i + 1).reduce((n, axis) => n * axis.values.length, 1);
      const at = Math.floor(rest / faster);
      rest -= at * faster;
      return list[i]!.values[at]!;
    });
  };
  return {
    name: options.name ?? (stimulus.name || "stimulus"),
    axes: list,
    count: list.reduce((n, axis) => n * axis.values.length, 1),
    point,
    image: (index) => {
      const at = point(index);
      return stimulus(Object.fromEntries(list.map(({ name }, i) => [name, at[i]])) as Record<Name, number>);
    },
  };
}

/** A tuning curve has its samples evenly over one period, so an axis that goes round must too. */
function checkTurn({ name, values, period }: SweepAxis): void {
  if (period === null || values.every((v, k) => Math.abs(v - (k * period) / values.length) < 1e-6 * period)) return;
  throw new LensError(
    "bad-argument",
    `the values of ${name} go round after ${period}°, so they are evenly spaced from 0; got ${values.slice(0, 4).join(", ")}…: make them by turn(count, ${period}), or give a plain list`,
  );
}
