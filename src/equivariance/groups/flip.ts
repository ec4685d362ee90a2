/** Left and right swapped. */
import type { Group } from "../group.js";

/**
 * The group of the left–right mirror.
 *
 * @public
 */
export function flip(): Group {
  return {
    name: "flip",
    order: 2,
    multiply: (a, b) => a ^ b,
    transformation: (element) => ({ mirror: element === 1 }),
    label: (element) => (element === 1 ? "mirrored" : "plain"),
  };
}
