/** How far two searches agree on the families of a layer: pairs of units that share one, and their relative elements. */
import { checkArgument, listOf } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { formatUnit } from "../core/unit.js";
import { type Family, familySchema } from "./family.js";
import { type Group, groupSchema, relative, tableOf, times } from "./group.js";

/**
 * Agreement of two sets of families, in pairs of units.
 *
 * @public
 */
export interface Agreement {
  /** Pairs that share a family in the first set, and in the second. */
  readonly pairs: readonly [first: number, second: number];
  /** Pairs that share one in both. */
  readonly both: number;
  /** `2 · both / (first + second)`: 1 where the two agree, 0 where no pair is in both; 1 where neither has any. */
  readonly f1: number;
  /** Of the pairs in both, the share whose relative element is the same, up to what leaves the units alike. */
  readonly elements: number;
}

const familiesSchema = listOf(familySchema, "a list of families");

/**
 * Compares two sets of families of one layer under one group, such as those from weights and those from responses.
 *
 * @throws LensError `bad-argument` when a family was found with another group.
 * @public
 */
export function agreement(first: readonly Family[], second: readonly Family[], group: Group): Agreement {
  checkArgument("first", familiesSchema, first);
  checkArgument("second", familiesSchema, second);
  checkArgument("group", groupSchema, group);
  const stranger = [...first, ...second].find((family) => family.group !== group.name);
  if (stranger) {
    throw new LensError(
      "bad-argument",
      `families are compared under the group they were found with; got one of "${stranger.group}" under "${group.name}"`,
    );
  }
  const [a, b] = [pairsOf(first, group), pairsOf(second, group)];
  const common = [...a].filter(([pair]) => b.has(pair));
  const same = common.filter(([pair, elements]) => elements.some((element) => b.get(pair)!.includes(element))).length;
  return {
    pairs: [a.size, b.size],
    both: common.length,
    f1: a.size + b.size === 0 ? 1 : (2 * common.length) / (a.size + b.size),
    elements: common.length === 0 ? 1 : same / common.length,
  };
}

/** For each pair of units in one family, the elements that take the first of them to the second. */
function pairsOf(families: readonly Family[], group: Group): Map<string, number[]> {
  const table = tableOf(group);
  const pairs = new Map<string, number[]>();
  for (const { members, stabiliser } of families) {
    const sorted = [...members].sort((a, b) => (formatUnit(a.unit) < formatUnit(b.unit) ? -1 : 1));
    sorted.forEach((a, i) => {
      for (const b of sorted.slice(i + 1)) {
        const elements = stabiliser.map((s) => relative(table, a.element, times(table, b.element, s)));
        pairs.set(`${formatUnit(a.unit)} ${formatUnit(b.unit)}`, elements);
      }
    });
  }
  return pairs;
}
