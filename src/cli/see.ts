/** `convlens see MODEL UNIT…`: a picture of what each unit looks for. */
import { join } from "node:path";
import { Command, Option } from "commander";
import {
  checkWritable,
  encodePNG,
  formatUnit,
  objective,
  type PresetName,
  parseUnit,
  resolveUnit,
  save,
  visualize,
} from "../index.js";
import { signal } from "./interrupt.js";
import { engineFor, openModel, type PictureOptions, say, sayJSON, withPictureOptions } from "./options.js";
import { progressReporter } from "./progress.js";

/** The command. */
export function seeCommand(): Command {
  return withPictureOptions(new Command("see"))
    .description("a picture of what each unit looks for, by gradient ascent")
    .argument("<units...>", '"layer:channel", one or more')
    .addOption(new Option("--preset <name>", "settings to start from").choices(["lucid", "draft"]).default("lucid"))
    .addOption(
      new Option("--view <which>", "the unit at its centre, or its mean over the map")
        .choices(["neuron", "channel"])
        .default("channel"),
    )
    .action(
      async (
        path: string,
        units: string[],
        options: PictureOptions & { preset: PresetName; view: "neuron" | "channel" },
      ) => {
        const folder = options.out ?? ".";
        await checkWritable(folder);
        const net = await openModel(path, options);
        for (const unit of units) resolveUnit(net, unit);
        const engine = await engineFor(net, options);
        const progress = progressReporter();
        const made: object[] = [];
        try {
          for (const unit of units) {
            const { preset, seed, steps, size } = options;
            const picture = await visualize(net, objective[options.view](unit), {
              preset,
              seed,
              steps,
              size,
              engine,
              signal,
              onProgress: progress.onProgress,
            });
            const file = join(folder, `${fileName(unit)}.png`);
            await save(file, encodePNG(picture.image));
            const { status, value, settings } = picture;
            made.push({ unit, file, status, value, settings });
            progress.end();
            if (!options.json)
              say(
                `${file}  ${unit}  ${status === "dead" ? "dead: nothing excited it" : `activation ${value.toFixed(3)}`}`,
              );
          }
        } finally {
          progress.end();
          engine.dispose();
        }
        if (options.json) sayJSON(made);
      },
    );
}

/** A unit as a file name: the path of nested layers becomes dashes. */
export function fileName(unit: string): string {
  return formatUnit(parseUnit(unit)).replace(/[^\w.-]+/g, "-");
}
