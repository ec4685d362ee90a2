/** Axes of plots: round numbers as ticks, and what is drawn beside them. */
import { faint, grey, type Mark, mark, text } from "./mark.js";

/** About `count` round numbers within a range: 1, 2 or 5 times a power of ten apart. */
export function ticks(low: number, high: number, count = 5): number[] {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough * 0.999)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** A horizontal axis: a line, ticks below it, and words. */
export function axisBelow(
  { y, from, to }: { readonly y: number; readonly from: number; readonly to: number },
  places: readonly (readonly [x: number, words: string])[],
): Mark[] {
  return [
    mark("line", { x1: from, x2: to, y1: y, y2: y, stroke: "#888888", "stroke-width": 0.75 }),
    ...places.flatMap(([x, words]) => [
      mark("line", { x1: x, x2: x, y1: y, y2: y + 4, stroke: "#888888", "stroke-width": 0.75 }),
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
    mark("line", { x1: x, x2: to, y1: y, y2: y, stroke: faint, "stroke-width": 0.5 }),
    text(x - 6, y + 4, words, { size: 10.5, fill: grey, anchor: "end" }),
  ]);
}
