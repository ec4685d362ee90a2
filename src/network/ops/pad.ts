/** Zeros around a map. */
import type { OpBase } from "./base.js";
import { type OpSemantics, passesOn } from "./semantics.js";
import { type Pads, slideField } from "./window.js";

/**
 * Zeros around the map.
 *
 * @public
 */
export interface PadOp extends OpBase {
  readonly kind: "pad";
  /** Rows and columns of zeros. */
  readonly padding: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
}

const plus = (n: number | null | undefined, zeros: number): number | null => (n == null ? null : n + zeros);

export const pad: OpSemantics<PadOp> = {
  ...passesOn<PadOp>(),
  shape: (op, [input = []]) => {
    const { top, bottom, left, right }: Pads = op.padding;
    return [plus(input[0], top + bottom), plus(input[1], left + right), input[2] ?? null];
  },
  field: (op, [field], [input = []]) =>
    slideField(field!, { size: [1, 1], strides: [1, 1], dilation: [1, 1], padding: op.padding }, input),
};
