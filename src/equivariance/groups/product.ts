/** Two groups that do not get in each other's way, such as hue and rotation. */
import { checkArgument } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import type { Group, Transformation } from "../group.js";
import { groupSchema } from "../group.js";

/**
 * The product of two groups: every element of the first with every element of the second, the second's fastest.
 *
 * @throws LensError `bad-argument` when both change the same thing: use `dihedral` for turns and mirrors together.
 * @public
 */
export function product(first: Group, second: Group): Group {
  checkArgument("first", groupSchema, first);
  checkArgument("second", groupSchema, second);
  const both = changes(first).filter((name) => changes(second).includes(name));
  const plane = (g: Group): boolean => changes(g).some((name) => name === "mirror" || name === "degrees");
  if (both.length > 0 || (plane(first) && plane(second))) {
    throw new LensError(
      "bad-argument",
      `"${first.name}" and "${second.name}" both change ${both.join(" and ") || "the plane"}; a product takes groups that change different things (turns with mirrors are group.dihedral)`,
    );
  }
  const n = second.order;
  const split = (element: number): [number, number] => [Math.floor(element / n), element % n];
  return {
    name: `${first.name} × ${second.name}`,
    order: first.order * n,
    factors: [first, second],
    multiply(a, b) {
      const [a1, a2] = split(a);
      const [b1, b2] = split(b);
      const one = first.multiply(a1, b1);
      const two = second.multiply(a2, b2);
      return one === undefined || two === undefined ? undefined : one * n + two;
    },
    transformation(element) {
      const [one, two] = split(element);
      return { ...first.transformation(one), ...second.transformation(two) };
    },
    label(element) {
      const [one, two] = split(element);
      return `${first.label(one)}, ${second.label(two)}`;
    },
  };
}

/** What the elements of a group change. */
function changes(group: Group): (keyof Transformation)[] {
  const names = new Set<keyof Transformation>();
  for (let element = 0; element < group.order; element++) {
    for (const name of Object.keys(group.transformation(element))) names.add(name as keyof Transformation);
  }
  return [...names];
}
