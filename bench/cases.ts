/** What is measured: real networks up to a layer, at a size. A case whose network is not at hand is left out, and said so. */
import { existsSync } from "node:fs";
import { createRandom } from "../src/core/random.js";
import type { Volume } from "../src/engine/engine.js";
import { compile, type Plan } from "../src/engine/plan.js";
import { open } from "../src/node/open.js";
import { resnet50, shared } from "../test/load/shared.js";

/** A network up to a layer, on images of a size. */
export interface Case {
  /** Short name of the network. */
  readonly network: string;
  readonly layer: string;
  /** Height and width in pixels. */
  readonly size: number;
  /** Images in a step. */
  readonly batch: number;
  /** Whether one unit of the layer is asked for, as a picture of it does, or the mean over all of the layer. */
  readonly target: "layer" | "unit";
}

const models: Readonly<Record<string, string>> = {
  "VGG-19": shared("models", "vgg19-block1to3"),
  "ResNet-50": resnet50,
  SqueezeNet: shared("models", "squeezenet1.0"),
};

const at224 = { size: 224, batch: 1, target: "layer" } as const;

/** The main table. */
export const mainCases: readonly Case[] = [
  { network: "VGG-19", layer: "block3_conv3", ...at224 },
  { network: "ResNet-50", layer: "activation_39", ...at224 },
  { network: "SqueezeNet", layer: "fire8_concat", ...at224 },
];

/** Cost against size and batch. */
export const sizeCases: readonly Case[] = [
  ...[64, 96, 128, 224, 320, 512].map((size) => ({ ...mainCases[0]!, size })),
  ...[2, 4, 8, 16].map((batch) => ({ ...mainCases[0]!, size: 64, batch })),
];

/** Why a case cannot be run here; `null` where it can. */
export function whyNot({ network }: Case): string | null {
  const path = models[network]!;
  return existsSync(path) ? null : `${network} is not at hand (set CONVLENS_SHARED to the folder that has models/)`;
}

/** The plan of a case. */
export async function planOf({ network, layer, target }: Case): Promise<Plan> {
  const net = await open(models[network]!);
  return compile(net, [{ layer, preActivation: true, ...(target === "unit" ? { channels: [5] } : {}) }]);
}

/** A seeded image, as the network reads it. */
export function imageOf({ size, batch }: Case, channels: number): Volume {
  const random = createRandom(1);
  const data = Float32Array.from({ length: batch * size * size * channels }, () => 50 * random.normal());
  return { count: batch, height: size, width: size, channels, data };
}

/** Gradient of the mean of every map of a batch. */
export function gradientOf({ count, data }: Volume): Float32Array {
  return new Float32Array(data.length).fill(count / data.length);
}
