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
  if (isTurned(map)) {
    const reason = "its rows and columns are exchanged in what the model puts out";
    const place = builder.place(`${builder.draftOf(map).layer}/exchanged`, [map]);
    return builder.add(
      { kind: "opaque", ...place, inputs: [map.op], className: "Transpose", reason, parameters: 0 },
      [map],
      { readers: 1 },
    );
  }
  if (!ordersChannels(map.axes, map.shape)) return map;
  const stretches = channelStretches(map.axes, map.shape);
  const channels = placesOf(stretches);
  if (channels.length <= mostReordered) {
    const { layer } = builder.draftOf(map);
    const draft = {
      kind: "select",
      name: builder.freeName(`${map.op}/order`),
      layer,
      inputs: [map.op],
      channels,
    } as const;
    return builder.add(draft, [map], { readers: 1 });
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
