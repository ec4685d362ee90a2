/**
 * Units and terms multiplied by a factor, by a scaling put behind an operation or in front of one of its inputs. Weights
 * stay as they are, so this works for every unit, and engines reuse what they prepared for the weights.
 */
import { channelsOf } from "../../core/shape.js";
import type { Unit } from "../../core/unit.js";
import { type Network, opsByName, outputOp } from "../network.js";
import { scaling } from "../ops/norm.js";
import type { Op } from "../ops.js";
import { withOps } from "./with-ops.js";

/** The network with one channel of a layer's output multiplied by a factor, for all that read it. */
export function scaleUnit(net: Network, { layer, channel }: Unit, factor: number): Network {
  const made = outputOp(net, layer);
  const whole = `${made.name}/whole`;
  const factors = new Float32Array(channelsOf(made.output)).fill(1);
  factors[channel] = factor;
  const scaled = scaling({ ...made, inputs: [whole] }, factors);
  return withOps(
    net,
    net.ops.flatMap((op): Op[] => (op === made ? [{ ...made, name: whole }, scaled] : [op])),
  );
}

/** A factor for each channel of one input of an operation. */
export interface ScaledInput {
  /** Name of the operation. */
  readonly op: string;
  /** Which of its inputs. */
  readonly input: number;
  /** One factor per channel. */
  readonly factors: ArrayLike<number>;
}

/** The network with inputs of operations multiplied channel by channel; other readers of those maps get them unchanged. */
export function scaleInputs(net: Network, scaled: readonly ScaledInput[]): Network {
  const maps = opsByName(net);
  const ops = net.ops.flatMap((op): Op[] => {
    const own = scaled.filter((each) => each.op === op.name);
    if (own.length === 0) return [op];
    const inputs = [...op.inputs];
    const before = own.map(({ input, factors }) => {
      const read = maps.get(op.inputs[input]!)!;
      const name = `${op.name}/input ${input} scaled`;
      inputs[input] = name;
      return scaling({ name, layer: op.layer, inputs: [read.name], output: read.output }, factors);
    });
    return [...before, { ...op, inputs }];
  });
  return withOps(net, ops);
}
