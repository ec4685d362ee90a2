/**
 * A network with linear stand-ins, so that a weight leads from any layer to any later one: a rectifier is let through, or
 * opened as often as its unit fires; a maximum becomes a mean; local response normalisation becomes its slope at a map of
 * zeros, `bias^−beta`; batch norm its factor. Biases are left out.
 */
import { LensError } from "../core/errors.js";
import { channelsOf } from "../core/shape.js";
import { createNetwork, type Network } from "../network/network.js";
import { linear, type NormOp, type Op } from "../network/ops.js";

/** How often each unit of a layer is above zero, 0 to 1, by layer. */
export type Gates = ReadonlyMap<string, Float64Array>;

/** A linear network, and what stands for what in it. */
export interface Linearized {
  readonly net: Network;
  readonly standIns: readonly string[];
}

/** Layers that would need a gate: those on the way whose activation is not linear. */
export function gatedLayers({ ops }: Network): string[] {
  const gated = ops.filter((op) => op !== ops.at(-1) && "activation" in op && op.activation.name !== "linear");
  return [...new Set(gated.map(({ layer }) => layer))];
}

/**
 * The stand-in of a network whose last operation makes the unit.
 *
 * @throws LensError `unsupported` for an operation without one.
 */
export function linearize(net: Network, gates: Gates | null): Linearized {
  const standIns = new Set<string>();
  const last = net.ops.at(-1);
  const gateOf = (op: Op & { activation: { name: string } }): Float64Array | null => {
    if (op === last || op.activation.name === "linear") return null;
    standIns.add(gates ? `${op.activation.name} open as often as its unit fires` : `${op.activation.name} let through`);
    return gates?.get(op.layer) ?? null;
  };
  const ops = net.ops.map((op): Op => {
    // A free size, so that the window can lie wherever the unit sees no border.
    const output = op.output.length === 3 ? ([null, null, op.output[2]!] as const) : op.output;
    switch (op.kind) {
      case "conv":
      case "depthwise":
      case "dense": {
        const gate = gateOf(op);
        const kernel = gate ? op.kernel.map((w, i) => w * gate[i % gate.length]!) : op.kernel;
        return { ...op, output, kernel, bias: null, activation: linear };
      }
      case "activation":
        return scaled({ ...op, output }, gateOf(op));
      case "norm": {
        const factor = op.mean.map((_, c) => (op.gamma?.[c] ?? 1) / Math.sqrt(op.variance[c]! + op.epsilon));
        return scaled({ ...op, output }, factor);
      }
      case "lrn":
        standIns.add("local response normalisation as its slope at zero");
        return scaled({ ...op, output }, new Float64Array(channelsOf(op.output)).fill(op.bias ** -op.beta));
      case "pool":
        if (op.mode === "max") standIns.add("maximum as mean");
        return { ...op, output, mode: "average" };
      case "multiply":
      case "globalPool":
      case "opaque":
        throw new LensError("unsupported", `"${op.name}" (${op.kind}) on the way has no linear stand-in`);
      default:
        return { ...op, output };
    }
  });
  const shape = ops[0]!.output;
  return { net: createNetwork(net.name, ops, { ...net.input, shape }), standIns: [...standIns] };
}

/** A factor per channel, as a batch norm that does nothing else; none leaves the map as it is. */
function scaled({ name, layer, inputs, output }: Op, factor: Float64Array | Float32Array | null): Op {
  const at = { name, layer, inputs, output };
  if (!factor) return { ...at, kind: "activation", activation: linear };
  const [zeros, ones] = [new Float32Array(factor.length), new Float32Array(factor.length).fill(1)];
  const norm: NormOp = {
    ...at,
    kind: "norm",
    gamma: Float32Array.from(factor),
    beta: zeros,
    mean: zeros,
    variance: ones,
    epsilon: 0,
  };
  return norm;
}

/** A linear network with the size of every weight in place of the weight. */
export function withSizes(net: Network): Network {
  const ops = net.ops.map((op): Op => {
    switch (op.kind) {
      case "conv":
      case "depthwise":
      case "dense":
        return { ...op, kernel: op.kernel.map(Math.abs) };
      case "norm":
        return { ...op, gamma: op.gamma!.map(Math.abs) };
      default:
        return op;
    }
  });
  return createNetwork(net.name, ops, net.input);
}
