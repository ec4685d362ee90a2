/** `convlens circuit MODEL UNIT…`: grows a circuit, prunes it, and draws it with pictures of its units. */
import { join } from "node:path";
import { Command, Option } from "commander";
import {
  checkWritable,
  figure,
  formatUnit,
  grow,
  type Image,
  objective,
  photos,
  prune,
  saveAll,
  saveCircuit,
  toHTML,
  toPNG,
  toSVG,
  type Verification,
  verify,
  visualize,
} from "../index.js";
import { fileName } from "./file-name.js";
import { signal } from "./interrupt.js";
import { engineFor, openModel, type PictureOptions, say, wholeNumber, withPictureOptions } from "./options.js";
import { progressReporter } from "./progress.js";

interface CircuitOptions extends PictureOptions {
  readonly depth: number;
  readonly width: number;
  readonly keep: string;
  readonly strength: "l2" | "l1" | "max" | "sum";
  readonly icons: boolean;
  readonly photos?: string;
}

/** The command. */
export function circuitCommand(): Command {
  return withPictureOptions(new Command("circuit"))
    .description("what a unit reads, what that reads, and so on: a diagram with kernels and pictures")
    .argument("<units...>", '"layer:channel", one root or more')
    .option("--depth <n>", "steps from a root", wholeNumber(1), 2)
    .option("--width <n>", "strongest inputs of each sign taken of each unit", wholeNumber(1), 3)
    .option("--keep <share>", "prune each unit to this share of its weight, 0 to 1", "1")
    .addOption(new Option("--strength <name>", "measure of a kernel").choices(["l2", "l1", "max", "sum"]).default("l2"))
    .option("--no-icons", "without pictures of what units look for")
    .option("--photos <folder>", "verify every edge on these photographs")
    .action(run);
}

async function run(path: string, units: string[], options: CircuitOptions): Promise<void> {
  const net = await openModel(path, options);
  const folder = options.out ?? join("circuit", fileName(net, units[0]!));
  await checkWritable(folder);
  const grown = grow(net, units, { depth: options.depth, width: options.width, strength: options.strength });
  const circuit = prune(grown, { keep: Number(options.keep) });
  if (options.json) return say(saveCircuit(circuit));
  const progress = progressReporter();
  const icons: Record<string, Image> = {};
  let tested: Verification | null = null;
  if (options.icons || options.photos) {
    const engine = await engineFor(net, options);
    try {
      const look = { engine, signal, onProgress: progress.onProgress };
      if (options.photos) tested = await verify(net, circuit, photos(options.photos), look);
      if (options.icons) {
        const names = circuit.nodes.filter(({ kind }) => kind !== "input").map(({ unit }) => formatUnit(unit));
        const { seed, steps = 64, size = 64 } = options;
        const targets = names.map((name) => objective.channel(name));
        const made = await visualize(net, targets, { ...look, preset: "draft", seed, steps, size });
        names.forEach((name, i) => {
          icons[name] = made[i]!.image;
        });
      }
    } finally {
      progress.end();
      engine.dispose();
    }
  }
  const drawing = figure.circuit(circuit, { icons });
  const figures = tested ? [drawing, figure.effects(tested)] : [drawing];
  const files: Record<string, string | Uint8Array> = {
    "circuit.json": saveCircuit(circuit),
    "circuit.svg": toSVG(drawing),
    "circuit.png": await toPNG(drawing),
    "index.html": toHTML(figures, { tables: [tableOf(circuit)] }),
  };
  if (tested) files["effects.svg"] = toSVG(figures[1]!);
  await saveAll(folder, files);
  say(`${circuit.nodes.length} units, ${circuit.edges.length} edges of ${net.name}`);
  if (tested) say(`verified on ${tested.pictures} photographs by silencing: R² ${tested.r2.toFixed(6)}`);
  for (const name of Object.keys(files)) say(join(folder, name));
}

function tableOf({ edges }: ReturnType<typeof grow>) {
  return {
    caption: "Edges",
    header: ["from", "to", "sign", "strength", "share", "by"],
    rows: edges.map(({ from, to, sign, strength, share, route }) => [
      formatUnit(from),
      formatUnit(to),
      sign,
      strength.toFixed(4),
      `${(100 * share).toFixed(1)} %`,
      route.join(", "),
    ]),
  };
}
