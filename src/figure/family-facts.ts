/** What is said about a family above its figures: how alike its members are, which places they take, what leaves them unchanged. */
import type { Family } from "../equivariance/family.js";
import type { Group } from "../equivariance/group.js";

/** `conv1: 4 units under 8 rotations`. */
export function familyTitle({ layer, members, group }: Family): string {
  return `${layer}: ${members.length} ${members.length === 1 ? "unit" : "units"} under ${group}`;
}

/** The facts, each a few words. */
export function familyFacts(of: Family, by: Group): string[] {
  const counts = new Map<number, number>();
  for (const { element } of of.members) counts.set(element, (counts.get(element) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const whole = of.stabiliser.length === by.order;
  return [
    `affinity ${of.affinity.toFixed(2)}`,
    `p ${of.pValue.toPrecision(2)}`,
    ...(whole ? [] : [`${counts.size} of ${by.order / of.stabiliser.length} places taken`]),
    ...(most > 1 ? [`up to ${most} units at one`] : []),
    ...unchanged(of.stabiliser, by),
  ];
}

/**
 * What leaves every member as it is, for each part of a product by itself: a line is unchanged at 180° whatever its hue. What
 * only a change of both parts leaves alike is named by both.
 */
export function unchanged(stabiliser: readonly number[], by: Group): string[] {
  if (stabiliser.length < 2) return [];
  if (stabiliser.length === by.order) return ["the same under all of them"];
  if (!by.factors) return [`unchanged at ${by.label(Math.min(...stabiliser.filter((element) => element > 0)))}`];
  const [first, second] = by.factors;
  const n = second.order;
  const alone = stabiliser.filter((element) => element % n === 0).map((element) => element / n);
  const other = stabiliser.filter((element) => element < n);
  const parts = [partly(alone, first), partly(other, second)].flat();
  if (alone.length * other.length === stabiliser.length) return parts;
  const both = stabiliser.find((element) => element >= n && element % n !== 0)!;
  return [...parts, `unchanged at ${by.label(both)} together`];
}

/** What one part of a product does alone. */
function partly(stabiliser: readonly number[], part: Group): string[] {
  return stabiliser.length === part.order ? [`the same under ${part.name}`] : unchanged(stabiliser, part);
}
