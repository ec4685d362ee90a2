/** The objective of a unit: the mean of its map or its centre, and the logit of a class. */
import type { Unit } from "../core/unit.js";
import { type Network, outputOp } from "../network/network.js";
import type { Objective } from "./objective/objective.js";
import { channel, logit, neuron } from "./objective/units.js";

/** What of a unit is made large: `"channel"` is the mean over its map, `"neuron"` its value at the centre. */
export type UnitView = "channel" | "neuron";

/**
 * The objective for one view of a unit. A unit behind a softmax is climbed by its value before the softmax: near 1 the
 * gradient of a softmax vanishes, and a probability also rises when the other classes fall.
 */
export function unitObjective(net: Network, unit: Unit, view: UnitView): Objective {
  const op = outputOp(net, unit.layer);
  const isSoftmax = "activation" in op && op.activation.name === "softmax";
  if (isSoftmax)
    return view === "channel" && op.output.length > 1 ? channel(unit, { preActivation: true }) : logit(unit);
  return view === "channel" ? channel(unit) : neuron(unit);
}
