/**
 * Dilated convolutions. TensorFlow writes one as three nodes: the map is cut into `d × d` maps of every d-th pixel, these are
 * convolved without gaps, and their pixels are put back in their places. Here the three are one convolution again:
 *
 *     SpaceToBatchND(pads)  →  Conv2D, valid  →  BatchToSpaceND(crops)      =      Conv2D, dilation d, padding pads − crops
 */
import type { GraphNode, Setting } from "../graph/node.js";
import { type GraphConstant, listOf } from "../graph/value.js";

/** The nodes with dilated convolutions as one. */
export function joinDilated(
  nodes: readonly GraphNode[],
  constants: ReadonlyMap<string, GraphConstant>,
): readonly GraphNode[] {
  if (!nodes.some(({ type }) => type === "BatchToSpaceND")) return nodes;
  const makers = new Map(nodes.map((node) => [node.name, node]));
  const gone = new Set<GraphNode>();
  const joined = new Map<GraphNode, GraphNode>();
  for (const back of nodes.filter(({ type }) => type === "BatchToSpaceND")) {
    const conv = makers.get(back.inputs[0] ?? "");
    const apart = makers.get(conv?.inputs[0] ?? "");
    if (!conv || apart?.type !== "SpaceToBatchND" || !/Conv2/.test(conv.type)) continue;
    const settings = dilatedSettings(conv, apart, back, constants);
    if (!settings) continue;
    const inputs = [apart.inputs[0]!, ...conv.inputs.slice(1)];
    joined.set(conv, { ...conv, inputs, outputs: back.outputs, settings });
    gone.add(apart).add(back);
  }
  return nodes.filter((node) => !gone.has(node)).map((node) => joined.get(node) ?? node);
}

function dilatedSettings(
  conv: GraphNode,
  apart: GraphNode,
  back: GraphNode,
  constants: ReadonlyMap<string, GraphConstant>,
): Map<string, Setting> | null {
  const list = (node: GraphNode, i: number): number[] | null => {
    const constant = constants.get(node.inputs[i] ?? "");
    return constant ? listOf(constant) : null;
  };
  const block = list(apart, 1);
  const pads = list(apart, 2);
  const crops = list(back, 2);
  const shape = constants.get(conv.inputs[1] ?? "")?.shape;
  if (block?.length !== 2 || pads?.length !== 4 || crops?.length !== 4 || shape?.length !== 4) return null;
  if (conv.settings.get("padding") !== "VALID" || block.join() !== list(back, 1)?.join()) return null;
  const zeros = pads.map((n, i) => n - crops[i]!);
  const reach = [0, 1].map((axis) => (shape[axis]! - 1) * block[axis]!);
  const isSame = reach.every(
    (total, axis) => zeros[2 * axis] === Math.floor(total / 2) && zeros[2 * axis + 1] === Math.ceil(total / 2),
  );
  return new Map(conv.settings)
    .set("dilations", [1, ...block, 1])
    .set("padding", isSame ? "SAME" : "EXPLICIT")
    .set("explicit_paddings", [0, 0, ...zeros, 0, 0]);
}
