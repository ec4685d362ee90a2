/**
 * Quantised ONNX models hold weights as small integers, `(q − zero point) · scale`. At load they become floats; the
 * rounding of activations between layers is left out.
 */
import { LensError } from "../../core/errors.js";
import { alias } from "../graph/alias.js";
import { CannotRead } from "../graph/cannot-read.js";
import type { NodeReader } from "../graph/node.js";
import { floatsOf } from "../graph/value.js";

/** `DequantizeLinear` of a constant. */
export const dequantizeConstant: NodeReader = (node) => {
  const stored = node.weight(0);
  const scale = node.numbers(1);
  const zero = node.constant(2) ? node.numbers(2) : new Float32Array(scale.length);
  const rank = stored.shape.length;
  const axis = node.number("axis", 1);
  const at = axis < 0 ? axis + rank : axis;
  const along = stored.shape[at];
  if (scale.length !== zero.length || (scale.length !== 1 && scale.length !== along)) {
    throw new LensError(
      "bad-model",
      `"${node.node.name}" has ${scale.length} scales and ${zero.length} zero points for weights of ${stored.shape.join("×")}`,
    );
  }
  const inner = stored.shape.slice(at + 1).reduce((product, n) => product * n, 1);
  return {
    ...stored,
    read: () =>
      floatsOf(stored).map((q, i) => {
        const c = scale.length === 1 ? 0 : Math.floor(i / inner) % along!;
        return (q - zero[c]!) * scale[c]!;
      }),
  };
};

/** `QuantizeLinear` and `DequantizeLinear` of a map: the rounding between them is left out. */
export const roundedMap: NodeReader = (node) => {
  const map = node.map(0);
  if (node.inputs.slice(1).some((value) => value?.kind === "map")) throw new CannotRead("its scale is computed");
  return alias(node, map);
};
