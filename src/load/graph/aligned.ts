/** Maps that one node reads together: whether their axes, as the file sees them, are the same axes as they are stored. */
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import type { GraphMap } from "./value.js";
import { describeView, sameAxis } from "./view.js";

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
  for (const map of ranked) for (const other of ranked) meet(map, other, along);
  return ranked;
}

function meet(map: GraphMap, other: GraphMap, along: number | undefined): void {
  const fits = map.axes.every((axis, i) => {
    const met = other.axes[i]!;
    if (i === along || sameAxis(axis, met)) return true;
    if (along !== undefined) return false;
    // Repeated along an axis: the other map has to be of size one there as it is stored.
    const [long, short] = axis.length > 0 ? [axis, other] : [met, map];
    return (axis.length === 0 || met.length === 0) && long.every(({ axis: at }) => at < 0 || short.shape[at] === 1);
  });
  if (!fits) {
    const words = (one: GraphMap): string => describeView(one.axes, one.shape);
    throw new CannotRead(`it joins maps whose axes differ: ${words(map)} and ${words(other)}`);
  }
}
