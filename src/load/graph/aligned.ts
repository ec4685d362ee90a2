/** Maps that one node reads together: whether their axes, as the file sees them, are the same axes as they are stored. */
import { CannotRead } from "./cannot-read.js";
import { inStoredOrder } from "./layout.js";
import type { NodeToRead } from "./node.js";
import type { GraphMap } from "./value.js";
import { describeView, ordersChannels, sameAxis } from "./view.js";

/**
 * The maps stored alike, vectors as vectors where all are. An axis of size one goes with any; `along` is the axis along which
 * they are joined, where sizes differ.
 *
 * @throws CannotRead when the file has their axes in different orders.
 */
export function aligned(node: NodeToRead, maps: readonly GraphMap[], along?: number): readonly GraphMap[] {
  const rank = Math.max(...maps.map(({ axes }) => axes.length));
  const stored = maps.some(({ shape }) => shape.length === 3) ? maps.map((map) => node.builder.asMap(map)) : maps;
  const ranked = stored.map((map) => ({
    ...map,
    axes: [...Array.from({ length: rank - map.axes.length }, () => []), ...map.axes],
  }));
  if (meet(ranked, along) === null) return ranked;
  // Channels that one of them has in another order are put in order.
  const ordered = ranked.map((map) => (ordersChannels(map.axes, map.shape) ? inStoredOrder(node, map) : map));
  const apart = meet(ordered, along);
  if (apart === null) return ordered;
  const words = apart.map((map) => describeView(map.axes, map.shape));
  throw new CannotRead(`it joins maps whose axes differ: ${words.join(" and ")}`);
}

/** Two of the maps whose axes differ; `null` where all go together. */
function meet(maps: readonly GraphMap[], along: number | undefined): readonly [GraphMap, GraphMap] | null {
  for (const map of maps) for (const other of maps) if (!goTogether(map, other, along)) return [map, other];
  return null;
}

function goTogether(map: GraphMap, other: GraphMap, along: number | undefined): boolean {
  return map.axes.every((axis, i) => {
    const met = other.axes[i]!;
    if (i === along || sameAxis(axis, met)) return true;
    if (along !== undefined) return false;
    // Repeated along an axis: the other map has to be of size one there as it is stored.
    const [long, short] = axis.length > 0 ? [axis, other] : [met, map];
    return (axis.length === 0 || met.length === 0) && long.every(({ axis: at }) => at < 0 || short.shape[at] === 1);
  });
}
