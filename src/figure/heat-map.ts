/** A map over its image: where a unit answers, or what speaks for a class. */
import type { Image } from "../core/image.js";
import type { ActivationMap } from "../dataset/activations.js";
import { heatBar, short } from "./heat.js";
import { type Figure, fitted, grey, moved, text } from "./mark.js";
import { opacity, overlaid } from "./overlay.js";
import { framed } from "./picture.js";

/**
 * Options of `heatMap`.
 *
 * @public
 */
export interface HeatMapFigureOptions {
  /**
   * Longer side of each picture in pixels.
   *
   * @defaultValue 320
   */
  readonly size?: number | undefined;
  /**
   * The value drawn in full red.
   *
   * @defaultValue the map's own largest
   */
  readonly limit?: number | undefined;
}

/**
 * An image, and beside it the same image under a map of values, such as `activations`, `cam` or `gradCAM` make.
 *
 * @public
 */
export function heatMap(image: Image, map: ActivationMap, options: HeatMapFigureOptions = {}): Figure {
  const { size = 320 } = options;
  const largest = map.data.reduce((most, v) => Math.max(most, v), 0);
  const { limit = largest } = options;
  const scale = size / Math.max(image.height, image.width);
  const [height, width] = [image.height * scale, image.width * scale];
  const best = map.data.indexOf(largest);
  const title = `${map.of} on the image`;
  const where = `row ${Math.floor(best / map.width)}, column ${best % map.width} of ${map.height}×${map.width}`;
  return {
    width: 2 * width + 72,
    height: height + 96,
    title,
    description: `${title}. Largest value ${short(largest)} at ${where}; full red is ${short(limit)}. Positions of layer ${map.layer}.`,
    marks: [
      text(24, 30, fitted(title, 2 * width + 24, 16, 600), { size: 16, weight: 600 }),
      moved(24, 46, ...framed(image, { height, width }, "the image")),
      moved(48 + width, 46, ...framed(overlaid(image, map, limit), { height, width }, title)),
      ...heatBar({ x: 48 + width, y: height + 68 }, ["0", short(limit)], opacity),
      text(24, height + 68, fitted(`${map.height} × ${map.width} positions of ${map.layer}`, width, 12), {
        size: 12,
        fill: grey,
      }),
    ],
  };
}
