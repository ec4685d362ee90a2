/** `convlens activations MODEL IMAGE TARGET`: what a layer, or one unit, answers to an image, and where. */
import { join } from "node:path";
import { Command, Option } from "commander";
import {
  type ActivationMap,
  activations,
  checkWritable,
  type EngineName,
  type Figure,
  figure,
  fitToInput,
  formatTable,
  gradCAM,
  type Image,
  readImage,
  saveAll,
  toPNG,
  toSVG,
} from "../index.js";
import { signal } from "./interrupt.js";
import { engineFor, type ModelOptions, openModel, say, sayJSON, wholeNumber, withModel } from "./options.js";

interface ActivationsCommandOptions extends ModelOptions {
  readonly size?: number;
  readonly count: number;
  readonly order: "strength" | "channel";
  readonly cam?: boolean;
  readonly out?: string;
  readonly engine?: EngineName;
}

/** The command. */
export function activationsCommand(): Command {
  return withModel(new Command("activations"))
    .description("what the units of a layer answer to one image: a grid of maps; or one unit, laid over the image")
    .argument("<image>", "a JPEG or PNG file")
    .argument("<target>", 'a layer, or "layer:channel"')
    .option("--cam", "for a unit: what of the image speaks for it (Grad-CAM), instead of where it answers")
    .option(
      "--size <pixels>",
      "height and width the image is brought to; the network's own when absent",
      wholeNumber(8),
    )
    .option("--count <n>", "maps drawn, and rows listed", wholeNumber(1), 64)
    .addOption(new Option("--order <which>", "of the maps").choices(["strength", "channel"]).default("strength"))
    .option("--out <folder>", "where to write the figure")
    .option("--engine <name>", "wasm, tfjs-wasm, tfjs-cpu or cpu")
    .action(async (path: string, file: string, target: string, options: ActivationsCommandOptions) => {
      if (options.out !== undefined) await checkWritable(options.out);
      const net = await openModel(path, options);
      const image = fitToInput(net, await readImage(file), { size: options.size });
      const engine = await engineFor(net, options);
      try {
        const maps = options.cam
          ? [await gradCAM(net, target, image, { engine, signal })]
          : await activations(net, target, image, { engine, signal });
        const ranked = maps.map(summaryOf).sort((a, b) => (options.order === "strength" ? b.largest - a.largest : 0));
        if (options.out !== undefined) await write(options.out, figureOf(image, maps, options));
        if (options.json) return sayJSON({ network: net.name, image: file, target, maps: ranked });
        const rows = ranked
          .slice(0, options.count)
          .map((each) => [each.of, each.largest.toFixed(3), each.mean.toFixed(3), `${each.row}, ${each.column}`]);
        say(formatTable(["of", "largest", "mean", "at row, column"], rows));
        if (options.out !== undefined)
          for (const name of ["activations.svg", "activations.png"]) say(join(options.out, name));
      } finally {
        engine.dispose();
      }
    });
}

function figureOf(image: Image, maps: readonly ActivationMap[], { count, order }: ActivationsCommandOptions): Figure {
  return maps.length === 1 ? figure.heatMap(image, maps[0]!) : figure.channels(image, maps, { count, order });
}

async function write(folder: string, drawing: Figure): Promise<void> {
  await saveAll(folder, { "activations.svg": toSVG(drawing), "activations.png": await toPNG(drawing) });
}

function summaryOf({ of, width, data }: ActivationMap): {
  of: string;
  largest: number;
  mean: number;
  row: number;
  column: number;
} {
  const largest = data.reduce((most, v) => Math.max(most, v), Number.NEGATIVE_INFINITY);
  const at = data.indexOf(largest);
  const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
  return { of, largest, mean, row: Math.floor(at / width), column: at % width };
}
