/**
 * Responses to a sweep of two parameters as heat maps, one per unit on one scale: the angle from left to right, the other
 * parameter (curvature, wavelength …) downwards. A third parameter is taken where the response is largest.
 */
import { LensError } from "../core/errors.js";
import { formatUnit } from "../core/unit.js";
import type { Sweep, SweepAxis } from "../dataset/sweep.js";
import type { Tuning, UnitTuning } from "../dataset/tune.js";
import { hexOf } from "./color.js";
import { type FigureOptions, frame } from "./frame.js";
import { type HeatScale, heatScale, short } from "./heat.js";
import { unitGroup } from "./identity.js";
import { type Figure, type Mark, mark, moved } from "./mark.js";
import { framed } from "./picture.js";
import { text } from "./text.js";
import { grey, line } from "./theme.js";

/**
 * Options of `figure.responseMap`.
 *
 * @public
 */
export interface ResponseMapFigureOptions extends FigureOptions {
  /**
   * The sweep that was made, to draw some of its stimuli above and beside the maps.
   *
   * @defaultValue no stimuli are drawn
   */
  readonly sweep?: Sweep | undefined;
  /**
   * The response drawn in full red.
   *
   * @defaultValue the largest of all units drawn
   */
  readonly limit?: number | undefined;
  /**
   * What one unit of the scale is worth in the data, such as each unit's standard deviation over a dataset: responses are
   * divided by it.
   *
   * @defaultValue 1 for every unit
   */
  readonly scale?: readonly number[] | undefined;
}

const left = 64;
const plot = 432;
/** Room for a unit's name above its map and the angles below. */
const block = 48;

/** Responses as a grid, and the axes it is drawn over. */
interface Grid {
  readonly across: SweepAxis;
  readonly down: SweepAxis;
  /** `down × across` values. */
  readonly values: readonly number[];
}

/**
 * The response maps of the units of a tuning.
 *
 * @throws LensError `bad-argument` when fewer than two parameters were swept, or `scale` has not one number per unit.
 * @public
 */
export function responseMap(of: Tuning, options: ResponseMapFigureOptions = {}): Figure {
  const { sweep, scale = of.units.map(() => 1) } = options;
  if (of.axes.length < 2 || scale.length !== of.units.length || !scale.every((s) => s > 0)) {
    throw new LensError(
      "bad-argument",
      `a response map needs two or more swept parameters and a scale above 0 for each of its ${of.units.length} units; got ${of.axes.length} and [${scale.join()}]`,
    );
  }
  const grids = of.units.map((unit, u) => gridOf(of.axes, unit, scale[u]!));
  const colors = heatScale(
    grids.flatMap((grid) => grid.values),
    { limit: options.limit },
  );
  const { across, down } = grids[0]!;
  const row = sweep ? 26 : 16;
  const height = down.values.length * row;
  const top = sweep ? 76 : 20;
  const title = `Responses to ${of.stimulus}: ${across.name} × ${down.name}`;
  const { bar } = colors;
  const bottom = top + grids.length * (height + block) - 20;
  return frame(
    {
      title,
      facts: [
        `${across.name} from left to right, ${down.name} downwards`,
        ...(colors.note === null ? [] : [colors.note]),
      ],
      description: `${title}. ${of.units.map((unit) => describe(of, unit)).join(" ")}`,
      width: left + plot,
      height: bottom + bar.height,
      marks: [
        ...(sweep ? [moved(left, top - 58, ...stimuliAbove(of, sweep))] : []),
        ...grids.flatMap((grid, u) => [
          moved(
            left,
            top + u * (height + block),
            unitGroup(of.units[u]!.unit, map(grid, { row, colors, name: formatUnit(of.units[u]!.unit) })),
          ),
          ...(sweep ? [moved(left - 30, top + u * (height + block), ...stimuliBeside(of, sweep, row))] : []),
        ]),
        moved(left, bottom, ...bar.marks),
      ],
    },
    options,
  );
}

function map(
  { across, down, values }: Grid,
  { row, colors, name }: { row: number; colors: HeatScale; name: string },
): Mark[] {
  const cell = plot / across.values.length;
  const height = down.values.length * row;
  const squares = values.map((value, i) => {
    const [x, y] = [i % across.values.length, Math.floor(i / across.values.length)];
    // Half a pixel of overlap hides the seams that rasterisers leave between neighbours.
    const fill = hexOf(colors.color(value));
    return mark("rect", { x: x * cell, y: y * row, width: Math.min(cell + 0.4, plot - x * cell), height: row, fill });
  });
  const shownRows = down.values.map((value, i) => [value, i] as const).filter((_, i) => row >= 14 || i % 2 === 0);
  const angles = across.period === null ? [] : [0, 0.25, 0.5, 0.75, 1];
  return [
    ...squares,
    mark("rect", { width: plot, height, fill: "none", stroke: line, "stroke-width": 0.75 }),
    ...shownRows.map(([value, i]) =>
      text(-34, (i + 0.5) * row + 4, short(value), { size: 10.5, fill: grey, anchor: "end" }),
    ),
    ...angles.map((share) =>
      text(share * plot, height + 14, `${share * across.period!}°`, { size: 10.5, fill: grey, anchor: "middle" }),
    ),
    text(0, -7, name, { size: 12, weight: 600 }),
  ];
}

/** Twelve stimuli along the top, at the middle of the other axes. */
function stimuliAbove(of: Tuning, sweep: Sweep): Mark[] {
  const { around, other } = axesOf(of.axes);
  const n = of.axes[around]!.values.length;
  const count = Math.min(12, n);
  return Array.from({ length: count }, (_, i) => {
    const at = of.axes.map((axis) => Math.floor(axis.values.length / 2));
    at[around] = Math.floor((i * n) / count);
    at[other] = Math.floor(of.axes[other]!.values.length / 2);
    const x = (plot * at[around]!) / n + plot / n / 2 - 14;
    return moved(x, 0, ...framed(sweep.image(indexOf(of.axes, at)), { width: 28, height: 28 }, "stimulus"));
  });
}

/** One stimulus per row, at angle 0. */
function stimuliBeside(of: Tuning, sweep: Sweep, row: number): Mark[] {
  const { around, other } = axesOf(of.axes);
  return of.axes[other]!.values.map((_, i) => {
    const at = of.axes.map((axis) => Math.floor(axis.values.length / 2));
    at[around] = 0;
    at[other] = i;
    const box = { width: row - 3, height: row - 3 };
    return moved(1, i * row + 1.5, ...framed(sweep.image(indexOf(of.axes, at)), box, "stimulus"));
  });
}

/** The axis drawn across, the first that goes round, and the one drawn downwards, the first other. */
function axesOf(axes: readonly SweepAxis[]): { around: number; other: number } {
  const round = axes.findIndex((axis) => axis.period !== null);
  const around = round < 0 ? axes.length - 1 : round;
  return { around, other: axes.findIndex((_, i) => i !== around) };
}

/** Number of the stimulus at a place of the grid. */
function indexOf(axes: readonly SweepAxis[], at: readonly number[]): number {
  return axes.reduce((index, axis, i) => index * axis.values.length + at[i]!, 0);
}

/** The largest response over the axes that are not drawn. */
function gridOf(axes: readonly SweepAxis[], { responses }: UnitTuning, scale: number): Grid {
  const { around, other } = axesOf(axes);
  const [across, down] = [axes[around]!, axes[other]!];
  const values = new Array<number>(across.values.length * down.values.length).fill(Number.NEGATIVE_INFINITY);
  responses.forEach((response, index) => {
    let rest = index;
    const at = axes.map(() => 0);
    for (let i = axes.length - 1; i >= 0; i--) {
      at[i] = rest % axes[i]!.values.length;
      rest = Math.floor(rest / axes[i]!.values.length);
    }
    const place = at[other]! * across.values.length + at[around]!;
    values[place] = Math.max(values[place]!, response / scale);
  });
  return { across, down, values };
}

function describe({ axes }: Tuning, { unit, best, responses }: UnitTuning): string {
  const at = axes.map(({ name }, i) => `${name} ${short(best[i]!)}`).join(", ");
  return `${formatUnit(unit)} answers most, ${short(Math.max(...responses))}, at ${at}.`;
}
