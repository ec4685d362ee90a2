/** A network with other operations and everything else as it was. */
import { createNetwork, type Network } from "../network.js";
import type { Op } from "../ops.js";

/** The network of other operations: its name, input and the loader's notes are kept. */
export function withOps(net: Network, ops: readonly Op[]): Network {
  return createNetwork(net.name, ops, { ...net.input, notes: net.notes });
}
