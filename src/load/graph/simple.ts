/** Nodes that become one operation: activations, pooling, softmax, and what cannot be computed. */
import { channelsOf } from "../../core/shape.js";
import type { Activation, PoolOp } from "../../network/ops.js";
import { alias } from "./alias.js";
import { CannotRead } from "./cannot-read.js";
import { type AxisOrder, axisAsChannels, turnableImageOf } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { exchanged, turnedOrder, turnedPadding } from "./turned.js";
import { axisAt, type GraphMap } from "./value.js";
import { channelAxis, covers, describeView, isFull, type View, viewOfVector } from "./view.js";
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
  return builder.add({ kind: "activation", ...place, inputs: [map.op], activation }, [map], { readers });
}

/** Adds a softmax over axes that hold all channels of a vector or map, or all of its numbers. */
export function addSoftmax(node: NodeToRead, input: GraphMap, axes: readonly number[]): GraphMap {
  const over = (map: GraphMap): boolean =>
    covers(
      axes.map((axis) => map.axes[axisAt(map, axis)]!),
      map.shape,
      [channelAxis(map.shape)],
    );
  const vector = over(input) || !input.sure ? null : vectorOfKnown(node, input);
  const [axis] = axes;
  const other = axes.length === 1 && !over(input) ? axisAsChannels(node, input, axisAt(input, axis!)) : null;
  const map = vector && over(vector) ? vector : (other ?? input);
  if (!over(map)) {
    throw new CannotRead(
      `it runs over axis ${axes.join()} of ${describeView(map.axes, map.shape)}, which is not that of the channels`,
    );
  }
  return addActivation(node, map, { name: "softmax" });
}

function vectorOfKnown({ builder }: NodeToRead, map: GraphMap): GraphMap | null {
  return viewOfVector(map.axes, map.shape) && builder.asVector(map);
}

/** A window over rows and columns, in the order of the file's axes. */
export interface Window extends Omit<Sliding, "dilation"> {
  readonly mode: PoolOp["mode"];
  readonly size: readonly [number, number];
}

/** Adds pooling over windows; `order` is that of the axes that the node reads. */
export function addPool(node: NodeToRead, input: GraphMap, order: AxisOrder, window: Window): GraphMap {
  const { builder, readers } = node;
  const { map, turned } = turnableImageOf(node, input, order);
  const { mode, size, strides, padding } = turned ? turnedWindow(window) : window;
  const place = builder.place(node.layer(), [map]);
  const draft = { kind: "pool", ...place, inputs: [map.op], mode, size, strides, padding } as const;
  return builder.add(draft, [map], { axes: turned ? turnedOrder(order) : order, readers });
}

/** A window with rows and columns exchanged. */
function turnedWindow(window: Window): Window {
  const { size, strides, padding } = window;
  return { ...window, size: exchanged(size), strides: exchanged(strides), padding: turnedPadding(padding) };
}

/** Adds local response normalisation over the channels, which the file has as one of four axes. */
export function addLrn(
  node: NodeToRead,
  map: GraphMap,
  at: number,
  settings: { radius: number; alpha: number; beta: number; bias: number },
): GraphMap {
  const { builder, readers } = node;
  if (!isFull(map.axes[axisAt(map, at)]!, map.shape, channelAxis(map.shape))) {
    throw new CannotRead(`it runs over axis ${at} of ${describeView(map.axes, map.shape)}`);
  }
  const image = builder.asMap(map);
  const place = builder.place(node.layer(), [image]);
  return builder.add({ kind: "lrn", ...place, inputs: [image.op], ...settings }, [image], { readers });
}

/** Something that cannot be computed: it keeps its place and, for want of better, the shape it reads. */
export function addOpaque(
  node: NodeToRead,
  maps: readonly GraphMap[],
  { layer, type, reason, parameters }: OpaqueParts,
  output: number,
): GraphMap {
  const { builder } = node;
  const inputs = maps.map(({ op }) => op);
  const draft = { kind: "opaque", ...builder.place(layer, maps), inputs, className: type, reason, parameters } as const;
  return builder.add(draft, maps, { readers: node.readersOf(output) });
}

/** What is known of something opaque. */
export interface OpaqueParts {
  readonly layer: string;
  readonly type: string;
  readonly reason: string;
  readonly parameters: number;
}
