/** The shape an operation puts out, checked. */
import { LensError } from "../core/errors.js";
import { formatShape, type Shape } from "../core/shape.js";
import { semanticsOf } from "./ops/table.js";
import type { Op } from "./ops.js";

/**
 * Shape an operation puts out for the shapes it reads.
 *
 * @throws LensError `bad-size` when the sizes cannot go together, or a map is too small for its window.
 */
export function outputShape(op: Op, inputs: readonly Shape[]): Shape {
  const shape = semanticsOf(op).shape(op, inputs);
  if (shape.some((n) => n !== null && (!Number.isInteger(n) || n < 1))) {
    throw new LensError(
      "bad-size",
      `"${op.name}" cannot read a map of ${inputs.map(formatShape).join(" and ")}; it is too small: give a larger image`,
    );
  }
  return shape;
}
