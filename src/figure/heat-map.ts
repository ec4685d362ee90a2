/** A map over its image: where a unit answers, or what speaks for a class. */
import type { Image } from "../core/image.js";
import type { ActivationMap } from "../dataset/activations.js";
import { displayed } from "./bands.js";
import { type FigureOptions, frame } from "./frame.js";
import { heatScale, short } from "./heat.js";
import { type Figure, moved } from "./mark.js";
import { opacity, overlaid } from "./overlay.js";
import { framed } from "./picture.js";

/**
 * Options of `figure.heatMap`.
 *
 * @public
 */
export interface HeatMapFigureOptions extends FigureOptions {
  /**
   * Longer side of each picture in pixels.
   *
   * @defaultValue 320
   */
  readonly size?: number | undefined;
  /**
   * The value drawn in full red.
   *
   * @defaultValue the map's own largest absolute value
   */
  readonly limit?: number | undefined;
}

/**
 * An image, and beside it the same image under a map of values, such as `activations`, `cam` or `gradCAM` make. Where a value is
 * negative, the colours are those of weights, red above 0 and blue below.
 *
 * @public
 */
export function heatMap(image: Image, map: ActivationMap, options: HeatMapFigureOptions = {}): Figure {
  const { size = 320 } = options;
  const largest = map.data.reduce((most, v) => Math.max(most, v), Number.NEGATIVE_INFINITY);
  const colors = heatScale(map.data, { limit: options.limit, opacity });
  // Under colours a row of bands says nothing.
  const under = displayed(image, options.bands === "each" ? undefined : options.bands);
  const scale = size / Math.max(image.height, image.width);
  const [height, width] = [image.height * scale, image.width * scale];
  const best = map.data.indexOf(largest);
  const title = `${map.of} on the image`;
  const where = `row ${Math.floor(best / map.width)}, column ${best % map.width} of ${map.height}×${map.width}`;
  const bar = colors.bar;
  const notes = [colors.note, noteOnDropped(map)].filter((note) => note !== null);
  const sentences = notes.map((note) => ` ${note[0]!.toUpperCase()}${note.slice(1)}.`).join("");
  return frame(
    {
      title,
      facts: [`${map.height} × ${map.width} positions of ${map.layer}`, ...notes],
      description: `${title}. Largest value ${short(largest)} at ${where}; full red is ${short(colors.limit)}.${sentences} Positions of layer ${map.layer}.`,
      width: 2 * width + 24,
      height: height + 12 + bar.height,
      marks: [
        ...framed(image, { height, width }, "the image"),
        moved(24 + width, 0, ...framed(overlaid(under, map, colors), { height, width }, title)),
        moved(24 + width, height + 12, ...bar.marks),
      ],
    },
    options,
  );
}

/** What Grad-CAM's rectifier took away; `null` where it took nothing. */
function noteOnDropped({ dropped, data }: ActivationMap): string | null {
  if (dropped === 0) return null;
  const kept = data.reduce((sum, value) => sum + value, 0);
  return `negative values, ${short(dropped)} in sum, are set to 0; the positive ones sum to ${short(kept)}`;
}
