/** `convlens lab MODEL UNIT`: the main job in one go. */
import { join } from "node:path";
import { Command, Option } from "commander";
import {
  checkWritable,
  figure,
  formatUnit,
  lab,
  labPage,
  type PresetName,
  photos,
  saveAll,
  saveLab,
  toPNG,
  toSVG,
} from "../index.js";
import { fileName } from "./file-name.js";
import { signal } from "./interrupt.js";
import {
  engineFor,
  openModel,
  type PictureOptions,
  type RankingOptions,
  say,
  withPictureOptions,
  withRankingOptions,
} from "./options.js";
import { progressReporter } from "./progress.js";

/** The command. */
export function labCommand(): Command {
  return withRankingOptions(withPictureOptions(new Command("lab")))
    .description(
      "one unit, read: its filter, its strongest inputs, pictures of what each looks for, and the figure of it all",
    )
    .argument("<unit>", '"layer:channel"')
    .addOption(
      new Option("--preset <name>", "settings to start from")
        .choices(["swift", "lucid", "draft", "maco", "classic"])
        .default("lucid"),
    )
    .addOption(
      new Option("--view <which>", "the unit at its centre, or its mean over the map")
        .choices(["neuron", "channel"])
        .default("neuron"),
    )
    .option("--photos <folder>", "photographs; those that excite the unit most join the sheet")
    .action(
      async (
        path: string,
        unit: string,
        options: PictureOptions & RankingOptions & { preset: PresetName; view: "neuron" | "channel"; photos?: string },
      ) => {
        const net = await openModel(path, options);
        const folder = options.out ?? join("lab", fileName(net, unit));
        await checkWritable(folder);
        const engine = await engineFor(net, options);
        const progress = progressReporter();
        const { preset, seed, steps, size, count, strength, weights, view } = options;
        try {
          const sheet = await lab(net, unit, {
            preset,
            seed,
            steps,
            size,
            count,
            strength,
            weights,
            view,
            photos: options.photos === undefined ? undefined : photos(options.photos),
            engine,
            signal,
            onProgress: progress.onProgress,
          });
          const drawing = figure.lab(sheet);
          const files = {
            "lab.json": saveLab(sheet),
            "figure.svg": toSVG(drawing),
            "figure.png": await toPNG(drawing),
            "index.html": labPage(sheet),
          };
          await saveAll(folder, files);
          progress.end();
          if (options.json) return say(files["lab.json"]);
          const dead = [sheet, ...sheet.inputs]
            .filter((each) => each.picture?.status === "dead")
            .map((each) => formatUnit(each.unit));
          say(`${formatUnit(sheet.unit)} of ${net.name}, engine ${sheet.engine}, ${sheet.seconds.toFixed(0)} s`);
          if (dead.length > 0) say(`dead (nothing excited them): ${dead.join(", ")}`);
          if (!net.input.stated)
            say(`preprocessing ${net.input.preprocessing.name} was assumed; give --preprocessing if it is another`);
          for (const name of Object.keys(files)) say(join(folder, name));
        } finally {
          progress.end();
          engine.dispose();
        }
      },
    );
}
