/**
 * A unit made stronger or silenced where there are no weights to change, such as a channel of a residual sum: its map is
 * multiplied by a number right behind the operation that makes it.
 */
import { channelsOf } from "../core/shape.js";
import type { Unit } from "../core/unit.js";
import { createNetwork, type Network, outputOp } from "../network/network.js";
import type { NormOp, Op } from "../network/ops.js";

/** The network with one channel of a layer multiplied by a factor, for all that read it. */
export function scaleUnit(net: Network, { layer, channel }: Unit, factor: number): Network {
  const made = outputOp(net, layer);
  const channels = channelsOf(made.output)!;
  const whole = `${made.name}/whole`;
  const gamma = new Float32Array(channels).fill(1);
  gamma[channel] = factor;
  const [zeros, ones] = [new Float32Array(channels), new Float32Array(channels).fill(1)];
  const scaled: NormOp = {
    kind: "norm",
    name: made.name,
    layer: made.layer,
    inputs: [whole],
    output: made.output,
    gamma,
    beta: zeros,
    mean: zeros,
    variance: ones,
    epsilon: 0,
  };
  const ops = net.ops.flatMap((op): Op[] => (op === made ? [{ ...made, name: whole }, scaled] : [op]));
  return createNetwork(net.name, ops, net.input);
}
