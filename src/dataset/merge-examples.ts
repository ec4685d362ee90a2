/**
 * Joining examples of parts of a dataset. The best of the whole are the best of the parts' best, and the order knows no
 * ties, so the join is what one pass would have found, bit for bit, in whatever order parts are joined.
 */

import { checkArgument, listOf } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { withFields } from "../network/result.js";
import type { Example, Examples, UnitExamples } from "./example.js";
import { checkSameQuestion, joinSeen } from "./partial-result.js";
import { byRankHash, largestFirst, type Order, smallestFirst } from "./rank.js";
import { examplesSchema } from "./schemas.js";

const partsSchema = listOf(examplesSchema, "a list of examples results");

/**
 * The examples of several parts as one.
 *
 * @throws LensError `bad-argument` when there is none, when they ask different things, or when two saw the same picture.
 * @public
 */
export function mergeExamples(parts: readonly Examples[]): Examples {
  checkArgument("parts", partsSchema, parts);
  if (parts.length === 0) throw new LensError("bad-argument", "parts are one result or more; got none");
  return parts.reduce(mergeTwo);
}

function mergeTwo(a: Examples, b: Examples): Examples {
  checkSameQuestion(a, b);
  const account = joinSeen(a, b);
  const { count, bottom, random, seed } = a.settings;
  const best = (x: readonly Example[], y: readonly Example[], order: Order, most: number): Example[] =>
    [...x, ...y].sort(order).slice(0, most);
  const units = a.units.map((one, i): UnitExamples => {
    const other = b.units[i]!;
    return {
      unit: one.unit,
      top: best(one.top, other.top, largestFirst, count),
      bottom: best(one.bottom, other.bottom, smallestFirst, bottom),
      random: best(one.random, other.random, byRankHash(seed), random).sort(smallestFirst),
    };
  });
  return withFields(a, { units, ...account });
}
