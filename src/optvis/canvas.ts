/** How large a picture is, and the room an ascent needs for it. */
import { LensError } from "../core/errors.js";
import { channelsOf } from "../core/shape.js";
import type { Network } from "../network/network.js";
import type { Objective } from "./objective/objective.js";
import type { Canvas } from "./param/param.js";
import type { AscentSettings } from "./preset.js";

/**
 * The canvas of an ascent. `"auto"` is the receptive field of the layer looked at, so that a unit at its middle is given all it
 * sees and no more. Of a field larger than the network's own image, or one that is the whole image, it is that image.
 *
 * @throws LensError `bad-argument` for sizes that are none, or where `"auto"` has no layer to go by.
 */
export function canvasOf(
  net: Network,
  objective: Objective,
  { size, steps, count = 1 }: Pick<AscentSettings, "size" | "steps"> & { readonly count?: number | undefined },
): Canvas {
  const [height, width] = size === "auto" ? fieldOf(net, objective) : typeof size === "number" ? [size, size] : size;
  for (const [name, n] of [
    ["size", height],
    ["size", width],
    ["count", count],
    ["steps", steps],
  ] as const) {
    if (!Number.isInteger(n) || n < 1)
      throw new LensError("bad-argument", `${name} is a whole number from 1; got ${n}`);
  }
  return { count, height, width, channels: channelsOf(net.input.shape) };
}

function fieldOf(net: Network, objective: Objective): readonly [number, number] {
  const layers = [...new Set(objective.terms.flatMap(({ of }) => (of === "image" ? [] : [of.layer])))];
  const fields = layers.map((layer) => net.layer(layer).receptiveField);
  if (layers.length === 0 || fields.includes(null)) {
    throw new LensError(
      "bad-argument",
      `size "auto" is what a layer sees, and ${layers.length === 0 ? "this objective looks at no layer" : "that is not known here"}; give a number of pixels`,
    );
  }
  const [rows = 224, columns = 224] = net.input.shape.map((n) => n ?? 224);
  const largest = (along: "rows" | "columns", most: number): number =>
    Math.max(...fields.map((field) => (field!.whole ? most : Math.min(field![along].size, most))));
  return [largest("rows", rows), largest("columns", columns)];
}
