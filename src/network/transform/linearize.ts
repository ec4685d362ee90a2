/**
 * A network with linear stand-ins, so that a weight leads from any layer to any later one: a rectifier is let through, or
 * opened as often as its unit fires; other operations have the stand-in that their kind names (`ops/`). Biases are left
 * out.
 */
import { LensError } from "../../core/errors.js";
import { createNetwork, type Network } from "../network.js";
import { scaling } from "../ops/norm.js";
import { semanticsOf } from "../ops/table.js";
import { linear, type Op } from "../ops.js";
import { isWeighted } from "../weighted-op.js";
import { withOps } from "./with-ops.js";

/** How often each unit of a layer is above zero, 0 to 1, by layer. */
export type Gates = ReadonlyMap<string, Float64Array>;

/** A linear network, and what stands for what in it. */
export interface Linearized {
  readonly net: Network;
  readonly standIns: readonly string[];
}

/** Layers that would need a gate: those on the way whose activation is not linear. */
export function gatedLayers({ ops }: Network): string[] {
  return [...new Set(ops.filter((op) => op !== ops.at(-1) && activationOf(op) !== null).map(({ layer }) => layer))];
}

/**
 * The stand-in of a network whose last operation makes the unit, at its own size or at a free one; the activation of the
 * last operation is left out.
 *
 * @throws LensError `unsupported` for an operation without a stand-in.
 */
export function linearize(
  net: Network,
  { gates, size }: { readonly gates: Gates | null; readonly size: "free" | "own" },
): Linearized {
  const standIns = new Set<string>();
  const last = net.ops.at(-1);
  const ops = net.ops.map((op): Op => {
    // At a free size the window can lie wherever the unit sees no border.
    const output = size === "free" && op.output.length === 3 ? ([null, null, op.output[2]!] as const) : op.output;
    const name = op === last ? null : activationOf(op);
    if (name !== null) standIns.add(gates ? `${name} open as often as its unit fires` : `${name} let through`);
    const standIn = semanticsOf(op).linear(op, name === null ? null : (gates?.get(op.layer) ?? null));
    if (!standIn) throw new LensError("unsupported", `"${op.name}" (${op.kind}) on the way has no linear stand-in`);
    if (standIn.note !== undefined) standIns.add(standIn.note);
    if ("op" in standIn) return { ...standIn.op, output };
    const place = { name: op.name, layer: op.layer, inputs: op.inputs, output };
    return standIn.factor ? scaling(place, standIn.factor) : { ...place, kind: "activation", activation: linear };
  });
  const { shape: _, ...input } = net.input;
  return {
    net: createNetwork(net.name, ops, { ...input, shape: ops[0]!.output, notes: net.notes }),
    standIns: [...standIns],
  };
}

/** Name of an operation's activation; `null` where it has none. */
function activationOf(op: Op): string | null {
  return "activation" in op && op.activation.name !== "linear" ? op.activation.name : null;
}

/** A linear network with the size of every weight in place of the weight. */
export function withSizes(net: Network): Network {
  const ops = net.ops.map((op): Op => {
    if (isWeighted(op)) return { ...op, kernel: op.kernel.map(Math.abs) };
    return op.kind === "norm" ? { ...op, gamma: op.gamma!.map(Math.abs) } : op;
  });
  return withOps(net, ops);
}
