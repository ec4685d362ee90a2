/**
 * A unit's filter as a superposition of what its inputs look for: at each place of the kernel the pictures of the inputs that
 * excite the unit there, as opaque as their weights are large. Early curves laid out so make the longer curve they are read for.
 */

import type { Image } from "../core/image.js";
import { largestOf } from "../core/kernel.js";
import { formatUnit } from "../core/unit.js";
import type { Input } from "../weights/inputs.js";
import { type FigureOptions, frame } from "./frame.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { pictureMark } from "./picture.js";
import { faint } from "./theme.js";

/**
 * Options of `figure.superposition`.
 *
 * @public
 */
export interface SuperpositionFigureOptions extends FigureOptions {
  /** Pictures of the inputs, by name; inputs without one take no part. */
  readonly icons: Readonly<Record<string, Image>>;
  /**
   * Pixels from one tap of the kernel to the next.
   *
   * @defaultValue 64
   */
  readonly step?: number | undefined;
  /**
   * Side of a picture, in steps: above one, neighbours overlap.
   *
   * @defaultValue 1.5
   */
  readonly reach?: number | undefined;
}

/**
 * The excitatory weights of some inputs of one unit (from `inputs`), drawn with the pictures of what they look for.
 *
 * @public
 */
export function superposition(list: readonly Input[], options: SuperpositionFigureOptions): Figure {
  const { icons, step = 64, reach = 1.5 } = options;
  const shown = list.filter(({ unit }) => icons[formatUnit(unit)]);
  const limit = Math.max(0, ...shown.map(({ kernel }) => largestOf(kernel.data.map((w) => Math.max(0, w)))));
  const { height = 1, width = 1 } = shown[0]?.kernel ?? {};
  const side = reach * step;
  const places = shown.flatMap(({ kernel, unit }) =>
    Array.from(kernel.data, (w, tap) => ({ name: formatUnit(unit), tap, weight: w / limit })),
  );
  // Faint ones below, so that the strongest stay whole.
  const drawn = places.filter(({ weight }) => weight > 0.04).sort((a, b) => a.weight - b.weight);
  const to = shown[0] ? formatUnit(shown[0].kernel.to) : "no unit";
  const title = `${to} as a superposition of its inputs`;
  const edge = Math.max(0, (side - step) / 2);
  const cells: Mark[] = Array.from({ length: height * width }, (_, tap) =>
    mark("rect", {
      x: edge + (tap % width) * step,
      y: edge + Math.floor(tap / width) * step,
      width: step,
      height: step,
      fill: "none",
      stroke: faint,
    }),
  );
  return frame(
    {
      title,
      facts: [`${shown.length} inputs, as opaque as their weights`],
      description: `${title}: ${shown.map(({ unit }) => formatUnit(unit)).join(", ")}, each at the places where it excites.`,
      width: 2 * edge + width * step,
      height: 2 * edge + height * step,
      marks: [
        mark("defs", {}, ...shown.map(({ unit }) => definition(formatUnit(unit), icons[formatUnit(unit)]!, side))),
        ...drawn.map(({ name, tap, weight }) =>
          moved(
            edge + ((tap % width) + 0.5) * step - side / 2,
            edge + (Math.floor(tap / width) + 0.5) * step - side / 2,
            mark("use", { href: `#${idOf(name)}`, opacity: weight, "data-unit": name, class: "unit" }),
          ),
        ),
        ...cells,
      ],
    },
    options,
  );
}

const idOf = (name: string): string => `look-${name.replace(/[^\w]/g, "-")}`;

/** A picture once, round, to be used at many places. */
function definition(name: string, image: Image, side: number): Mark {
  return mark(
    "g",
    { id: idOf(name) },
    mark("clipPath", { id: `${idOf(name)}-round` }, mark("circle", { cx: side / 2, cy: side / 2, r: side / 2 })),
    pictureMark(image, {
      width: side,
      height: side,
      href: "",
      "clip-path": `url(#${idOf(name)}-round)`,
      preserveAspectRatio: "xMidYMid slice",
    }),
  );
}
