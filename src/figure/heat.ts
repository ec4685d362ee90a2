/**
 * The colours of activations: Google's Turbo map by Mikhailov, from dark blue over green and yellow to dark red, for values
 * from nothing to the largest. Weights have signs and their own colours; see `color.ts`.
 */
import { interpolateTurbo } from "d3-scale-chromatic";
import { hexOf } from "./color.js";
import { type Mark, mark } from "./mark.js";
import { text } from "./text.js";
import { grey } from "./theme.js";

/** The map at 256 places, `[red, green, blue]` in 0…1. */
const turbo = Array.from({ length: 256 }, (_, i) => {
  const [red, green, blue] = interpolateTurbo(i / 255)
    .match(/\d+/g)!
    .map((v) => Number(v) / 255);
  return [red!, green!, blue!] as const;
});

/** Colour of a share in 0…1, as `[red, green, blue]` in 0…1. */
export function heatColor(share: number): readonly [number, number, number] {
  return turbo[Math.round(255 * Math.min(1, Math.max(0, share || 0)))]!;
}

/** The same as `#rrggbb`. */
export function heatHex(share: number): string {
  return hexOf(heatColor(share));
}

/**
 * A bar of the colours with what its two ends stand for, 100 pixels wide and 26 high; `opacity` gives how much each share
 * covers, where the colours lie over an image.
 */
export function heatBar(
  [low, high]: readonly [string, string],
  opacity: (share: number) => number = () => 1,
): { readonly marks: Mark[]; readonly width: number; readonly height: number } {
  const bars = Array.from({ length: 50 }, (_, i) =>
    mark("rect", {
      x: i * 2,
      y: 0,
      width: 2,
      height: 10,
      fill: heatHex(i / 49),
      "fill-opacity": opacity(i / 49),
      "shape-rendering": "crispEdges",
    }),
  );
  const words = { size: 11, fill: grey };
  return {
    marks: [...bars, text(0, 23, low, words), text(100, 23, high, { ...words, anchor: "end" })],
    width: 100,
    height: 26,
  };
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
