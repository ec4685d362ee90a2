/** Channels picked out of a map: a part of a split, a slice, channels in another order. */
import { channelsOf, type Shape } from "../../core/shape.js";
import type { OpBase } from "./base.js";
import { mismatch, type OpSemantics, passesOn } from "./semantics.js";

/**
 * Some channels of a map, or features of a vector: `y[c] = x[channels[c]]`. A unit of it is the unit it is picked from;
 * channel −1 is one of zeros.
 *
 * @public
 */
export interface SelectOp extends OpBase {
  readonly kind: "select";
  /** Numbers of the channels of the input, in the order of the output. */
  readonly channels: readonly number[];
}

export const select: OpSemantics<SelectOp> = {
  ...passesOn<SelectOp>(),
  shape: (op, [input = []]): Shape => {
    const most = channelsOf(input);
    const beyond = op.channels.find((channel) => channel >= most);
    if (beyond !== undefined) throw mismatch(op, `channel ${beyond}`, input);
    return [...input.slice(0, -1), op.channels.length];
  },
  channels: (op) => ({ kind: "permuted", from: op.channels }),
};
