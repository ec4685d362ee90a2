/** Light and dark swapped. */
import type { Group } from "../group.js";

/**
 * The group of the sign: a kernel and its negative.
 *
 * @public
 */
export function polarity(): Group {
  return {
    name: "polarity",
    order: 2,
    multiply: (a, b) => a ^ b,
    transformation: (element) => ({ polarity: element === 1 ? -1 : 1 }),
    label: (element) => (element === 1 ? "−" : "+"),
  };
}
