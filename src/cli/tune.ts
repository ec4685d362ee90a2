/** `convlens tune MODEL UNIT…`: tuning curves over a stimulus, as a table, data and figures. */
import { join } from "node:path";
import { Command, Option } from "commander";
import {
  checkWritable,
  defaultSweep,
  type EngineName,
  type Figure,
  figure,
  formatTable,
  formatUnit,
  type ResponseAt,
  resolveUnit,
  type StimulusName,
  type Sweep,
  saveAll,
  saveTuning,
  stimulus,
  type Tuning,
  toPNG,
  toSVG,
  tune,
} from "../index.js";
import { signal } from "./interrupt.js";
import { engineFor, type ModelOptions, openModel, say, wholeNumber, withModel } from "./options.js";
import { progressReporter } from "./progress.js";

interface TuneCommandOptions extends ModelOptions {
  readonly stimulus: StimulusName;
  readonly count: number;
  readonly size?: number;
  readonly at: ResponseAt;
  readonly out?: string;
  readonly engine?: EngineName;
}

/** The command. */
export function tuneCommand(): Command {
  return withModel(new Command("tune"))
    .description("what units answer to a synthetic stimulus as its angle goes round: preferred angle, width, echo")
    .argument("<units...>", '"layer:channel", one or more')
    .addOption(
      new Option("--stimulus <name>", "what is shown")
        .choices(Object.keys(stimulus))
        .default("grating" as StimulusName),
    )
    .option("--count <n>", "angles in one period", wholeNumber(4), 36)
    .option("--size <pixels>", "height and width of the stimuli", wholeNumber(8))
    .addOption(
      new Option("--at <which>", "the position of a unit's map that counts")
        .choices(["max", "mean", "centre"])
        .default("max" as ResponseAt),
    )
    .option("--out <folder>", "where to write tuning.json and the figures")
    .option("--engine <name>", "wasm, tfjs-wasm, tfjs-cpu or cpu")
    .action(async (path: string, units: string[], options: TuneCommandOptions) => {
      if (options.out !== undefined) await checkWritable(options.out);
      const net = await openModel(path, options);
      for (const unit of units) resolveUnit(net, unit);
      const { count, size, at } = options;
      const sweep = defaultSweep(net, units[0]!, options.stimulus, { count, size });
      const engine = await engineFor(net, options);
      const progress = progressReporter();
      try {
        const tuned = await tune(net, units, sweep, { at, engine, signal, onProgress: progress.onProgress });
        progress.end();
        const files = {
          "tuning.json": saveTuning(tuned),
          ...(options.out === undefined ? {} : await drawn(tuned, sweep)),
        };
        if (options.out !== undefined) await saveAll(options.out, files);
        if (options.json) return say(files["tuning.json"]);
        say(tableOf(tuned));
        if (options.out !== undefined) for (const name of Object.keys(files)) say(join(options.out, name));
      } finally {
        progress.end();
        engine.dispose();
      }
    });
}

/** The figures that a tuning allows: curves where something goes round, maps where two parameters were swept. */
async function drawn(tuned: Tuning, sweep: Sweep): Promise<Record<string, string | Uint8Array>> {
  const curves = tuned.units.flatMap(({ unit, curve }) => (curve ? [{ name: formatUnit(unit), curve }] : []));
  const figures: Record<string, Figure> = {
    ...(curves.length > 0 ? { curves: figure.tuning(curves, { title: `Tuning to ${tuned.stimulus}` }) } : {}),
    ...(tuned.axes.length > 1 ? { responses: figure.responseMap(tuned, { sweep }) } : {}),
  };
  const files: Record<string, string | Uint8Array> = {};
  for (const [name, each] of Object.entries(figures)) {
    files[`${name}.svg`] = toSVG(each);
    files[`${name}.png`] = await toPNG(each);
  }
  return files;
}

function tableOf(tuned: Tuning): string {
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
  return formatTable(["unit", "largest", ...others.map((name) => `best ${name}`), ...measures], rows);
}
