/**
 * Nodes that move values about: other shapes, other orders of axes, zeros around, channels side by side, enlarging. Most of
 * them only change how the file sees a map, and make no operation.
 */
import { formatShape, type Shape } from "../../core/shape.js";
import { halfPixelBilinear } from "../half-pixel-bilinear.js";
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import { axisAt, fileShape, type GraphMap, sizeOf } from "./value.js";

/** The same map in other words. */
export function alias({ readers }: NodeToRead, map: GraphMap, change: Partial<GraphMap> = {}): GraphMap {
  // Read by others before, or by several of the nodes behind.
  return { ...map, ...change, readers: map.readers > 1 ? map.readers : readers };
}

/** Axes in another order. */
export function transpose(node: NodeToRead, map: GraphMap, order: readonly number[]): GraphMap {
  const axes = order.map((i) => map.axes[i] ?? "?").join("");
  const isOrder = new Set(order).size === map.axes.length && !axes.includes("?");
  if (!isOrder || axes[0] !== "N") throw new CannotRead(`it puts axes in the order ${order.join()}`);
  if (map.packed && axes !== map.axes) throw new CannotRead("it turns a vector around");
  return alias(node, map, { axes });
}

/** All values in one row, in the order in which the file has them. */
export function flatten(node: NodeToRead, map: GraphMap): GraphMap {
  const { builder, readers } = node;
  const vector = builder.asVector(map);
  if (vector) return alias(node, vector, { axes: "NC" });
  const [h, w, c] = map.shape;
  if (h === null || w === null || c === null || h === undefined || w === undefined || c === undefined) {
    throw new CannotRead("it flattens a map of free size; give a model of a fixed image size");
  }
  const layer = node.layer();
  const inOurOrder = map.axes === "NHWC" || c === 1;
  if (!inOurOrder && map.axes !== "NCHW") throw new CannotRead(`it flattens axes in the order ${map.axes}`);
  return builder.add(
    { kind: "reshape", ...builder.place(layer, [map]), inputs: [map.op], output: [h * w * c] },
    [map],
    { axes: "NC", packed: inOurOrder ? undefined : [h, w, c], readers },
  );
}

/**
 * Another shape, the batch in front, where 0 keeps a size and −1 is what is left. `usual` is the order of axes that four
 * sizes have in this format.
 */
export function reshape(node: NodeToRead, map: GraphMap, target: readonly number[], usual: "NCHW" | "NHWC"): GraphMap {
  const { builder, readers } = node;
  const from = fileShape(map);
  const total = count(from);
  const sizes: (number | null)[] = target.map((n, i) => (n === 0 ? (from[i] ?? null) : Number.isNaN(n) ? null : n));
  // The batch is one example, whatever the file calls it.
  if (sizes.length > 1 && (sizes[0] === -1 || sizes[0] === null)) sizes[0] = 1;
  const known = sizes.reduce<number | null>(
    (product, n) => (n === -1 ? product : product === null || n === null ? null : product * n),
    1,
  );
  const resolved = sizes.map((n) => (n === -1 ? (total !== null && known ? total / known : null) : n));
  if (formatShape(resolved) === formatShape(from)) return alias(node, map);
  if (resolved[0] === 1 && resolved.length === 2) return flatten(node, map);
  const others = resolved.slice(1);
  const long = others.filter((n) => n !== 1);
  const vector = builder.asVector(map);
  if (resolved.length === 4 && vector && !vector.packed && long.length <= 1) {
    return alias(node, vector, { axes: pixelAxes(others, usual) });
  }
  const fits = total !== null && count(resolved) === total && resolved.length === 4 && usual === "NHWC";
  if (fits && map.axes.endsWith("C") && !map.packed) {
    const layer = node.layer();
    const draft = { kind: "reshape", ...builder.place(layer, [map]), inputs: [map.op], output: others } as const;
    return builder.add(draft, [map], { axes: "NHWC", readers });
  }
  throw new CannotRead(`it makes ${formatShape(resolved)} of ${formatShape(from)}`);
}

/** The order of axes of a vector that became a map of one pixel. */
function pixelAxes(sizes: Shape, usual: "NCHW" | "NHWC"): string {
  const at = sizes.findIndex((n) => n !== 1);
  return at === 0 ? "NCHW" : at === 2 ? "NHWC" : usual;
}

/** Takes axes of size one away. */
export function squeeze(node: NodeToRead, map: GraphMap, axes: readonly number[] | undefined): GraphMap {
  const letters = axes
    ? axes.map((axis) => axisAt(map, axis) ?? "?")
    : [...map.axes].filter((letter) => letter !== "N" && sizeOf(map, letter) === 1);
  if (letters.some((letter) => letter === "N" || letter === "C" || sizeOf(map, letter) !== 1)) {
    throw new CannotRead(`it takes away axes ${(axes ?? []).join()} of ${formatShape(fileShape(map))}`);
  }
  const left = [...map.axes].filter((letter) => !letters.includes(letter)).join("");
  if (left !== "NC") throw new CannotRead(`it leaves the axes ${left}`);
  return alias(node, node.builder.asVector(map)!, { axes: "NC" });
}

/** Puts axes of size one in. */
export function unsqueeze(node: NodeToRead, map: GraphMap, axes: readonly number[]): GraphMap {
  const rank = map.axes.length + axes.length;
  const places = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const letters = places.join() === "2,3" ? "NCHW" : places.join() === "1,2" ? "NHWC" : null;
  if (map.axes !== "NC" || !letters || map.packed) throw new CannotRead(`it puts axes in at ${axes.join()}`);
  return alias(node, map, { axes: letters });
}

/** Channels side by side. */
export function concat(node: NodeToRead, maps: readonly GraphMap[], axis: number): GraphMap {
  const { builder, readers } = node;
  const [first] = maps;
  if (!first) throw new CannotRead("it joins nothing");
  const isMap = maps.some(({ shape }) => shape.length === 3);
  const joined = isMap ? maps.map((map) => builder.asMap(map)) : maps;
  if (axisAt(first, axis) !== "C" || joined.some((map) => map.axes !== first.axes)) {
    throw new CannotRead("it joins along another axis than the channels");
  }
  if (joined.some((map) => map.packed)) throw new CannotRead("it joins flattened maps");
  const layer = node.layer();
  return builder.add({ kind: "concat", ...builder.place(layer, joined), inputs: joined.map(({ op }) => op) }, joined, {
    readers,
  });
}

/** Zeros before and after each axis, in the file's order. */
export function pad(node: NodeToRead, input: GraphMap, sides: readonly (readonly [number, number])[]): GraphMap {
  const { builder, readers } = node;
  const map = builder.asMap(input);
  const of = (axis: string): readonly [number, number] => sides[map.axes.indexOf(axis)] ?? [0, 0];
  if (sides.length !== map.axes.length || [...of("N"), ...of("C")].some((n) => n !== 0)) {
    throw new CannotRead("it pads other axes than rows and columns");
  }
  const [top, bottom, left, right] = [...of("H"), ...of("W")] as [number, number, number, number];
  if ([top, bottom, left, right].some((n) => n < 0)) throw new CannotRead("it cuts off rows or columns");
  if (top + bottom + left + right === 0) return alias(node, map);
  const layer = node.layer();
  const padding = { top, bottom, left, right };
  return builder.add({ kind: "pad", ...builder.place(layer, [map]), inputs: [map.op], padding }, [map], {
    readers,
  });
}

/** Enlarging rows and columns by whole factors; `"centred"` is bilinear with pixel centres at a half. */
export function upsample(
  node: NodeToRead,
  input: GraphMap,
  { size, interpolation }: { size: readonly [number, number]; interpolation: "nearest" | "bilinear" | "centred" },
): GraphMap {
  const { builder, readers } = node;
  const map = builder.asMap(input);
  if (!size.every((n) => Number.isInteger(n) && n >= 1 && n <= 4096)) {
    throw new CannotRead(`it enlarges by ${size.join(" and ")}, not by whole factors`);
  }
  if (size.every((n) => n === 1)) return alias(node, map);
  const layer = node.layer();
  const place = builder.place(layer, [map]);
  if (interpolation !== "centred")
    return builder.add({ kind: "upsample", ...place, inputs: [map.op], size, interpolation }, [map], { readers });
  return halfPixelBilinear(place, map.op, size).reduce(
    (last, draft) => builder.add(draft, [last], { readers: draft.name === place.name ? readers : 1 }),
    map,
  );
}

function count(shape: Shape): number | null {
  return shape.reduce<number | null>((product, n) => (product === null || n === null ? null : product * n), 1);
}
