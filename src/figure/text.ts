/** Lines of text in figures: how wide they are, how they are cut or broken so that they fit, and the mark that draws them. */
import { type Mark, mark } from "./mark.js";
import { ink } from "./theme.js";

/** Style of a line of text. */
export interface TextStyle {
  readonly size?: number;
  readonly fill?: string;
  readonly weight?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly class?: string;
}

/** A line of text on a baseline. */
export function text(
  x: number,
  y: number,
  words: string,
  { size = 13, fill = ink, weight = 400, anchor = "start", class: name }: TextStyle = {},
): Mark {
  const style = { "font-size": size, fill, "font-weight": weight, "text-anchor": anchor };
  return mark("text", { x, y, ...style, ...(name ? { class: name } : {}) }, words);
}

/** Advance widths of the characters from space to `~` in the semi-bold cut of Inter, in thousandths of the font size. */
const advances = [
  248, 309, 396, 643, 649, 844, 663, 213, 393, 393, 543, 673, 295, 466, 290, 379, 667, 481, 621, 652, 666, 632, 648,
  587, 646, 648, 290, 295, 673, 673, 673, 544, 999, 724, 657, 744, 724, 608, 586, 755, 744, 275, 561, 677, 566, 906,
  741, 775, 643, 776, 651, 649, 660, 734, 724, 1007, 690, 705, 653, 393, 379, 393, 481, 468, 497, 575, 630, 577, 630,
  593, 377, 625, 613, 261, 261, 569, 261, 898, 610, 608, 625, 625, 397, 549, 380, 608, 576, 837, 562, 576, 562, 393,
  358, 393, 673,
];

/**
 * Width of a line of text in pixels. It is that of semi-bold Inter, which is wider than regular Inter, Helvetica and Arial; a
 * character outside ASCII counts as wide as it is high.
 */
export function textWidth(words: string, size = 13): number {
  let sum = 0;
  for (const character of words) sum += advances[character.codePointAt(0)! - 32] ?? 1000;
  return (sum * size) / 1000;
}

/**
 * Words cut to a width, with an ellipsis where something is missing. The number of a unit at the end is never cut
 * (`inception_4b_o…:138`), and a name of one word is cut in the middle (`inception_4c…uce_relu`), since names of layers differ at
 * their ends.
 */
export function fitted(words: string, width: number, size = 13): string {
  if (textWidth(words, size) <= width) return words;
  const unit = /:\d+$/.exec(words)?.[0] ?? "";
  const head = [...words.slice(0, words.length - unit.length)];
  const isName = unit === "" && !/\s/.test(words);
  const tail = isName ? head.splice(Math.ceil(head.length / 2)) : [];
  const cut = (): string => `${head.join("")}…${tail.join("")}${unit}`;
  while (head.length + tail.length > 0 && textWidth(cut(), size) > width) {
    if (tail.length >= head.length) tail.shift();
    else head.pop();
  }
  return head.length > 0 || unit === "" ? cut() : unit;
}

/** Words broken into lines of at most a width: between words, and inside a word that is wider than the line. */
export function wrapped(words: string, width: number, size = 13): string[] {
  const lines: string[] = [];
  let at = "";
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const longer = at === "" ? word : `${at} ${word}`;
    if (textWidth(longer, size) <= width) {
      at = longer;
      continue;
    }
    if (at !== "") lines.push(at);
    at = "";
    for (const character of word) {
      if (at !== "" && textWidth(at + character, size) > width) {
        lines.push(at);
        at = "";
      }
      at += character;
    }
  }
  return at === "" ? lines : [...lines, at];
}
