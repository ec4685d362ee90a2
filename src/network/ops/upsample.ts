/** Enlarging a map by whole factors. */
import type { OpBase } from "./base.js";
import type { Span } from "./field.js";
import { type OpSemantics, passesOn } from "./semantics.js";

/**
 * Enlarges the map by whole factors.
 *
 * @public
 */
export interface UpsampleOp extends OpBase {
  readonly kind: "upsample";
  /** Vertical and horizontal factor. */
  readonly size: readonly [number, number];
  /** How values in between are found. */
  readonly interpolation: "nearest" | "bilinear";
}

const times = (n: number | null | undefined, factor: number): number | null => (n == null ? null : n * factor);

export const upsample: OpSemantics<UpsampleOp> = {
  ...passesOn<UpsampleOp>(),
  shape: (op, [input = []]) => [times(input[0], op.size[0]), times(input[1], op.size[1]), input[2] ?? null],
  // Value p reads input ⌊p / f⌋, bilinear also the next; since p / f is fractional the field is an upper bound.
  field: (op, [field]) => {
    const taps = op.interpolation === "bilinear" ? 2 : 1;
    const enlarged = (s: Span, factor: number): Span => {
      const slack = (s.stride * (factor - 1)) / factor;
      return { size: s.size + (taps - 1) * s.stride + slack, stride: s.stride / factor, start: s.start - slack };
    };
    const { rows, columns, whole } = field!;
    return { rows: enlarged(rows, op.size[0]), columns: enlarged(columns, op.size[1]), whole };
  },
};
