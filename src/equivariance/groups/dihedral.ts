/** Turns and mirrors: the dihedral group of n rotations, each plain or after a left–right flip. */
import { checkArgument } from "../../core/check.js";
import type { Group } from "../group.js";
import { oneOrMoreSchema } from "./count.js";
import { degreesLabel } from "./labels.js";

/**
 * The dihedral group of `count` rotations and as many reflections; `dihedral(4)` is the symmetry of the square grid.
 * Elements `count` and up mirror first and turn then.
 *
 * @throws LensError `bad-argument` when the count is not a whole number from 1 to 128.
 * @public
 */
export function dihedral(count: number): Group {
  checkArgument("count", oneOrMoreSchema, count);
  const split = (element: number): [turn: number, mirrored: number] => [element % count, Math.floor(element / count)];
  return {
    name: `${count} rotations and mirror`,
    order: 2 * count,
    multiply(a, b) {
      const [turnA, mirrorA] = split(a);
      const [turnB, mirrorB] = split(b);
      // A turn seen in a mirror goes the other way.
      const turn = (turnA + (mirrorA ? count - turnB : turnB)) % count;
      return turn + count * (mirrorA ^ mirrorB);
    },
    transformation(element) {
      const [turn, mirrored] = split(element);
      return { mirror: mirrored === 1, degrees: (360 * turn) / count };
    },
    label(element) {
      const [turn, mirrored] = split(element);
      return `${mirrored ? "mirrored " : ""}${degreesLabel((360 * turn) / count)}`;
    },
  };
}
