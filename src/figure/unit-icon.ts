/** A unit in a figure of families: its picture where there is one, else its name in a cell; an empty cell where it is missing. */
import type { Image } from "../core/image.js";
import { formatUnit, type Unit } from "../core/unit.js";
import { grey, type Mark, text } from "./mark.js";
import { picture } from "./picture.js";
import { emptyCell } from "./tile.js";

/**
 * Pictures of units by name, `"layer:channel"`.
 *
 * @public
 */
export type Icons = Readonly<Record<string, Image>>;

/** A unit in a square of a side; `id` has to be unique in the figure. */
export function unitIcon(unit: Unit | null, { icons, side, id }: { icons: Icons; side: number; id: string }): Mark[] {
  if (!unit) return emptyCell(side, side >= 40 ? "hole" : "");
  const image = icons[formatUnit(unit)];
  if (image) return picture(image, side, formatUnit(unit), id);
  const size = Math.min(11, side / 2.4);
  const words = text(side / 2, side / 2 + 0.35 * size, `:${unit.channel}`, { size, fill: grey, anchor: "middle" });
  return [...emptyCell(side, ""), words];
}

/** The channel below an icon. */
export function unitCaption(unit: Unit, x: number, y: number): Mark {
  return text(x, y, `:${unit.channel}`, { size: 11, weight: 600, anchor: "middle" });
}
