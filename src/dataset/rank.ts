/**
 * The order of examples. Ties are broken by the picture's name and then by the position, so that the order in which
 * pictures were seen, and how they were divided, leave no trace.
 */
import { createRandom, type Random } from "../core/random.js";
import type { Example } from "./example.js";
import { compareText } from "./partial-result.js";

/** An order of examples: negative when the first comes first. */
export type Order = (a: Example, b: Example) => number;

/** Largest value first. */
export const largestFirst: Order = (a, b) => b.value - a.value || byPlace(a, b);

/** Smallest value first. */
export const smallestFirst: Order = (a, b) => a.value - b.value || byPlace(a, b);

/** By the lot of their pictures: the first `n` are `n` pictures drawn without bias, whichever part saw them. */
export function byRankHash(seed: number): Order {
  return (a, b) => rankHash(seed, a.id).uniform() - rankHash(seed, b.id).uniform() || byPlace(a, b);
}

/** The draws that belong to a picture, whenever it is seen. */
export function rankHash(seed: number, id: string): Random {
  // FNV-1a (Fowler, Noll, Vo) takes the name in; MurmurHash3's finish (Appleby) lets every bit reach every other, since
  // names of photographs differ in their last letters only.
  let h = 0x811c9dc5 ^ seed;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return createRandom((h ^ (h >>> 16)) >>> 0);
}

/** Puts an example in its place in an ordered list and cuts the list; says whether it stayed. */
export function insert(list: Example[], example: Example, order: Order, most: number): boolean {
  let at = list.length;
  while (at > 0 && order(example, list[at - 1]!) < 0) at--;
  if (at >= most) return false;
  list.splice(at, 0, example);
  if (list.length > most) list.pop();
  return true;
}

function byPlace(a: Example, b: Example): number {
  const [row = 0, column = 0] = a.position ?? [];
  const [otherRow = 0, otherColumn = 0] = b.position ?? [];
  return compareText(a.id, b.id) || row - otherRow || column - otherColumn;
}
