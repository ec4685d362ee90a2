/** Networks with a fault. */
import { createNetwork, type Network } from "../../src/network/network.js";
import type { Op } from "../../src/network/ops.js";

/** A network with one operation changed. */
export function broken<K extends Op["kind"]>(
  net: Network,
  layer: string,
  change: (op: Extract<Op, { kind: K }>) => Partial<Extract<Op, { kind: K }>>,
): Network {
  const ops = net.ops.map((op) => (op.layer === layer ? { ...op, ...change(op as Extract<Op, { kind: K }>) } : op));
  return createNetwork(net.name, ops as Op[], net.input);
}
