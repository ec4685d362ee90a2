/**
 * The colours of activations: Google's Turbo map by Mikhailov, from dark blue over green and yellow to dark red, for values
 * from nothing to the largest. Weights have signs and their own colours; see `color.ts`.
 */
import { interpolateTurbo } from "d3-scale-chromatic";
import { hexOf, weightColor } from "./color.js";
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
function heatColor(share: number): readonly [number, number, number] {
  return turbo[Math.round(255 * Math.min(1, Math.max(0, share || 0)))]!;
}

/** How values become colours, and what is said of them. */
export interface HeatScale {
  /** The value in full red. */
  readonly limit: number;
  /** Colour of a value, as `[red, green, blue]` in 0…1. */
  readonly color: (value: number) => readonly [number, number, number];
  /** A bar of the colours with what its ends stand for; see `heatBar`. */
  readonly bar: ReturnType<typeof heatBar>;
  /** What a reader has to know of the values, such as that none is above 0; `null` where they are from 0 up. */
  readonly note: string | null;
}

/**
 * The scale of some values: Turbo's colours from 0 up where none is negative; where one is, the colours of weights, so that
 * negative values are seen as blue; `signed` asks for those. `words` stands for the limit where each drawing has its own.
 */
export function heatScale(
  values: Iterable<number>,
  {
    limit,
    words,
    opacity,
    signed = false,
  }: {
    readonly limit?: number | undefined;
    readonly words?: string;
    readonly opacity?: (share: number) => number;
    readonly signed?: boolean;
  } = {},
): HeatScale {
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [least, largest] = [Math.min(least, value), Math.max(largest, value)];
  const isSigned = signed || least < 0;
  const full = limit ?? Math.max(0, largest, -least);
  const share = (value: number): number => (full > 0 ? value / full : 0);
  const end = words ?? short(full);
  return {
    limit: full,
    color: (value) => (isSigned ? weightColor(Math.min(1, Math.max(-1, share(value)))) : heatColor(share(value))),
    bar: isSigned ? heatBar([`−${end}`, end], opacity, (t) => weightColor(2 * t - 1)) : heatBar(["0", end], opacity),
    note: noteOn(least, largest),
  };
}

function noteOn(least: number, largest: number): string | null {
  if (largest === 0 && least === 0) return "every value is 0";
  if (least >= 0 || least > largest) return null;
  if (largest < 0) return `every value is negative, from ${short(least)} to ${short(largest)}`;
  return largest === 0
    ? `no value is above 0; the least is ${short(least)}`
    : `negative values are blue; the least is ${short(least)}`;
}

/**
 * A bar of the colours with what its two ends stand for, 100 pixels wide and 26 high; `opacity` gives how much each share
 * covers, where the colours lie over an image.
 */
function heatBar(
  [low, high]: readonly [string, string],
  opacity: (share: number) => number = () => 1,
  color: (place: number) => readonly [number, number, number] = heatColor,
): { readonly marks: Mark[]; readonly width: number; readonly height: number } {
  const bars = Array.from({ length: 50 }, (_, i) =>
    mark("rect", {
      x: i * 2,
      y: 0,
      width: 2,
      height: 10,
      fill: hexOf(color(i / 49)),
      "fill-opacity": opacity(color === heatColor ? i / 49 : Math.abs((2 * i) / 49 - 1)),
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
