/** Maps that one node reads together: whether their axes, as the file sees them, are the same axes as they are stored. */
import { CannotRead } from "./cannot-read.js";
import { inStoredOrder, laidOut } from "./layout.js";
import type { NodeToRead } from "./node.js";
import type { GraphMap } from "./value.js";
import { describeView, type FileAxis, isBatch, isFull, ordersChannels, sameAxis, sizeOf } from "./view.js";

/**
 * The maps stored alike, vectors as vectors where all are. An axis of size one goes with any; `along` is the axis along which
 * they are joined, where sizes differ.
 *
 * @throws CannotRead when the file has their axes in different orders, and they cannot be put in one.
 */
export function aligned(node: NodeToRead, maps: readonly GraphMap[], along?: number): readonly GraphMap[] {
  const rank = Math.max(...maps.map(({ axes }) => axes.length));
  const stored = maps.some(({ shape }) => shape.length === 3) ? maps.map((map) => node.builder.asMap(map)) : maps;
  const ranked = stored.map((map) => inRank(map, rank));
  if (isAlike(ranked, along)) return ranked;
  // Channels that one of them has in another order are put in order.
  const ordered = ranked.map((map) => (ordersChannels(map.axes, map.shape) ? inStoredOrder(node, map) : map));
  if (isAlike(ordered, along)) return ordered;
  const like = ranked.reduce((most, map) => (countOf(map) > countOf(most) ? map : most));
  const alike = along === undefined ? ranked.map((map) => (map === like ? map : storedLike(node, map, like))) : [];
  if (alike.length > 0 && isAlike(alike, along)) return alike;
  const words = ranked.map(({ axes, shape }) => describeView(axes, shape)).join(" and ");
  throw new CannotRead(`it joins maps whose axes differ: ${words}`);
}

function inRank(map: GraphMap, rank: number): GraphMap {
  return { ...map, axes: [...Array.from({ length: rank - map.axes.length }, () => []), ...map.axes] };
}

function countOf(map: GraphMap): number {
  return map.shape.reduce<number>((product, n) => product * (n ?? 1e6), 1);
}

/** Whether maps of as many axes can be joined as they are stored. */
export function isAlike(maps: readonly GraphMap[], along?: number): boolean {
  return maps.every((map) => maps.every((other) => meets(map, other, along)));
}

function meets(map: GraphMap, other: GraphMap, along: number | undefined): boolean {
  if (map.axes.length !== other.axes.length) return false;
  return map.axes.every((axis, i) => {
    const met = other.axes[i]!;
    if (i === along || sameAxis(axis, met)) return true;
    if (along !== undefined) return false;
    // Repeated along an axis: the other map has to be of size one there as it is stored.
    const [long, short] = axis.length > 0 ? [axis, other] : [met, map];
    return (axis.length === 0 || met.length === 0) && long.every(({ axis: at }) => at < 0 || short.shape[at] === 1);
  });
}

/** A map stored with its axes where another has them; as it is where it cannot be. */
function storedLike(node: NodeToRead, map: GraphMap, like: GraphMap): GraphMap {
  if (!map.sure || !like.sure || like.shape.length !== 3 || isAlike([map, like])) return map;
  const places = [0, 1, 2].map((stored) =>
    like.axes.findIndex((axis) => axis.length > 0 && isFull(axis, like.shape, stored)),
  );
  const isCovered = map.axes.every((axis, i) => axis.length === 0 || isBatch(axis) || places.includes(i));
  const [rows = [], columns = [], channels = []] = places.map((i) => map.axes[i] ?? []);
  const axes = map.axes.map((axis, i): FileAxis => {
    const at = places.indexOf(i);
    return at < 0 || axis.length === 0 ? axis : [{ axis: at, size: sizeOf(axis), stride: 1 }];
  });
  return (isCovered && laidOut(node, map, { rows, columns, channels }, axes)) || map;
}
