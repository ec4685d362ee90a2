/** The layers at which a network shows what it was fed: its first convolutions and batch norms, and its predictions. */
import type { Target } from "../engine/plan.js";
import { type Network, opsByName, outputOp } from "../network/network.js";
import type { ConvOp, NormOp, Op } from "../network/ops.js";

/** Where a network is looked at. */
export interface ProbeSites {
  /** The first convolutions that rectifiers follow, before these. */
  readonly convs: readonly Target[];
  /** The first batch norms, and the layers that they read. */
  readonly norms: readonly { readonly op: NormOp; readonly target: Target }[];
  /** The predictions; `null` where the network makes none. */
  readonly head: Target | null;
}

/** How many convolutions and batch norms are looked at: later ones see more of the network than of the pictures. */
const first = 3;

/** The places of a network. */
export function probeSites(net: Network): ProbeSites {
  const able = computable(net);
  const ops = net.ops.filter((op) => able.has(op.name));
  const byName = opsByName(net);
  const readers = new Map<string, Op[]>();
  for (const op of net.ops) for (const input of op.inputs) readers.set(input, [...(readers.get(input) ?? []), op]);
  const isRectified = (op: ConvOp): boolean => {
    const next = readers.get(op.name)?.[0];
    return op.activation.name === "relu" || (next?.kind === "activation" && next.activation.name === "relu");
  };
  const isOutput = (op: Op): boolean => outputOp(net, op.layer).name === op.name;
  const convs = ops.filter((op) => op.kind === "conv" && isOutput(op) && isRectified(op)).slice(0, first);
  const norms = ops
    .filter((op) => op.kind === "norm" && op.epsilon > 0 && isOutput(byName.get(op.inputs[0]!)!))
    .slice(0, first) as NormOp[];
  const last = ops.at(-1);
  return {
    convs: convs.map(({ layer }) => ({ layer, preActivation: true })),
    norms: norms.map((op) => ({ op, target: { layer: byName.get(op.inputs[0]!)!.layer } })),
    head: last && last.output.length === 1 && last.output[0]! > 1 ? { layer: last.layer } : null,
  };
}

/** Names of the operations that no unsupported one lies before. */
export function computable(net: Network): Set<string> {
  const able = new Set<string>();
  for (const op of net.ops) {
    if (op.kind !== "opaque" && op.inputs.every((input) => able.has(input))) able.add(op.name);
  }
  return able;
}
