/** Elements of units that are known to be one family: the linkage of the search, carried on until all are joined. */

import type { Yield } from "../core/yield.js";
import { affinities } from "./affinity.js";
import type { Filters } from "./filters.js";
import type { GroupTable } from "./group.js";
import { link } from "./link.js";

/** One element per unit, up to one element for all. */
export async function fitElements(filters: Filters, table: GroupTable, breathe: Yield): Promise<number[]> {
  const { units } = filters;
  const alike = await affinities(filters, table, breathe);
  const among = Array.from({ length: units }, (_, unit) => unit);
  const [all] = link(alike, units, table, { cutoff: Number.NEGATIVE_INFINITY, among, always: true });
  const elements = new Array<number>(units).fill(0);
  all?.members.forEach((unit, at) => {
    elements[unit] = all.elements[at]!;
  });
  return elements;
}
