/**
 * The colours of weights: five stops from blue through near-white to red, linear between them, continued on the outer
 * lines beyond ±1 and clipped per channel (the scale of the Circuits articles).
 */

const stops = [
  [5, 113, 176], // −1    #0571b0
  [146, 197, 222], // −½  #92c5de
  [247, 247, 247], //  0  #f7f7f7
  [244, 165, 130], //  ½  #f4a582
  [202, 0, 32], //     1  #ca0020
] as const;

/** Colour of a weight in −1…1, as `[red, green, blue]` in 0…1. */
export function weightColor(value: number): [number, number, number] {
  const place = 2 * (value + 1);
  const segment = Math.min(3, Math.max(0, Math.floor(place)));
  const [low, high] = [stops[segment]!, stops[segment + 1]!];
  const channel = (i: 0 | 1 | 2): number =>
    Math.min(1, Math.max(0, (low[i] + (place - segment) * (high[i] - low[i])) / 255));
  return [channel(0), channel(1), channel(2)];
}

/** The same as `#rrggbb`. */
export function weightHex(value: number): string {
  return `#${weightColor(value)
    .map((v) =>
      Math.round(v * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
