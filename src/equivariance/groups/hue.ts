/** Turns of the colour circle. */
import { checkArgument } from "../../core/check.js";
import type { Group } from "../group.js";
import { elementsSchema } from "./count.js";
import { degreesLabel } from "./labels.js";

/**
 * The group of `count` turns of the hue. In the first layer it turns the plane of colours orthogonal to grey; in later
 * layers it moves the members of hue families known below.
 *
 * @throws LensError `bad-argument` when the count is not a whole number from 2 to 128.
 * @public
 */
export function hue(count: number): Group {
  checkArgument("count", elementsSchema, count);
  return {
    name: `${count} hues`,
    order: count,
    multiply: (a, b) => (a + b) % count,
    transformation: (element) => ({ hue: (360 * element) / count }),
    label: (element) => `hue ${degreesLabel((360 * element) / count)}`,
  };
}
