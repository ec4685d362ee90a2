/** The sign of what operations put out. */
import { type Network, outputOp } from "./network.js";
import type { ValueSign } from "./ops/semantics.js";
import { semanticsOf } from "./ops/table.js";
import type { Op } from "./ops.js";

/** The sign of every operation's values, by name. */
export function valueSigns(ops: readonly Op[]): Map<string, ValueSign> {
  const signs = new Map<string, ValueSign>();
  for (const op of ops) {
    const inputs = op.inputs.map((name) => signs.get(name)!);
    signs.set(op.name, semanticsOf(op).sign(op, inputs));
  }
  return signs;
}

/** Whether what a layer puts out comes from rectifiers: 0 or more, and 0 wherever nothing excites it. */
export function isRectified(net: Network, layer: string): boolean {
  return valueSigns(net.ops).get(outputOp(net, layer).name) === "rectified";
}
