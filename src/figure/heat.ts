/**
 * The colours of activations: from dark blue over green and yellow to dark red (nine stops of the Turbo map by Mikhailov),
 * for values from nothing to the largest. Weights have signs and their own colours; see `color.ts`.
 */
import { grey, type Mark, mark, text } from "./mark.js";

const stops = [
  [48, 18, 59],
  [70, 107, 227],
  [40, 187, 236],
  [49, 242, 153],
  [162, 252, 60],
  [237, 208, 58],
  [251, 128, 34],
  [210, 49, 5],
  [122, 4, 3],
] as const;

/** Colour of a share in 0…1, as `[red, green, blue]` in 0…1. */
export function heatColor(share: number): [number, number, number] {
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const segment = Math.min(stops.length - 2, Math.floor(place));
  const [low, high] = [stops[segment]!, stops[segment + 1]!];
  const channel = (i: 0 | 1 | 2): number => (low[i] + (place - segment) * (high[i] - low[i])) / 255;
  return [channel(0), channel(1), channel(2)];
}

/** The same as `#rrggbb`. */
export function heatHex(share: number): string {
  return `#${heatColor(share)
    .map((v) =>
      Math.round(v * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/**
 * A bar of the colours with what its two ends stand for, 100 pixels wide; `opacity` gives how much each share covers, where
 * the colours lie over an image.
 */
export function heatBar(
  { x, y }: { readonly x: number; readonly y: number },
  [low, high]: readonly [string, string],
  opacity: (share: number) => number = () => 1,
): Mark[] {
  const bars = Array.from({ length: 50 }, (_, i) =>
    mark("rect", {
      x: x + i * 2,
      y: y - 9,
      width: 2,
      height: 10,
      fill: heatHex(i / 49),
      "fill-opacity": opacity(i / 49),
      "shape-rendering": "crispEdges",
    }),
  );
  const words = { size: 11, fill: grey };
  return [...bars, text(x, y + 14, low, words), text(x + 100, y + 14, high, { ...words, anchor: "end" })];
}

/** A number in few characters: `0`, `3.2`, `1,204`, `4.1e-5`. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  if (size >= 100) return value.toFixed(0);
  if (size >= 0.01) return String(Number(value.toPrecision(3)));
  return value.toExponential(1);
}
