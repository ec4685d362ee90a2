/** Nodes that change how many rows and columns there are: zeros around, enlarging. */
import { halfPixelBilinear } from "../half-pixel-bilinear.js";
import { alias } from "./alias.js";
import { CannotRead } from "./cannot-read.js";
import { type AxisOrder, turnableImageOf } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { exchanged, turnedOrder, turnedPadding } from "./turned.js";
import type { GraphMap } from "./value.js";

/** Zeros before and after each axis, in the file's order. */
export function pad(
  node: NodeToRead,
  input: GraphMap,
  order: AxisOrder,
  sides: readonly (readonly [number, number])[],
): GraphMap {
  const { builder, readers } = node;
  if (sides.every(([before, after]) => before === 0 && after === 0)) return alias(node, input);
  const of = (axis: string): readonly [number, number] => sides[order.indexOf(axis)] ?? [0, 0];
  if (sides.length !== 4 || [...of("N"), ...of("C")].some((n) => n !== 0)) {
    throw new CannotRead("it pads other axes than rows and columns");
  }
  const [top, bottom, left, right] = [...of("H"), ...of("W")] as [number, number, number, number];
  if ([top, bottom, left, right].some((n) => n < 0)) throw new CannotRead("it cuts off rows or columns");
  const { map, turned } = turnableImageOf(node, input, order);
  const own = { top, bottom, left, right };
  const padding = (turned ? turnedPadding(own) : own) as typeof own;
  const place = builder.place(node.layer(), [map]);
  return builder.add({ kind: "pad", ...place, inputs: [map.op], padding }, [map], {
    axes: turned ? turnedOrder(order) : order,
    readers,
  });
}

/** How rows and columns are enlarged; `"centred"` is bilinear with pixel centres at a half. */
export interface Enlarging {
  readonly size: readonly [number, number];
  readonly interpolation: "nearest" | "bilinear" | "centred";
}

/** Enlarging rows and columns by whole factors. */
export function upsample(node: NodeToRead, input: GraphMap, order: AxisOrder, enlarging: Enlarging): GraphMap {
  const { builder, readers } = node;
  const { interpolation } = enlarging;
  if (!enlarging.size.every((n) => Number.isInteger(n) && n >= 1 && n <= 4096)) {
    throw new CannotRead(`it enlarges by ${enlarging.size.join(" and ")}, not by whole factors`);
  }
  if (enlarging.size.every((n) => n === 1)) return alias(node, input);
  const { map, turned } = turnableImageOf(node, input, order);
  const size = turned ? exchanged(enlarging.size) : enlarging.size;
  const axes = turned ? turnedOrder(order) : order;
  const place = builder.place(node.layer(), [map]);
  if (interpolation !== "centred") {
    return builder.add({ kind: "upsample", ...place, inputs: [map.op], size, interpolation }, [map], { axes, readers });
  }
  return halfPixelBilinear(place, map.op, size).reduce(
    (last, draft) => builder.add(draft, [last], { axes, readers: draft.name === place.name ? readers : 1 }),
    map,
  );
}
