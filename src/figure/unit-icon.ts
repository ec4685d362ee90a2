/** A unit in a figure of families: its picture where there is one, else its name in a cell; an empty cell where it is missing. */
import type { Image } from "../core/image.js";
import { formatUnit, type Unit } from "../core/unit.js";
import { unitGroup } from "./identity.js";
import { type Mark, mark } from "./mark.js";
import { picture } from "./picture.js";
import { text } from "./text.js";
import { faint, grey, ink, line, paper, surface } from "./theme.js";

/**
 * Pictures of units by name, `"layer:channel"`.
 *
 * @public
 */
export type Icons = Readonly<Record<string, Image>>;

/** How an icon is drawn; `id` has to be unique in the figure. */
export interface IconStyle {
  readonly icons: Icons;
  readonly side: number;
  readonly id: string;
}

/** A unit in a square of a side. */
export function unitIcon(unit: Unit | null, { icons, side, id }: IconStyle): Mark[] {
  if (!unit) return cell(side, side >= 40 ? "hole" : "", true);
  const image = icons[formatUnit(unit)];
  const shown = image ? picture(image, side, formatUnit(unit), id) : cell(side, `:${unit.channel}`, false);
  return [unitGroup(unit, shown)];
}

/** A unit with its channel below its picture; a name alone stands in its cell and is not said twice. */
export function namedIcon(unit: Unit | null, style: IconStyle): Mark[] {
  const { icons, side } = style;
  const pictured = unit && icons[formatUnit(unit)];
  const caption = { size: 11, weight: 600, anchor: "middle" } as const;
  return [...unitIcon(unit, style), ...(pictured ? [text(side / 2, side + 14, `:${unit.channel}`, caption)] : [])];
}

/** White with a name, or grey and dashed where a unit is missing. */
function cell(side: number, words: string, missing: boolean): Mark[] {
  const outline = { x: 0.5, y: 0.5, width: side - 1, height: side - 1, rx: 5 };
  const look = missing ? { fill: surface, stroke: faint, "stroke-dasharray": "3 3" } : { fill: paper, stroke: line };
  const size = Math.min(13, side / 2.4);
  const style = { size, weight: missing ? 400 : 600, fill: missing ? grey : ink, anchor: "middle" } as const;
  return [mark("rect", { ...outline, ...look }), text(side / 2, side / 2 + 0.36 * size, words, style)];
}
