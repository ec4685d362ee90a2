/**
 * Layer, instance and group normalisation where a graph writes it out, as exporters do before operator set 17:
 *
 *     (x − mean) / √(mean of (x − mean)² + epsilon)
 *
 * Its scale and shift follow as a product and a sum, which are merged into it.
 */

import type { NodeToRead } from "./node.js";
import { addStandardised } from "./normalized.js";
import { axisAt, type GraphMap, numberOf, settingsOf } from "./value.js";

/** The normalisation that a quotient of maps amounts to; `null` for any other quotient. */
export function normalizedOf(node: NodeToRead): GraphMap | null {
  const centred = past(node.maker(0));
  const [x, subtracted] = centred?.node.type === "Sub" ? centred.inputs : [];
  if (x?.kind !== "map" || subtracted?.kind !== "map") return null;
  const axes = axesOfMean(past(centred!.maker(1)), x);
  const sum = radicand(node.maker(1));
  const at = sum?.inputs.findIndex((value) => numberOf(value) !== null) ?? -1;
  if (!axes || !sum || at < 0) return null;
  const variance = past(sum.maker(1 - at));
  const squares = past(variance?.maker(0));
  const difference = variance?.node.type === "ReduceMean" && squares ? squareOf(squares) : null;
  if (!difference || past(difference) !== centred) return null;
  const same = axesOfMean(variance, variance!.map(0));
  if (same?.join() !== axes.join()) return null;
  return addStandardised(node, x, axes, numberOf(sum.inputs[at])!);
}

/** A node, or the one before it where it hands on what it reads. */
function past(node: NodeToRead | undefined): NodeToRead | undefined {
  let here = node;
  while (here && ["Cast", "Identity"].includes(here.node.type)) here = here.maker(0);
  return here;
}

/** The axes, in order, over which a node takes the mean of a map, keeping them; `null` for any other node. */
function axesOfMean(node: NodeToRead | undefined, map: GraphMap): readonly number[] | null {
  if (node?.node.type !== "ReduceMean" || node.inputs[0] !== map || !node.flag("keepdims", true)) return null;
  const given = node.inputs[1];
  const axes = given?.kind === "constant" ? settingsOf(given) : node.list("axes");
  return axes?.length ? axes.map((axis) => axisAt(map, axis)).sort((a, b) => a - b) : null;
}

/** The sum under a square root. */
function radicand(node: NodeToRead | undefined): NodeToRead | undefined {
  const root = past(node);
  const isRoot = root?.node.type === "Sqrt" || (root?.node.type === "Pow" && numberOf(root.inputs[1]) === 0.5);
  const sum = isRoot ? past(root.maker(0)) : undefined;
  return sum?.node.type === "Add" ? sum : undefined;
}

/** The node that makes what is squared. */
function squareOf(node: NodeToRead): NodeToRead | undefined {
  const { type } = node.node;
  const isSquare =
    (type === "Pow" && numberOf(node.inputs[1]) === 2) || (type === "Mul" && node.inputs[0] === node.inputs[1]);
  return isSquare ? node.maker(0) : undefined;
}
