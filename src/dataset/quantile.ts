/**
 * Examples from little to much: pictures drawn by chance, parted by how much the unit answers to them. Top examples alone
 * show what a unit likes most; these show what it does on an ordinary day.
 */

import { optional } from "valibot";
import { checkArgument, checkOptions, type OptionSchemas, optionsSchema, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { timesSchema } from "../core/schemas.js";
import type { Example, UnitExamples } from "./example.js";
import { unitExamplesSchema } from "./schemas.js";

/**
 * Options of `byQuantile`.
 *
 * @public
 */
export interface ByQuantileOptions {
  /**
   * Parts of equal numbers of pictures.
   *
   * @defaultValue 5
   */
  readonly parts?: number | undefined;
  /**
   * Examples of each part, spread evenly over it.
   *
   * @defaultValue 3
   */
  readonly count?: number | undefined;
}

const quantileOptions = optionsSchema<OptionSchemas<ByQuantileOptions>>({
  parts: optional(timesSchema),
  count: optional(wholeSchema(1)),
});

/**
 * A unit's random examples in parts of equal numbers, least active first.
 *
 * @throws LensError `bad-argument` when fewer were drawn than parts are asked for.
 * @public
 */
export function byQuantile(examples: UnitExamples, options: ByQuantileOptions = {}): readonly (readonly Example[])[] {
  checkArgument("examples", unitExamplesSchema, examples);
  checkOptions(quantileOptions, options);
  const { unit, random } = examples;
  const { parts = 5, count = 3 } = options;
  if (random.length < parts) {
    throw new LensError(
      "bad-argument",
      `${parts} parts need as many pictures drawn by chance; ${unit.layer}:${unit.channel} has ${random.length}: give examples() { random: ${parts * count} } or more`,
    );
  }
  return Array.from({ length: parts }, (_, i) => {
    const part = random.slice(Math.round((i * random.length) / parts), Math.round(((i + 1) * random.length) / parts));
    if (part.length <= count) return part;
    return Array.from({ length: count }, (_, k) => part[Math.floor(((k + 0.5) * part.length) / count)]!);
  });
}
