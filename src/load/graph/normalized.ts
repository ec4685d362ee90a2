/** Normalisation by the statistics of the example: over the channels of each pixel, or over the map in groups of channels. */
import { channelsOf } from "../../core/shape.js";
import type { NormalizeOp } from "../../network/ops.js";
import { CannotRead } from "./cannot-read.js";
import { inStoredOrder } from "./layout.js";
import type { NodeToRead } from "./node.js";
import { axisAt, type GraphConstant, type GraphMap } from "./value.js";
import { channelAxis, covers, describeView, isFull, ordersChannels, type Stretch } from "./view.js";
import { perChannel } from "./weighted.js";

/** What follows the normalisation; each constant is spread over the axes that the file sees. */
export interface Scaled {
  readonly gamma: GraphConstant | null;
  readonly beta: GraphConstant | null;
  readonly epsilon: number;
}

/** Adds layer normalisation over the axes from one on. */
export function addLayerNorm(node: NodeToRead, map: GraphMap, from: number, scaled: Scaled): GraphMap {
  const over = map.axes.slice(axisAt(map, from));
  const { shape } = map;
  const channels = channelAxis(shape);
  const isPixel = covers(over, shape, [channels]);
  if (
    !isPixel &&
    !covers(
      over,
      shape,
      shape.map((_, axis) => axis),
    )
  ) {
    throw new CannotRead(
      `it normalises the axes from ${from} on of ${describeView(map.axes, shape)}, which are neither the channels of a pixel nor all`,
    );
  }
  const parts = {
    gamma: scaled.gamma && channelsFrom(map, scaled.gamma),
    beta: scaled.beta && channelsFrom(map, scaled.beta),
    epsilon: scaled.epsilon,
  };
  return add(node, map, { over: isPixel ? "pixel" : "map", groups: 1, ...parts });
}

/** A number per channel, from a constant that is spread over the file's axes. */
function channelsFrom(map: GraphMap, constant: GraphConstant): Float32Array {
  const stored = Float32Array.from(constant.read());
  if (stored.every((value) => value === stored[0])) return new Float32Array(channelsOf(map.shape)).fill(stored[0]!);
  const values = perChannel(map, constant, stored);
  if (!values) throw new CannotRead("its scale and shift are for places of the map, not for channels");
  return values;
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
