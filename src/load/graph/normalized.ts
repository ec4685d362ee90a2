/** Normalisation by the statistics of the example: over the channels of each pixel, or over the map in groups of channels. */
import { channelsOf } from "../../core/shape.js";
import type { NormalizeOp } from "../../network/ops.js";
import { addConstant, addPower, ofMaps } from "./arithmetic.js";
import { CannotRead } from "./cannot-read.js";
import { inStoredOrder } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { perChannel } from "./per-channel.js";
import { addReduce } from "./reduce.js";
import { axisAt, constantOf, type GraphConstant, type GraphMap } from "./value.js";
import { channelAxis, covers, describeView, isFull, ordersChannels, type Stretch } from "./view.js";

/** What follows the normalisation; each constant is spread over the axes that the file sees. */
export interface Scaled {
  readonly gamma: GraphConstant | null;
  readonly beta: GraphConstant | null;
  readonly epsilon: number;
}

/** Adds layer normalisation over the axes from one on. */
export function addLayerNorm(node: NodeToRead, map: GraphMap, from: number, scaled: Scaled): GraphMap {
  const first = axisAt(map, from);
  const axes = map.axes.flatMap((_, axis) => (axis >= first ? [axis] : []));
  const { epsilon } = scaled;
  const gamma = scaled.gamma && channelsFrom(map, scaled.gamma);
  const beta = scaled.beta && channelsFrom(map, scaled.beta);
  const over = overOf(map, axes);
  const isWhole = (scaled.gamma === null) === (gamma === null) && (scaled.beta === null) === (beta === null);
  if (over && isWhole) return add(node, map, { ...over, gamma, beta, epsilon });
  const plain = over
    ? add(node, map, { ...over, gamma: null, beta: null, epsilon })
    : inParts(node, map, axes, epsilon);
  const { readers } = node;
  const times = scaled.gamma
    ? addConstant(node, { ...plain, readers: 1 }, { constant: scaled.gamma, at: 1 }, "multiply")
    : plain;
  const plus = scaled.beta
    ? addConstant(node, { ...times, readers: 1 }, { constant: scaled.beta, at: 1 }, "add")
    : times;
  return { ...plus, readers };
}

/** Adds normalisation over some axes, without scale and shift; `null` where it is none of those that are one operation. */
export function addStandardised(
  node: NodeToRead,
  map: GraphMap,
  axes: readonly number[],
  epsilon: number,
): GraphMap | null {
  const over = overOf(map, axes);
  return over && add(node, map, { ...over, gamma: null, beta: null, epsilon });
}

/** What is normalised together: the channels of each pixel, the map of each channel, or all numbers; `null` for other axes. */
function overOf({ axes, shape }: GraphMap, over: readonly number[]): Pick<NormalizeOp, "over" | "groups"> | null {
  const gone = over.map((axis) => axes[axis]!);
  if (covers(gone, shape, [channelAxis(shape)])) return { over: "pixel", groups: 1 };
  const stored = shape.map((_, axis) => axis);
  if (covers(gone, shape, stored)) return { over: "map", groups: 1 };
  const isOfPixels = shape.length === 3 && covers(gone, shape, [0, 1]);
  return isOfPixels ? { over: "map", groups: channelsOf(shape) } : null;
}

/** Normalisation over any axes by its formula, `(x − mean) / √(mean of (x − mean)² + epsilon)`. */
function inParts(node: NodeToRead, map: GraphMap, axes: readonly number[], epsilon: number): GraphMap {
  const reducing = { axes, keep: true, mode: "average" } as const;
  const once = (part: GraphMap): GraphMap => ({ ...part, readers: 1 });
  const centred = ofMaps(node, [map, addReduce(node, map, reducing)], "subtract");
  const variance = addReduce(node, ofMaps(node, [centred, centred], "multiply"), reducing);
  const constant = constantOf(node.node.name, [], { values: [epsilon] });
  const sum = addConstant(node, once(variance), { constant, at: 1 }, "add");
  return ofMaps(node, [centred, once(addPower(node, once(sum), -0.5))], "multiply");
}

/** A number per channel, from a constant that is spread over the file's axes; `null` where it varies along others. */
function channelsFrom(map: GraphMap, constant: GraphConstant): Float32Array | null {
  const stored = Float32Array.from(constant.read());
  if (stored.every((value) => value === stored[0])) return new Float32Array(channelsOf(map.shape)).fill(stored[0]!);
  return perChannel(map, constant, stored);
}

/** Numbers along the axis that is normalised, one for each group or for each channel. */
export interface ByGroup {
  readonly groups: number;
  readonly gamma: Float32Array | null;
  readonly beta: Float32Array | null;
  readonly epsilon: number;
}

/**
 * Adds normalisation of each place of axis 1 over all axes behind it: instance normalisation where the axis is all channels,
 * and group normalisation where PyTorch has made it the groups.
 */
export function addGroupNorm(node: NodeToRead, given: GraphMap, parts: ByGroup): GraphMap {
  const map = ordersChannels(given.axes, given.shape) ? inStoredOrder(node, given) : given;
  const { shape } = map;
  const channels = channelAxis(shape);
  const [, axis, ...rest] = map.axes;
  const count = channelsOf(shape);
  const isAll = axis !== undefined && isFull(axis, shape, channels);
  const [stretch] = axis ?? [];
  const isGroups =
    parts.groups === 1
      ? axis?.length === 0
      : axis?.length === 1 && isSame(stretch!, { axis: channels, size: parts.groups, stride: count / parts.groups });
  if (
    !map.sure ||
    !(isAll || isGroups) ||
    !covers(
      [axis!, ...rest],
      shape,
      shape.map((_, i) => i),
    )
  ) {
    throw new CannotRead(
      `it normalises ${describeView(map.axes, shape)}, whose second axis is not that of the channels`,
    );
  }
  if (count % parts.groups !== 0) throw new CannotRead(`it has ${parts.groups} groups of ${count} channels`);
  const spread = (values: Float32Array | null): Float32Array | null => {
    if (!values || values.length === count) return values;
    if (values.length !== parts.groups) throw new CannotRead(`it has ${values.length} scales for ${count} channels`);
    return Float32Array.from({ length: count }, (_, c) => values[Math.floor((c * parts.groups) / count)]!);
  };
  return add(node, map, { over: "map", ...parts, gamma: spread(parts.gamma), beta: spread(parts.beta) });
}

function add(
  node: NodeToRead,
  map: GraphMap,
  parts: Pick<NormalizeOp, "over" | "groups" | "gamma" | "beta" | "epsilon">,
): GraphMap {
  const { builder, readers } = node;
  const place = builder.place(node.layer(), [map]);
  return builder.add({ kind: "normalize", ...place, inputs: [map.op], ...parts }, [map], { axes: map.axes, readers });
}

function isSame(a: Stretch, b: Stretch): boolean {
  return a.axis === b.axis && a.size === b.size && a.stride === b.stride;
}
