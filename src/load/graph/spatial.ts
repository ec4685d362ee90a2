/** Nodes that change how many rows and columns there are: zeros around, enlarging. */
import { channelsOf } from "../../core/shape.js";
import type { Pads } from "../../network/ops/window.js";
import type { BlocksOp, ExtendOp } from "../../network/ops.js";
import { halfPixelBilinear } from "../half-pixel-bilinear.js";
import type { OpDraft } from "../layers/reader.js";
import { alias } from "./alias.js";
import { CannotRead } from "./cannot-read.js";
import { type AxisOrder, imageOf, turnableImageOf } from "./layout.js";
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

/** How a map goes on beyond its edge. */
export interface Padded {
  /** What is added before and after each axis, in the file's order; below zero it is cut off. */
  readonly sides: readonly (readonly [number, number])[];
  readonly border: ExtendOp["border"];
  /** The number of a constant border. */
  readonly value: number;
}

/** Padding of any kind: zeros or what else lies beyond the edge, rows and columns cut off, channels of zeros. */
export function padded(
  node: NodeToRead,
  input: GraphMap,
  order: AxisOrder,
  { sides, border, value }: Padded,
): GraphMap {
  const { builder, readers } = node;
  if (sides.every(([before, after]) => before === 0 && after === 0)) return alias(node, input);
  const of = (axis: string): readonly [number, number] => sides[order.indexOf(axis)] ?? [0, 0];
  if (sides.length !== 4 || of("N").some((n) => n !== 0)) throw new CannotRead("it pads other axes than those of maps");
  if (!Number.isFinite(value)) throw new CannotRead(`it pads by ${value}`);
  const { map, turned } = turnableImageOf(node, input, order);
  const around = (n: (side: number) => number): Pads => {
    const [top, bottom, left, right] = [...of("H"), ...of("W")].map(n) as [number, number, number, number];
    const pads = { top, bottom, left, right };
    return (turned ? turnedPadding(pads) : pads) as Pads;
  };
  const isNone = (pads: Pads): boolean => Object.values(pads).every((n) => n === 0);
  const steps: ((place: { name: string; layer: string }, read: string) => OpDraft)[] = [];
  const cropping = around((side) => Math.max(0, -side));
  if (!isNone(cropping)) {
    steps.push((place, read) => ({ kind: "crop", ...place, inputs: [read], cropping, strides: [1, 1] }));
  }
  const channels = paddedChannels(of("C"), channelsOf(map.shape));
  if (channels) {
    const isZeros = border === "constant" && value === 0;
    if (channels.includes(-1) && !isZeros) throw new CannotRead(`it pads channels by something else than zeros`);
    steps.push((place, read) => ({ kind: "select", ...place, inputs: [read], channels }));
  }
  const padding = around((side) => Math.max(0, side));
  if (!isNone(padding)) {
    const zeros = border === "constant" && value === 0;
    steps.push((place, read) =>
      zeros
        ? { kind: "pad", ...place, inputs: [read], padding }
        : { kind: "extend", ...place, inputs: [read], padding, border, value },
    );
  }
  const axes = turned ? turnedOrder(order) : order;
  return steps.reduce((last, step, i) => {
    const draft = step(builder.place(node.layer(), [last]), last.op);
    return builder.add(draft, [last], { axes, readers: i === steps.length - 1 ? readers : 1 });
  }, map);
}

/** The channels that are left, with −1 for one of zeros; `null` where all stay as they are. */
function paddedChannels([before, after]: readonly [number, number], count: number): number[] | null {
  if (before === 0 && after === 0) return null;
  const length = count + before + after;
  if (length < 1) throw new CannotRead("it cuts off all channels");
  return Array.from({ length }, (_, i) => (i - before >= 0 && i - before < count ? i - before : -1));
}

/** Depth to space or space to depth. */
export function blocks(
  node: NodeToRead,
  input: GraphMap,
  order: AxisOrder,
  how: Pick<BlocksOp, "kind" | "block" | "order">,
): GraphMap {
  const { builder, readers } = node;
  const map = imageOf(node, input, order);
  const place = builder.place(node.layer(), [map]);
  return builder.add({ ...how, ...place, inputs: [map.op] }, [map], { axes: order, readers });
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
