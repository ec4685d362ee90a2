/**
 * Figures are plain data: marks with a tag, attributes and children, in the vocabulary of SVG, and a title and description
 * for those who cannot see them. Nothing here needs a DOM; `toSVG`, `toHTML` and `toPNG` lower the data elsewhere.
 */

import { shortName } from "../core/text.js";

/**
 * An element of a figure.
 *
 * @public
 */
export interface Mark {
  /** SVG element. */
  readonly tag: string;
  /** Its attributes. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Elements or text inside. */
  readonly children: readonly (Mark | string)[];
}

/**
 * A drawing of a size, with words for those who cannot see it.
 *
 * @public
 */
export interface Figure {
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** One line. */
  readonly title: string;
  /** What the figure shows, in sentences and numbers. */
  readonly description: string;
  /** What is drawn, back to front. */
  readonly marks: readonly Mark[];
}

/** A mark; numbers are rounded to a hundredth of a pixel so that files stay small and comparable. */
export function mark(tag: string, attributes: Record<string, string | number>, ...children: (Mark | string)[]): Mark {
  const rounded = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === "number" ? Math.round(value * 100) / 100 : value,
  ]);
  return { tag, attributes: Object.fromEntries(rounded) as Mark["attributes"], children };
}

/** Marks moved by (x, y). */
export function moved(x: number, y: number, ...marks: Mark[]): Mark {
  return mark("g", { transform: `translate(${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100})` }, ...marks);
}

/** Style of a line of text. */
export interface TextStyle {
  readonly size?: number;
  readonly fill?: string;
  readonly weight?: number;
  readonly anchor?: "start" | "middle" | "end";
}

/** A line of text on a baseline. */
export function text(
  x: number,
  y: number,
  words: string,
  { size = 13, fill = ink, weight = 400, anchor = "start" }: TextStyle = {},
): Mark {
  return mark("text", { x, y, "font-size": size, fill, "font-weight": weight, "text-anchor": anchor }, words);
}

/** Width of a line of text in the house font, estimated from average glyph widths; errs on the wide side. */
export function textWidth(words: string, size = 13, weight = 400): number {
  return words.length * size * (weight >= 600 ? 0.58 : 0.54);
}

/** Words cut to a width, with an ellipsis where something is missing: units in the middle, so that their number stays. */
export function fitted(words: string, width: number, size = 13, weight = 400): string {
  if (textWidth(words, size, weight) <= width) return words;
  const keep = Math.max(1, Math.floor(words.length * (width / textWidth(words, size, weight))) - 1);
  return /^\S+:\d+$/.test(words) ? shortName(words, keep + 1) : `${words.slice(0, keep)}…`;
}

/** Colour of text. */
export const ink = "#222222";
/** Colour of secondary text and connecting lines. */
export const grey = "#666666";
/** Colour of frames. */
export const faint = "#cccccc";
/** Colour of excitation. */
export const excitation = "#ca0020";
/** Colour of inhibition. */
export const inhibition = "#0571b0";
/** Fonts, the one that `toPNG` brings first. */
export const fontFamily = "Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif";
