/** The same values in another shape. */
import { channelsOf, formatShape, type Shape } from "../../core/shape.js";
import type { OpBase } from "./base.js";
import { mismatch, type OpSemantics, passesOn } from "./semantics.js";

/**
 * The same values in another shape: flatten, reshape.
 *
 * @public
 */
export interface ReshapeOp extends OpBase {
  readonly kind: "reshape";
}

const countOf = (shape: Shape): number => shape.reduce<number>((product, n) => product * (n ?? Number.NaN), 1);

export const reshape: OpSemantics<ReshapeOp> = {
  ...passesOn<ReshapeOp>(),
  shape: (op, [input = []]) => {
    const [reads, puts] = [countOf(input), countOf(op.output)];
    if (!Number.isNaN(reads) && reads !== puts) throw mismatch(op, `${puts} values (${formatShape(op.output)})`, input);
    return op.output;
  },
  // The channel is the fastest index, so value i of a last axis that c channels divide belongs to channel i mod c.
  channels: (op, [period = 0]) =>
    period > 0 && channelsOf(op.output) % period === 0 ? { kind: "flattened", period } : { kind: "mixed" },
  keepsValues: () => true,
  field: (_, [field]) => ({ ...field!, whole: true }),
};
