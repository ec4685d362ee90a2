/** `convlens activations MODEL IMAGE TARGET`: what a layer, or one unit, answers to an image, and where. */
import type { Command } from "commander";
import {
  type ActivationMap,
  activations,
  figure,
  fitToInput,
  formatTable,
  gradCAM,
  LensError,
  readImage,
} from "../index.js";
import { command, type Files } from "./command.js";
import { choice, custom, flag, one, text, whole } from "./option.js";
import { bands, engine, readSize, type SizeGiven } from "./shared-options.js";
import { checkTarget, readTarget, targetOptions, targetsGiven } from "./target.js";

/** The command. */
export const activationsCommand: () => Command = command(
  "activations",
  {
    description: "what the units of a layer answer to one image: a grid of maps; or one unit, laid over the image",
    arguments: { image: one("a JPEG or PNG file"), target: one('a layer, or "layer:channel"') },
    options: {
      cam: flag("--cam", "for a unit: what of the image speaks for it (Grad-CAM), instead of where it answers"),
      layer: text(
        "--layer <name>",
        "with --cam: the layer whose positions make the map; the last before the unit when absent",
      ),
      size: custom<SizeGiven | undefined>(
        "--size <pixels>",
        "height and width the image is brought to: 96, or 24x40; the network's own when absent",
        readSize,
      ),
      signed: flag("--signed", "with --cam: keep what speaks against the unit, as negative values"),
      ...targetOptions,
      count: whole("--count <n>", "maps drawn, and rows listed", { from: 1, to: 100_000, fallback: 64 }),
      order: choice("--order <which>", "of the maps", ["strength", "channel"], "strength"),
      bands,
      engine,
    },
    out: "asked",
    check(_, options) {
      checkTarget(options);
      const { cam, layer, signed } = options;
      const [first] = [
        ...(layer === undefined ? [] : ["--layer"]),
        ...(signed ? ["--signed"] : []),
        ...targetsGiven(options),
      ];
      if (first === undefined || cam) return;
      throw new LensError("bad-argument", `${first} is about the map of --cam; give --cam too, or leave ${first} out`);
    },
  },
  async ({ net, args, options, engine: engineOf, signal }) => {
    const { size, count, order, cam, layer, signed, bands: shown } = options;
    const image = fitToInput(net, await readImage(args.image), { size });
    const how = { engine: await engineOf(), signal };
    const maps = cam
      ? [await gradCAM(net, args.target, image, { ...how, layer, signed, ...(await readTarget(options)) })]
      : await activations(net, args.target, image, how);
    const found = maps.map(summaryOf).sort((a, b) => (order === "strength" ? b.largest - a.largest : 0));
    const rows = found
      .slice(0, count)
      .map((each) => [each.of, each.largest.toFixed(3), each.mean.toFixed(3), `${each.row}, ${each.column}`]);
    return {
      json: { network: net.name, image: args.image, target: args.target, maps: found },
      lines: [...formatTable(["of", "largest", "mean", "at row, column"], rows).split("\n"), ...droppedOf(maps)],
      files: (): Files => ({
        activations:
          maps.length === 1
            ? figure.heatMap(image, maps[0]!, { bands: shown })
            : figure.channels(image, maps, { count, order, bands: shown }),
      }),
    };
  },
);

/** A map with its values, its mean, and where it is largest. */
interface MapSummary extends Pick<ActivationMap, "of" | "layer" | "height" | "width" | "dropped"> {
  readonly largest: number;
  readonly least: number;
  readonly mean: number;
  readonly row: number;
  readonly column: number;
  /** `height × width` values. */
  readonly values: Float32Array;
}

/** What Grad-CAM's rectifier took from a map, where it took anything. */
function droppedOf(maps: readonly ActivationMap[]): string[] {
  return maps.flatMap(({ dropped }) =>
    dropped < 0 ? [`negative values, ${dropped.toPrecision(3)} in sum, are set to 0; --signed keeps them`] : [],
  );
}

function summaryOf({ of, layer, height, width, dropped, data: values }: ActivationMap): MapSummary {
  const least = values.reduce((most, v) => Math.min(most, v), Number.POSITIVE_INFINITY);
  const largest = values.reduce((most, v) => Math.max(most, v), Number.NEGATIVE_INFINITY);
  const at = values.indexOf(largest);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const place = { row: Math.floor(at / width), column: at % width };
  return { of, layer, height, width, largest, least, mean, ...place, dropped, values };
}
