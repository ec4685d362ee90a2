/** Many pictures on one sheet, each with its name and a note. */
import type { Image } from "../core/image.js";
import { type Figure, fitted, grey, type Mark, moved, text } from "./mark.js";
import { picture } from "./picture.js";

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
export interface ContactSheetOptions {
  /** Heading. */
  readonly title?: string | undefined;
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

const margin = 24;
const gap = 12;

/**
 * Pictures in rows, in their order.
 *
 * @public
 */
export function contactSheet(pictures: readonly SheetPicture[], options: ContactSheetOptions = {}): Figure {
  const { title = "Pictures", columns = 8, side = 112 } = options;
  const noted = pictures.some(({ note }) => note);
  const cell = { width: side + gap, height: side + (noted ? 44 : 30) };
  const across = Math.max(1, Math.min(columns, pictures.length));
  const cells = pictures.map((each, i) =>
    moved(margin + (i % across) * cell.width, 46 + Math.floor(i / across) * cell.height, ...cellOf(each, side, i)),
  );
  return {
    width: Math.max(2 * margin + across * cell.width - gap, 260),
    height: 46 + Math.ceil(pictures.length / across) * cell.height + 8,
    title,
    description: pictures.map(({ name, note }) => (note ? `${name}: ${note}.` : `${name}.`)).join(" "),
    marks: [text(margin, 28, title, { size: 16, weight: 600 }), ...cells],
  };
}

function cellOf({ image, name, note }: SheetPicture, side: number, i: number): Mark[] {
  return [
    ...picture(image, side, note ? `${name}, ${note}` : name, `sheet-${i}`),
    text(0, side + 14, fitted(name, side, 10.5, 600), { size: 10.5, weight: 600 }),
    ...(note ? [text(0, side + 27, fitted(note, side, 10), { size: 10, fill: grey })] : []),
  ];
}
