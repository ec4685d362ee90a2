/** Many pictures on one sheet, each with its name and a note. */
import type { Image } from "../core/image.js";
import { parseUnit } from "../core/unit.js";
import { type FigureOptions, frame } from "./frame.js";
import { unitGroup } from "./identity.js";
import { type Figure, type Mark, moved } from "./mark.js";
import { picture, squared } from "./picture.js";
import { fitted, text } from "./text.js";
import { grey } from "./theme.js";

/**
 * A picture of a contact sheet.
 *
 * @public
 */
export interface SheetPicture {
  /** What is seen. */
  readonly image: Image;
  /** Its name: `"block3_conv1:7"`. */
  readonly name: string;
  /** A word below the name: a value, or why there is nothing to see. */
  readonly note?: string | undefined;
}

/**
 * Options of `figure.contactSheet`.
 *
 * @public
 */
export interface ContactSheetOptions extends FigureOptions {
  /**
   * Pictures in a row.
   *
   * @defaultValue 8
   */
  readonly columns?: number | undefined;
  /**
   * Side of a picture, in pixels.
   *
   * @defaultValue 112
   */
  readonly side?: number | undefined;
}

const gap = 12;

/**
 * Pictures in rows, in their order; those that are not square lie in a white square.
 *
 * @public
 */
export function contactSheet(pictures: readonly SheetPicture[], options: ContactSheetOptions = {}): Figure {
  const { columns = 8, side = 112 } = options;
  const noted = pictures.some(({ note }) => note);
  const cell = { width: side + gap, height: side + (noted ? 44 : 30) };
  const across = Math.max(1, Math.min(columns, pictures.length));
  return frame(
    {
      title: "Pictures",
      description: pictures.map(({ name, note }) => (note ? `${name}: ${note}.` : `${name}.`)).join(" "),
      width: across * cell.width - gap,
      height: Math.ceil(pictures.length / across) * cell.height,
      least: 212,
      marks: pictures.map((each, i) =>
        moved((i % across) * cell.width, Math.floor(i / across) * cell.height, ...cellOf(each, side, i)),
      ),
    },
    options,
  );
}

function cellOf({ image, name, note }: SheetPicture, side: number, i: number): Mark[] {
  const marks = [
    ...picture(squared(image), side, note ? `${name}, ${note}` : name, `sheet-${i}`),
    text(0, side + 14, fitted(name, side, 10.5), { size: 10.5, weight: 600 }),
    ...(note ? [text(0, side + 27, fitted(note, side, 10), { size: 10, fill: grey })] : []),
  ];
  // Names of pictures are up to the caller; those that are a unit's say so.
  return /^\S+:\d+$/.test(name) ? [unitGroup(parseUnit(name), marks)] : marks;
}
