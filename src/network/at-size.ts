/**
 * A network at the size it is given pictures of: the zeros of `"same"` padding, and with them where a receptive field starts,
 * depend on it.
 */
import { type Network, opsByName, outputOp } from "./network.js";
import type { ReceptiveField } from "./ops/field.js";
import type { Op } from "./ops.js";
import { receptiveFields } from "./receptive-field.js";
import { outputShape } from "./shapes.js";

/**
 * The operations that lead to a layer, each with the shape it puts out at a size; the last is the layer's.
 *
 * @throws LensError `unknown-layer`; `bad-size`, when pictures of the size are too small for it.
 */
export function opsAt(net: Network, layer: string, [height, width]: readonly [number, number]): Op[] {
  const ops = opsByName(net);
  const sized = new Map<string, Op>();
  const at = (name: string): Op => {
    const known = sized.get(name);
    if (known) return known;
    const op = ops.get(name)!;
    const reads = op.inputs.map((input) => at(input).output);
    const output = op.kind === "input" ? [height, width, op.output[2] ?? null] : outputShape(op, reads);
    const placed = { ...op, output };
    sized.set(name, placed);
    return placed;
  };
  at(outputOp(net, layer).name);
  return [...sized.values()];
}

/** A layer's receptive field, exact at a size. */
export function fieldAt(net: Network, layer: string, size: readonly [number, number]): ReceptiveField {
  const ops = opsAt(net, layer, size);
  return receptiveFields(ops).get(ops.at(-1)!.name)!;
}
