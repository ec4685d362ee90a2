/** The rest of a network behind a layer, as a network that reads the layer's map instead of an image. */
import { LensError } from "../../core/errors.js";
import { channelsOf } from "../../core/shape.js";
import { createNetwork, type Network, opsByName, outputOp } from "../network.js";
import type { Op } from "../ops.js";
import { preprocessing } from "../preprocessing.js";

/**
 * The operations from a layer's output to another layer's.
 *
 * @throws LensError `unsupported` when the second layer reads anything that does not pass through the first.
 */
export function subnetwork(net: Network, from: string, to: string): Network {
  const start = outputOp(net, from);
  const ops = opsByName(net);
  const needed = new Map<string, Op>();
  const collect = (name: string): void => {
    if (name === start.name || needed.has(name)) return;
    const op = ops.get(name)!;
    if (op.kind === "input") {
      throw new LensError(
        "unsupported",
        `"${to}" does not read the image through "${start.layer}" alone; choose a layer that every way passes, such as the end of a block`,
      );
    }
    needed.set(name, op);
    for (const input of op.inputs) collect(input);
  };
  const end = outputOp(net, to);
  if (end.name === start.name) {
    throw new LensError("unsupported", `"${to}" is the layer itself; choose a unit of a later layer`);
  }
  collect(end.name);
  const input: Op = { kind: "input", name: start.name, layer: start.layer, inputs: [], output: start.output };
  const rest = net.ops.filter((op) => needed.has(op.name));
  return createNetwork(`${net.name} behind ${from}`, [input, ...rest], {
    shape: start.output,
    preprocessing: preprocessing("unit", channelsOf(start.output)),
    stated: true,
  });
}
