/** Padding that is not zeros: a map goes on beyond its edge as its mirror image, as its edge, or as a constant. */
import type { OpBase } from "./base.js";
import { pad } from "./pad.js";
import { type OpSemantics, passesOn, weakest } from "./semantics.js";

/**
 * Rows and columns around the map, made from the map itself or of a constant.
 *
 * @public
 */
export interface ExtendOp extends OpBase {
  readonly kind: "extend";
  /** Rows and columns that are added. */
  readonly padding: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };
  /**
   * What is added: the map mirrored at its edge pixel (`"reflect"`), mirrored with its edge pixel repeated (`"symmetric"`),
   * the edge pixel (`"edge"`), or a number (`"constant"`).
   */
  readonly border: "reflect" | "symmetric" | "edge" | "constant";
  /** The number of a constant border; 0 for the others. */
  readonly value: number;
}

const answers = passesOn<ExtendOp>();

export const extend: OpSemantics<ExtendOp> = {
  ...answers,
  shape: (op, inputs) => pad.shape({ ...op, kind: "pad" }, inputs),
  field: (op, fields, inputs) => pad.field({ ...op, kind: "pad" }, fields, inputs),
  sign: (op, inputs) => {
    const { value } = op;
    if (value < 0) return "signed";
    const sign = weakest(inputs);
    return value > 0 && sign === "rectified" ? "nonnegative" : sign;
  },
  linear: (op) => ({ op: { ...op, value: 0 } }),
};
