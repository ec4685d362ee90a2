/**
 * The colours of weights: ColorBrewer's five stops from blue through near-white to red, linear between them, continued on the
 * outer lines beyond ±1 and clipped per channel. This is the scale of the Circuits articles.
 */
import { schemeRdBu } from "d3-scale-chromatic";

const stops = schemeRdBu[5]!
  .toReversed()
  .map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));

/** Colour of a weight in −1…1, as `[red, green, blue]` in 0…1. */
export function weightColor(value: number): [number, number, number] {
  const place = 2 * (value + 1);
  const segment = Math.min(3, Math.max(0, Math.floor(place)));
  const [low, high] = [stops[segment]!, stops[segment + 1]!];
  const channel = (i: 0 | 1 | 2): number =>
    Math.min(1, Math.max(0, (low[i]! + (place - segment) * (high[i]! - low[i]!)) / 255));
  return [channel(0), channel(1), channel(2)];
}

/** The same as `#rrggbb`. */
export function weightHex(value: number): string {
  return hexOf(weightColor(value));
}

/** A colour in 0…1 as `#rrggbb`. */
export function hexOf(color: readonly number[]): string {
  return `#${color
    .map((v) =>
      Math.round(v * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
