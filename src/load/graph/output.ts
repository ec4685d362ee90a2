/**
 * What a model puts out. Its units are numbered as the framework numbers them: features that are stored in another order are
 * put in theirs, or, where they are too many, a note says how the numbers belong together.
 */
import { channelsOf, formatShape } from "../../core/shape.js";
import type { GraphBuilder } from "./builder.js";
import { mostReordered } from "./layout.js";
import type { GraphMap } from "./value.js";
import {
  channelStretches,
  describeView,
  fullAxis,
  isBatch,
  isOfChannels,
  ordersChannels,
  placesOf,
  sameAxis,
  shapeOfView,
} from "./view.js";

/** A map that the model puts out, in the order of the file. */
export function asOutput(builder: GraphBuilder, map: GraphMap, name: string): GraphMap {
  const ordered = inFileOrder(builder, map, name);
  noteUnits(builder, ordered, name);
  return ordered;
}

/** Says along which axis of the file the units run, where the file's output is neither a list nor an image. */
function noteUnits(builder: GraphBuilder, { sure, axes, shape }: GraphMap, name: string): void {
  const longer = axes.filter((axis) => axis.length > 0 && !isBatch(axis));
  const at = axes.findIndex((axis) => axis.length > 0 && isOfChannels(axis, shape));
  const isUsual = axes.length < 3 || (axes.length === 4 && (at === 1 || at === 3));
  if (!sure || longer.length < 2 || at < 0 || isUsual) return;
  builder.notes.push(
    `output "${name}" is ${formatShape(shapeOfView(axes))} in the file; its units here run along axis ${at} of these`,
  );
}

/** The map with rows, columns and channels listed as the file lists them. */
function inFileOrder(builder: GraphBuilder, map: GraphMap, name: string): GraphMap {
  if (!map.sure) return map;
  const mixes =
    map.shape.length === 3 && map.axes.some((axis) => new Set(axis.map((part) => part.axis === 2)).size > 1);
  const vector = mixes ? builder.asVector({ ...map, axes: [map.axes.flat()] }) : null;
  if (vector) return inFileOrder(builder, vector, name);
  if (isTurned(map)) {
    const exchange = { ...builder.placeBehind(map, "axes"), inputs: [map.op] };
    const pixels = map.axes.flat().filter(({ axis }) => axis === 0 || axis === 1);
    if (sameAxis(pixels, [...fullAxis(map.shape, 1), ...fullAxis(map.shape, 0)])) {
      const axes = map.axes.map((axis) =>
        axis.map((part) => (part.axis === 0 || part.axis === 1 ? { ...part, axis: 1 - part.axis } : part)),
      );
      const turned = builder.add({ kind: "permute", ...exchange, axes: [1, 0, 2] }, [map], { axes, readers: 1 });
      return inFileOrder(builder, turned, name);
    }
    const reason = "its rows and columns are mixed in what the model puts out";
    const parts = { kind: "opaque", className: "Transpose", reason, parameters: 0 } as const;
    return builder.add({ ...parts, ...exchange }, [map], { readers: 1 });
  }
  if (!ordersChannels(map.axes, map.shape)) return map;
  const stretches = channelStretches(map.axes, map.shape);
  const channels = placesOf(stretches);
  if (channels.length <= mostReordered) {
    const { kind, layer } = builder.draftOf(map);
    // A flattening is itself what is numbered otherwise; a layer with weights keeps its units.
    const place =
      kind === "reshape" ? { name: builder.freeName(`${map.op}/order`), layer } : builder.placeBehind(map, "order");
    return builder.add({ kind: "select", ...place, inputs: [map.op], channels }, [map], { readers: 1 });
  }
  builder.notes.push(
    `the ${channelsOf(map.shape)} units of output "${name}" are ${describeView(map.axes, map.shape)} in the file, and height × width × channel here: unit 1 of the file is unit ${channels[1]} here`,
  );
  return map;
}

/** Whether the file lists rows and columns in another order than they are stored in. */
function isTurned(map: GraphMap): boolean {
  if (map.shape.length !== 3) return false;
  const pixels = map.axes.flat().filter(({ axis }) => axis === 0 || axis === 1);
  return !sameAxis(pixels, [...fullAxis(map.shape, 0), ...fullAxis(map.shape, 1)]);
}
