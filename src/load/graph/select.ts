/** The operation that picks channels out of a map, or puts them in another order. Their units are those of that map. */
import { channelsOf } from "../../core/shape.js";
import type { NodeToRead } from "./node.js";
import type { GraphMap } from "./value.js";
import { channelAxis, type FileAxis, type View } from "./view.js";

/** The channels to be picked, and the stretches of the file that list them. */
interface Picked {
  /** All stretches of channels in the view, in the order of the file. */
  readonly stretches: FileAxis;
  /** The stored place of each channel of the result. */
  readonly places: readonly number[];
  /** How many readers the result has. @defaultValue those of the map */
  readonly readers?: number | undefined;
  /** Name of the layer. @defaultValue one of its own, named after the one that makes the map */
  readonly layer?: string | undefined;
}

/** Adds the choice of channels, which are then stored in the order in which the file lists them. */
export function select(node: NodeToRead, map: GraphMap, { stretches, places, readers, layer }: Picked): GraphMap {
  const { builder } = node;
  const axes = renumbered(map.axes, stretches, channelAxis(map.shape));
  if (places.length === channelsOf(map.shape) && places.every((place, i) => place === i)) {
    return readers === undefined ? { ...map, axes } : { ...map, axes, readers };
  }
  const place = layer === undefined ? builder.placeBehind(map, "channels") : builder.place(layer, [map]);
  return builder.add({ kind: "select", ...place, inputs: [map.op], channels: places }, [map], {
    axes,
    readers: readers ?? map.readers,
  });
}

/** A view whose stretches of channels are stored one inside the other, in the order in which the file lists them. */
function renumbered(view: View, stretches: FileAxis, channels: number): View {
  const strides = stretches.map((_, i) => stretches.slice(i + 1).reduce((product, { size }) => product * size!, 1));
  let next = 0;
  return view.map((axis) =>
    axis.map((stretch) => (stretch.axis === channels ? { ...stretch, stride: strides[next++]! } : stretch)),
  );
}
