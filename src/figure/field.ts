/** One example in its place: the whole photograph with the receptive field outlined. */

import { LensError } from "../core/errors.js";
import type { Example } from "../dataset/example.js";
import { type FigureOptions, frame } from "./frame.js";
import { short } from "./heat.js";
import { type Figure, mark, moved } from "./mark.js";
import { framed } from "./picture.js";
import { inhibition, paper } from "./theme.js";

/**
 * Options of `field`.
 *
 * @public
 */
export interface FieldFigureOptions extends FigureOptions {
  /**
   * Longer side of the photograph in pixels.
   *
   * @defaultValue 360
   */
  readonly size?: number | undefined;
}

/**
 * The photograph of an example with the receptive field of its activation outlined; the part outside the photograph,
 * where the network sees zeros, is outlined too.
 *
 * @throws LensError `bad-argument` when the example does not have its picture.
 * @public
 */
export function field(example: Example, options: FieldFigureOptions = {}): Figure {
  const { picture, field: seen, id, value } = example;
  if (!picture) {
    throw new LensError("bad-argument", `the example "${id}" has no picture; ask examples for { pictures: true }`);
  }
  const { size = 360 } = options;
  const scale = size / Math.max(picture.height, picture.width);
  const box = { height: picture.height * scale, width: picture.width * scale };
  // Room for a field that reaches into the padding.
  const beyond = Math.max(
    0,
    -seen.left,
    -seen.top,
    seen.left + seen.width - picture.width,
    seen.top + seen.height - picture.height,
  );
  const room = Math.min(beyond * scale, size / 3);
  const outline = {
    x: seen.left * scale,
    y: seen.top * scale,
    width: seen.width * scale,
    height: seen.height * scale,
    fill: "none",
    rx: 2,
  };
  const title = `Activation ${short(value)}`;
  const where = `receptive field ${seen.height}×${seen.width} px from row ${seen.top}, column ${seen.left}`;
  return frame(
    {
      title,
      facts: [id, where],
      description: `${title} in ${id}; ${where} of a picture of ${picture.height}×${picture.width}.`,
      width: box.width + 2 * room,
      height: box.height + 2 * room,
      marks: [
        moved(
          room,
          room,
          ...framed(picture, box, id),
          mark("rect", { ...outline, stroke: paper, "stroke-width": 4 }),
          mark("rect", { ...outline, class: "field", stroke: inhibition, "stroke-width": 2 }),
        ),
      ],
    },
    options,
  );
}
