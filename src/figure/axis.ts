/** Axes of plots: what is drawn beside the ticks. */
import { type Mark, mark } from "./mark.js";
import { text } from "./text.js";
import { faint, grey, line } from "./theme.js";

/** A horizontal axis: a line, ticks below it, and words. */
export function axisBelow(
  { y, from, to }: { readonly y: number; readonly from: number; readonly to: number },
  places: readonly (readonly [x: number, words: string])[],
): Mark[] {
  return [
    mark("line", { class: "axis", x1: from, x2: to, y1: y, y2: y, stroke: line, "stroke-width": 0.75 }),
    ...places.flatMap(([x, words]) => [
      mark("line", { class: "axis", x1: x, x2: x, y1: y, y2: y + 4, stroke: line, "stroke-width": 0.75 }),
      text(x, y + 16, words, { size: 10.5, fill: grey, anchor: "middle" }),
    ]),
  ];
}

/** A vertical axis: faint lines across the plot, and words on its left. */
export function axisLeft(
  { x, to }: { readonly x: number; readonly to: number },
  places: readonly (readonly [y: number, words: string])[],
): Mark[] {
  return places.flatMap(([y, words]) => [
    mark("line", { class: "axis", x1: x, x2: to, y1: y, y2: y, stroke: faint, "stroke-width": 0.5 }),
    text(x - 6, y + 4, words, { size: 10.5, fill: grey, anchor: "end" }),
  ]);
}
