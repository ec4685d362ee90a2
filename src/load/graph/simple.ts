/** Nodes that become one operation: activations, pooling, softmax, and what cannot be computed. */
import type { Activation, PoolOp } from "../../network/ops.js";
import { alias } from "./arrange.js";
import type { GraphBuilder } from "./builder.js";
import { CannotRead } from "./cannot-read.js";
import type { NodeToRead } from "./node.js";
import { fileShape, type GraphMap } from "./value.js";
import type { Sliding } from "./weighted.js";

/** Adds an activation, to the convolution before it where both are of one layer. */
export function addActivation(
  node: NodeToRead,
  map: GraphMap,
  activation: Activation,
  layer: string = node.layer(),
): GraphMap {
  const { builder, readers } = node;
  if (map.readers === 1 && builder.fuseActivation(map, activation, layer)) return { ...map, readers };
  const place = builder.place(layer, [map]);
  return builder.add({ kind: "activation", ...place, inputs: [map.op], activation }, [map], {
    packed: map.packed,
    readers,
  });
}

/** Adds a softmax over the channels of a vector or map. */
export function addSoftmax(node: NodeToRead, map: GraphMap, axis: number): GraphMap {
  const letter = map.axes.at(axis);
  if (letter !== "C") throw new CannotRead("it runs over another axis than the channels");
  return addActivation(node, map, { name: "softmax" });
}

/** Adds pooling over windows. */
export function addPool(
  node: NodeToRead,
  input: GraphMap,
  { mode, size, ...sliding }: Omit<Sliding, "dilation"> & { mode: PoolOp["mode"]; size: readonly [number, number] },
): GraphMap {
  const { builder, readers } = node;
  const map = builder.asMap(input);
  const layer = node.layer();
  const place = builder.place(layer, [map]);
  return builder.add({ kind: "pool", ...place, inputs: [map.op], mode, size, ...sliding }, [map], { readers });
}

/** Adds pooling over the whole map, to a vector; the file may still see it as a map of one pixel. */
export function addGlobalPool(
  node: NodeToRead,
  map: GraphMap,
  mode: PoolOp["mode"],
  axes: string = map.axes,
): GraphMap {
  const { builder, readers } = node;
  if (map.shape.length === 1) return alias(node, map, { axes });
  const layer = node.layer();
  return builder.add({ kind: "globalPool", ...builder.place(layer, [map]), inputs: [map.op], mode }, [map], {
    axes,
    readers,
  });
}

/** Adds the mean or maximum over axes: over rows and columns it is a pooling. */
export function addReduce(
  node: NodeToRead,
  map: GraphMap,
  { axes, keep, mode }: { axes: readonly number[] | undefined; keep: boolean; mode: PoolOp["mode"] },
): GraphMap {
  const letters = (axes ?? []).map((axis) => map.axes.at(axis) ?? "?").sort();
  if (letters.join("") !== "HW") {
    throw new CannotRead(`it runs over axes ${axes?.join() ?? "all"} of ${fileShape(map).join("×")}`);
  }
  return addGlobalPool(node, map, mode, keep ? map.axes : "NC");
}

/** Adds local response normalisation. */
export function addLrn(
  node: NodeToRead,
  input: GraphMap,
  settings: { radius: number; alpha: number; beta: number; bias: number },
): GraphMap {
  const { builder, readers } = node;
  const map = builder.asMap(input);
  const layer = node.layer();
  const place = builder.place(layer, [map]);
  return builder.add({ kind: "lrn", ...place, inputs: [map.op], ...settings }, [map], { readers });
}

/** Something that cannot be computed: it keeps its place and, for want of better, the shape it reads. */
export function addOpaque(
  builder: GraphBuilder,
  maps: readonly GraphMap[],
  { layer, type, reason, parameters, readers }: OpaqueParts,
): GraphMap {
  const inputs = maps.map(({ op }) => op);
  const draft = { kind: "opaque", ...builder.place(layer, maps), inputs, className: type, reason, parameters } as const;
  return builder.add(draft, maps, { readers });
}

/** What is known of something opaque. */
export interface OpaqueParts {
  readonly layer: string;
  readonly type: string;
  readonly reason: string;
  readonly parameters: number;
  readonly readers: number;
}
