/**
 * What a model puts out. Its units are numbered as the framework numbers them: features that are stored in another order are
 * put in theirs, or, where they are too many, a note says how the numbers belong together.
 */
import { channelsOf } from "../../core/shape.js";
import type { GraphBuilder } from "./builder.js";
import { mostReordered } from "./layout.js";
import type { GraphMap } from "./value.js";
import { channelStretches, describeView, fullAxis, ordersChannels, placesOf, sameAxis } from "./view.js";

/** A map that the model puts out, in the order of the file. */
export function asOutput(builder: GraphBuilder, map: GraphMap, name: string): GraphMap {
  if (!map.sure) return map;
  const mixes =
    map.shape.length === 3 && map.axes.some((axis) => new Set(axis.map((part) => part.axis === 2)).size > 1);
  const vector = mixes ? builder.asVector({ ...map, axes: [map.axes.flat()] }) : null;
  if (vector) return asOutput(builder, vector, name);
  if (isTurned(map)) {
    const exchange = { ...builder.placeBehind(map, "axes"), inputs: [map.op] };
    const pixels = map.axes.flat().filter(({ axis }) => axis === 0 || axis === 1);
    if (sameAxis(pixels, [...fullAxis(map.shape, 1), ...fullAxis(map.shape, 0)])) {
      const axes = map.axes.map((axis) =>
        axis.map((part) => (part.axis === 0 || part.axis === 1 ? { ...part, axis: 1 - part.axis } : part)),
      );
      const turned = builder.add({ kind: "permute", ...exchange, axes: [1, 0, 2] }, [map], { axes, readers: 1 });
      return asOutput(builder, turned, name);
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
