/** Turns by whole multiples of 360°/n: the cyclic group C_n. */

import { checkArgument } from "../../core/check.js";
import type { Group } from "../group.js";
import { elementsSchema } from "./count.js";
import { degreesLabel } from "./labels.js";

/**
 * The group of `count` rotations: C2, C4, C8, C16 or any C_n.
 *
 * @throws LensError `bad-argument` when the count is not a whole number from 2 to 128.
 * @public
 */
export function rotations(count: number): Group {
  checkArgument("count", elementsSchema, count);
  const degrees = (element: number): number => (360 * element) / count;
  return {
    name: `${count} rotations`,
    order: count,
    multiply: (a, b) => (a + b) % count,
    transformation: (element) => ({ degrees: degrees(element) }),
    label: (element) => degreesLabel(degrees(element)),
  };
}
