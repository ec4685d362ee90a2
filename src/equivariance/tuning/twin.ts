/**
 * The random-weight twin of a network: the same operations, with normal weights of deviation √(2 / inputs) (He et al. 2015),
 * no biases, and batch norms that change nothing. What its units show by chance, trained units have to exceed.
 */
import type { Random } from "../../core/random.js";
import { createNetwork, type Network, opsByName, outputOp } from "../../network/network.js";
import type { Op } from "../../network/ops.js";

/** The twin up to a layer; operations that the layer does not need stay as they are. */
export function twinOf(net: Network, layer: string, random: Random): Network {
  const ops = opsByName(net);
  const needed = new Set<string>();
  const collect = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const input of ops.get(name)!.inputs) collect(input);
  };
  collect(outputOp(net, layer).name);
  const kept = net.ops.filter(({ name }) => needed.has(name));
  return createNetwork(
    `random twin of ${net.name}`,
    kept.map((op) => untrained(op, random)),
    net.input,
  );
}

function untrained(op: Op, random: Random): Op {
  switch (op.kind) {
    case "conv":
    case "depthwise":
    case "dense": {
      const { kernelShape: shape } = op;
      const reads = op.kind === "depthwise" ? shape[0] * shape[1] : op.kernel.length / shape[shape.length - 1]!;
      const deviation = Math.sqrt(2 / reads);
      return {
        ...op,
        kernel: op.kernel.map(() => deviation * random.normal()),
        bias: op.bias && new Float32Array(op.bias.length),
      };
    }
    case "norm":
      return {
        ...op,
        gamma: null,
        beta: null,
        mean: op.mean.map(() => 0),
        variance: op.variance.map(() => 1),
      };
    default:
      return op;
  }
}
