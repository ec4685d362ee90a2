/**
 * Radial tuning curves: the response against the angle as a closed curve about a circle, one curve per unit, all on one
 * scale. In a figure of side S the response a lies at the radius
 *
 *     r(θ) = 0.3 R + (a / a_max) · R      R = S / 3.5
 *
 * and 0° is to the right, angles go clockwise, as on screen. A curve over 180° is drawn twice, as the stimulus looks the
 * same after half a turn.
 */
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import type { TuningCurve } from "../dataset/tuning-curve.js";
import { type FigureOptions, frame } from "./frame.js";
import { short } from "./heat.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { framed } from "./picture.js";
import { fitted, text, textWidth } from "./text.js";
import { faint, grey, paper } from "./theme.js";

/**
 * A curve with its name, and a picture of its unit.
 *
 * @public
 */
export interface NamedCurve {
  /** Name of the unit: `"mixed3b:379"`. */
  readonly name: string;
  /** Its curve. */
  readonly curve: TuningCurve;
  /** What the unit looks for, drawn at its preferred angle. */
  readonly icon?: Image | undefined;
}

/**
 * Options of `figure.tuning`.
 *
 * @public
 */
export interface TuningFigureOptions extends FigureOptions {
  /**
   * Side of the drawing in pixels.
   *
   * @defaultValue 420
   */
  readonly size?: number | undefined;
  /**
   * The response at the outer circle.
   *
   * @defaultValue the largest of all curves
   */
  readonly limit?: number | undefined;
}

/**
 * Tuning curves as closed curves about one circle, with each unit's preferred angle marked.
 *
 * @throws LensError `bad-argument` when there is no curve.
 * @public
 */
export function tuning(curves: readonly NamedCurve[], options: TuningFigureOptions = {}): Figure {
  if (curves.length === 0) throw new LensError("bad-argument", "a tuning figure needs one or more curves; got none");
  const { size = 420, title = "Tuning curves" } = options;
  const { limit = Math.max(...curves.map(({ curve }) => curve.peak)) } = options;
  const radius = size / 3.5;
  const scale = { inner: 0.3 * radius, outer: radius, limit };
  const largestFirst = curves.toSorted((a, b) => spreadOf(b) - spreadOf(a));
  const rows = curves.map(rowOf);
  const legend = legendOf(curves);
  return frame(
    {
      title,
      facts: negativeFact(curves.map(({ curve }) => curve)),
      description: `${title}. ${rows.map((row) => `${row.name} prefers ${row.preferred}, half-width ${row.halfWidth}, largest response ${row.peak}.`).join(" ")}`,
      width: size + 24 + legend.width,
      height: Math.max(size, 32 + curves.length * 20),
      marks: [
        moved(
          size / 2,
          size / 2,
          ...dial(scale),
          ...largestFirst.map(({ curve }) => lobe(curve, scale)),
          // Every curve begins at this circle; it covers the fills, which would pile up inside.
          mark("circle", { r: scale.inner - 0.6, fill: paper }),
          ...curves.flatMap((named) => pointer(named, size)),
        ),
        moved(size + 24, 24, ...legend.marks),
      ],
    },
    options,
  );
}

interface Scale {
  readonly inner: number;
  readonly outer: number;
  readonly limit: number;
}

/** Hue of a preferred angle, once round the colour circle in one period. */
function hueOf({ preferred, sweepPeriod }: TuningCurve): number {
  return Math.round((360 * preferred) / sweepPeriod) % 360;
}

/** What plots say whose scale begins at 0. */
export function negativeFact(curves: readonly TuningCurve[]): string[] {
  const responses = curves.flatMap(({ responses: own }) => [...own]);
  const count = responses.filter((response) => response < 0).length;
  if (count === 0) return [];
  return [
    `${count === responses.length ? "all" : `${count} of ${responses.length}`} responses are negative and are drawn as 0`,
  ];
}

const spreadOf = ({ curve }: NamedCurve): number => curve.responses.reduce((sum, a) => sum + Math.max(0, a), 0);

/** The inner circle, the one of the largest response, and the quarters of a turn. */
function dial({ inner, outer, limit }: Scale): Mark[] {
  const ring = (r: number): Mark => mark("circle", { r, fill: "none", stroke: faint, "stroke-width": 0.75 });
  const full = inner + outer;
  const spokes = [0, 45, 90, 135].map((angle) => {
    const [x, y] = onCircle(angle, full);
    return mark("line", { x1: -x, y1: -y, x2: x, y2: y, stroke: faint, "stroke-width": 0.5 });
  });
  const words = [0, 90, 180, 270].map((angle) => {
    const [x, y] = onCircle(angle, full + 24);
    return text(x, y + 4, `${angle}°`, { size: 10.5, fill: grey, anchor: "middle" });
  });
  return [...spokes, ring(inner), ring(full), ...words, text(4, -full + 12, short(limit), { size: 10, fill: grey })];
}

function lobe(curve: TuningCurve, { inner, outer, limit }: Scale): Mark {
  const { responses, angles, sweepPeriod } = curve;
  const turns = 360 % sweepPeriod === 0 && sweepPeriod < 360 ? 360 / sweepPeriod : 1;
  const points = Array.from({ length: turns }, (_, k) =>
    angles.map((angle, i) =>
      onCircle(
        turns === 1 ? (360 * angle) / sweepPeriod : angle + k * sweepPeriod,
        inner + (limit > 0 ? (Math.max(0, responses[i]!) / limit) * outer : 0),
      ),
    ),
  ).flat();
  const hue = hueOf(curve);
  return mark("path", {
    d: closed(points),
    fill: `hsl(${hue},66%,60%)`,
    "fill-opacity": 0.4,
    stroke: `hsl(${hue},96%,30%)`,
    "stroke-width": 1.25,
    "stroke-linejoin": "round",
  });
}

/** A tick, or the unit's picture, at the preferred angle. */
function pointer({ curve, icon, name }: NamedCurve, size: number): Mark[] {
  const hue = hueOf(curve);
  const at = curve.preferred * (curve.sweepPeriod === 180 || curve.sweepPeriod === 90 ? 1 : 360 / curve.sweepPeriod);
  const side = size / 13;
  if (icon) {
    const [x, y] = onCircle(at, size / 2 - side / 2);
    return [moved(x - side / 2, y - side / 2, ...framed(icon, { width: side, height: side }, name))];
  }
  const [x1, y1] = onCircle(at, size / 2.62);
  const [x2, y2] = onCircle(at, size / 2.62 + 7);
  return [mark("line", { x1, y1, x2, y2, stroke: `hsl(${hue},96%,30%)`, "stroke-width": 2.5 })];
}

/** The legend: a row per unit, as wide as the longest name needs; without a column for what no curve has. */
function legendOf(curves: readonly NamedCurve[]): { readonly width: number; readonly marks: Mark[] } {
  const names = Math.min(240, Math.max(60, ...curves.map(({ name }) => textWidth(name, 12)))) + 30;
  const measures = [
    { words: "prefers", of: "preferred", at: names + 48 },
    { words: "±", of: "halfWidth", at: names + 92 },
    ...(curves.some(({ curve }) => curve.echo !== null)
      ? [{ words: "echo", of: "echo", at: names + 138 } as const]
      : []),
  ] as const;
  const head = [
    text(22, 0, "unit", { size: 11, fill: grey }),
    ...measures.map(({ words, at }) => text(at, 0, words, { size: 11, fill: grey, anchor: "end" })),
  ];
  const rows = curves.flatMap((named, i) => {
    const row = rowOf(named);
    const y = 20 + i * 20;
    return [
      mark("rect", { x: 4, y: y - 10, width: 11, height: 11, rx: 2, fill: `hsl(${hueOf(named.curve)},66%,60%)` }),
      text(22, y, fitted(named.name, names - 24, 12), { size: 12 }),
      ...measures.map(({ of, at }) => text(at, y, row[of], { size: 12, anchor: "end" })),
    ];
  });
  return { width: measures.at(-1)!.at, marks: [...head, ...rows] };
}

function rowOf({ name, curve }: NamedCurve): Record<"name" | "preferred" | "halfWidth" | "echo" | "peak", string> {
  return {
    name,
    preferred: `${Number(curve.preferred.toFixed(1))}°`,
    halfWidth: `${curve.halfWidth.toFixed(0)}°`,
    echo: curve.echo === null ? "" : `${(100 * curve.echo).toFixed(0)} %`,
    peak: short(curve.peak),
  };
}

function onCircle(angle: number, radius: number): readonly [x: number, y: number] {
  const turn = (angle * Math.PI) / 180;
  return [radius * Math.cos(turn), radius * Math.sin(turn)];
}

/** A closed path through points: straight where they are dense, rounded (Catmull–Rom) where they are few. */
function closed(points: readonly (readonly [number, number])[]): string {
  const at = (i: number): readonly [number, number] => points[(i + points.length) % points.length]!;
  const show = (n: number): string => String(Math.round(n * 10) / 10);
  const pair = ([x, y]: readonly [number, number]): string => `${show(x)} ${show(y)}`;
  if (points.length > 200) return `M${points.map(pair).join("L")}Z`;
  const pieces = points.map((point, i) => {
    const [before, next, after] = [at(i - 1), at(i + 1), at(i + 2)];
    const leave = [point[0] + (next[0] - before[0]) / 6, point[1] + (next[1] - before[1]) / 6] as const;
    const arrive = [next[0] - (after[0] - point[0]) / 6, next[1] - (after[1] - point[1]) / 6] as const;
    return `C${pair(leave)} ${pair(arrive)} ${pair(next)}`;
  });
  return `M${pair(at(0))}${pieces.join("")}Z`;
}
