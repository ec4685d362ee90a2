/**
 * Pictures of units with small receptive fields, against what is known about them.
 *
 * `npx tsx bench/small-fields.ts` measures first layers: without an activation they are linear in the pixels, so the best
 * picture in 0…1 is known. Its value is the response to black plus the sum of all positive slopes. The table gives the share
 * of it that the picture of `lab` reaches, over the first units of each network.
 */
import { existsSync } from "node:fs";
import { createImage } from "../src/core/image.js";
import { formatTable } from "../src/core/print.js";
import { channelsOf } from "../src/core/shape.js";
import { activations } from "../src/dataset/activations.js";
import { createEngine } from "../src/engine/create.js";
import type { Engine } from "../src/engine/engine.js";
import { labPictureSettings } from "../src/lab/lab.js";
import type { Network } from "../src/network/network.js";
import { open } from "../src/node/open.js";
import { neuron } from "../src/optvis/objective/units.js";
import { visualize } from "../src/optvis/visualize.js";
import { resnet50, shared } from "../test/load/shared.js";

const networks = [
  { name: "TinyVGG", path: shared("models", "tinyvgg"), preprocessing: "unit", layer: "conv_1_1" },
  { name: "VGG-19", path: shared("models", "vgg19-block1to3"), preprocessing: "caffe", layer: "block1_conv1" },
  { name: "ResNet-20", path: shared("models", "resnet20-cifar10"), preprocessing: "torch", layer: null },
  { name: "SqueezeNet", path: shared("models", "squeezenet1.0"), preprocessing: "caffe", layer: null },
  { name: "ResNet-50", path: resnet50, preprocessing: "caffe", layer: "conv1" },
] as const;

const units = Number(process.argv[2] ?? 8);
const rows: string[][] = [];
const engine = await createEngine("wasm");
for (const { name, path, preprocessing, layer } of networks) {
  if (!existsSync(path)) {
    console.error(`${name} is not at hand`);
    continue;
  }
  const net = await open(path, { preprocessing });
  const first = layer ?? net.layers.find(({ kernel }) => kernel?.length === 4)!.name;
  const best = await optima(net, first, units, engine);
  for (const preset of ["lucid", "swift"] as const) {
    const shares: number[] = [];
    for (const [channel, optimum] of best.entries()) {
      if (optimum <= 0) continue;
      const unit = { layer: first, channel };
      const { value } = await visualize(net, neuron(unit), { ...labPictureSettings(net, unit, { preset }), engine });
      shares.push(value / optimum);
    }
    const sorted = shares.sort((a, b) => a - b);
    const shown = (share: number): string => `${(100 * share).toFixed(1)} %`;
    rows.push([name, first, preset, `${shares.length}`, shown(sorted[0]!), shown(sorted[sorted.length >> 1]!)]);
    console.log(rows.at(-1)!.join("  "));
  }
}
engine.dispose();
console.log(formatTable(["network", "layer", "preset", "units", "least", "median"], rows));

/** The largest value of each of the first units over all pictures in 0…1. */
async function optima(net: Network, layer: string, count: number, engine: Engine): Promise<number[]> {
  const channels = channelsOf(net.input.shape);
  const [height, width] = net.layer(layer).kernel!;
  const side = 3 * Math.max(height!, width!);
  const respond = async (data: Float32Array): Promise<number[]> => {
    const maps = await activations(net, layer, createImage(side, side, channels, data), {
      preActivation: true,
      engine,
    });
    return maps
      .slice(0, count)
      .map(({ data, height, width }) => data[Math.floor(height / 2) * width + Math.floor(width / 2)]!);
  };
  const black = await respond(new Float32Array(side * side * channels));
  const best = [...black];
  for (let at = 0; at < side * side * channels; at++) {
    const data = new Float32Array(side * side * channels);
    data[at] = 1;
    (await respond(data)).forEach((value, unit) => {
      best[unit]! += Math.max(0, value - black[unit]!);
    });
  }
  return best;
}
