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

/** The same as `#rrggbb`, in the colours given for positive and negative weights where there are any. */
export function weightHex(
  value: number,
  {
    excitation,
    inhibition,
  }: { readonly excitation?: string | undefined; readonly inhibition?: string | undefined } = {},
): string {
  const own = value > 0 ? excitation : inhibition;
  if (own === undefined) return hexOf(weightColor(value));
  const share = Math.min(1, Math.abs(value));
  const full = [1, 3, 5].map((at) => Number.parseInt(own.slice(at, at + 2), 16));
  return hexOf(full.map((end, i) => (stops[2]![i]! + share * (end - stops[2]![i]!)) / 255));
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
