/** ONNX nodes that normalise by the statistics of the example. */
import { CannotRead } from "../graph/cannot-read.js";
import type { NodeReader } from "../graph/node.js";
import { addGroupNorm, addLayerNorm } from "../graph/normalized.js";
import { sizeOf } from "../graph/view.js";

/** `LayerNormalization` over the axes from one on; only its first output is read. */
export const layerNorm: NodeReader = (node) =>
  addLayerNorm(node, node.map(0), node.number("axis", -1), {
    gamma: node.constant(1) ?? null,
    beta: node.constant(2) ?? null,
    epsilon: node.number("epsilon", 1e-5),
  });

/** `InstanceNormalization` of each place of the second axis, which may be groups of channels. */
export const instanceNorm: NodeReader = (node) => {
  const map = node.map(0);
  const groups = sizeOf(map.axes[1] ?? []);
  if (groups === null) throw new CannotRead("its number of channels is not known");
  const epsilon = node.number("epsilon", 1e-5);
  return addGroupNorm(node, map, { groups, gamma: node.numbers(1), beta: node.numbers(2), epsilon });
};

/** `GroupNormalization`, scaled by group before version 21 and by channel since. */
export const groupNorm: NodeReader = (node) => {
  const [groups] = node.whole("num_groups", 1, { least: 1 });
  const epsilon = node.number("epsilon", 1e-5);
  return addGroupNorm(node, node.map(0), { groups: groups!, gamma: node.numbers(1), beta: node.numbers(2), epsilon });
};
