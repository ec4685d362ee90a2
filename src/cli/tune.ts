/** `convlens tune MODEL UNIT…`: tuning curves over a stimulus, as a table, data and figures. */
import type { Command } from "commander";
import {
  defaultSweep,
  type Figure,
  figure,
  formatTable,
  formatUnit,
  resolveUnit,
  type StimulusName,
  type Sweep,
  stimulus,
  stringify,
  type Tuning,
  tune,
} from "../index.js";
import { command, type Files } from "./command.js";
import { choice, many, whole } from "./option.js";
import { engine } from "./shared-options.js";

/** The command. */
export const tuneCommand: () => Command = command(
  "tune",
  {
    description: "what units answer to a synthetic stimulus as its angle goes round: preferred angle, width, echo",
    arguments: { units: many('"layer:channel", one or more') },
    options: {
      stimulus: choice("--stimulus <name>", "what is shown", Object.keys(stimulus) as StimulusName[], "grating"),
      count: whole("--count <n>", "angles in one period", { from: 4, to: 3600, fallback: 36 }),
      size: whole("--size <pixels>", "height and width of the stimuli", { from: 8, to: 4096 }),
      at: choice("--at <which>", "the position of a unit's map that counts", ["max", "mean", "centre"], "max"),
      engine,
    },
    out: "asked",
  },
  async ({ net, args: { units }, options, engine: engineOf, signal, onProgress }) => {
    for (const unit of units) resolveUnit(net, unit);
    const { count, size, at } = options;
    const sweep = defaultSweep(net, units[0]!, options.stimulus, { count, size });
    const tuned = await tune(net, units, sweep, { at, engine: await engineOf(), signal, onProgress });
    const saved = stringify(tuned);
    return {
      json: saved,
      lines: linesOf(tuned),
      files: (): Files => ({ "tuning.json": saved, ...figuresOf(tuned, sweep) }),
    };
  },
);

/** The figures that a tuning allows: curves where something goes round, maps where two parameters were swept. */
function figuresOf(tuned: Tuning, sweep: Sweep): Record<string, Figure> {
  const curves = tuned.units.flatMap(({ unit, curve }) => (curve ? [{ name: formatUnit(unit), curve }] : []));
  return {
    ...(curves.length > 0 ? { curves: figure.tuning(curves, { title: `Tuning to ${tuned.stimulus}` }) } : {}),
    ...(tuned.axes.length > 1 ? { responses: figure.responseMap(tuned, { sweep }) } : {}),
  };
}

function linesOf(tuned: Tuning): string[] {
  const others = tuned.axes.map((axis) => axis.name);
  const rows = tuned.units.map(({ unit, curve, best, responses }) => [
    formatUnit(unit),
    Math.max(...responses).toFixed(3),
    ...best.map((value) => String(Number(value.toPrecision(3)))),
    ...(curve
      ? [
          `${curve.mean.toFixed(1)}`,
          curve.selectivity.toFixed(3),
          curve.halfWidth.toFixed(1),
          curve.echo === null ? "" : curve.echo.toFixed(2),
          String(curve.period),
        ]
      : []),
  ]);
  const measures = tuned.units.some(({ curve }) => curve)
    ? ["mean", "selectivity", "half-width", "echo", "period"]
    : [];
  return formatTable(["unit", "largest", ...others.map((name) => `best ${name}`), ...measures], rows).split("\n");
}
