/** Windows of a map whose rows and columns the file has exchanged: what is said of its rows is said of stored columns. */
import type { Padding } from "../../network/ops.js";
import type { AxisOrder } from "./layout.js";

/** The order of axes with rows and columns exchanged. */
export function turnedOrder(order: AxisOrder): string {
  return order === "NCHW" ? "NCWH" : "NWHC";
}

/** A pair, the other way round. */
export function exchanged<T>([a, b]: readonly [T, T]): readonly [T, T] {
  return [b, a];
}

/** A padding with rows and columns exchanged. */
export function turnedPadding(padding: Padding): Padding {
  if (typeof padding === "string") return padding;
  const { top, bottom, left, right } = padding;
  return { top: left, bottom: right, left: top, right: bottom };
}
