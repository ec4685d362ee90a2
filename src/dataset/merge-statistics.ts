/** Joining statistics of parts of a dataset: counts are whole and sums exact, so the join is what one pass would have found. */

import { checkArgument, listOf } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { addExact } from "../math/exact-sum.js";
import { withFields } from "../network/result.js";
import { emptyAccumulator, joinStatistics } from "./accumulator.js";
import { checkSameQuestion, joinSeen } from "./partial-result.js";
import { statisticsSchema } from "./schemas.js";
import { summary } from "./statistics.js";
import type { Statistics } from "./unit-statistics.js";

const partsSchema = listOf(statisticsSchema, "a list of statistics results");

/**
 * The statistics of several parts as one.
 *
 * @throws LensError `bad-argument` when there is none, when they ask different things, or when two saw the same picture.
 * @public
 */
export function mergeStatistics(parts: readonly Statistics[]): Statistics {
  checkArgument("parts", partsSchema, parts);
  if (parts.length === 0) throw new LensError("bad-argument", "parts are one result or more; got none");
  return parts.reduce(mergeTwo);
}

function mergeTwo(a: Statistics, b: Statistics): Statistics {
  checkSameQuestion(a, b);
  const account = joinSeen(a, b);
  const tallies = a.units.map((each, i) => {
    const tally = emptyAccumulator(each.unit);
    joinStatistics(tally, each);
    joinStatistics(tally, b.units[i]!);
    return tally;
  });
  const products = a.products.map((sum, i) => addExact(sum, b.products[i]!));
  return withFields(a, summary(a.settings, tallies, products, account));
}
