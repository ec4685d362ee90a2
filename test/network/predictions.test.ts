/** ResNet-50, opened and run by this library, names what is in photographs. */
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { expect, test } from "vitest";
import { createEngine } from "../../src/engine/create.js";
import type { Volume } from "../../src/engine/engine.js";
import { compile } from "../../src/engine/plan.js";
import type { Network } from "../../src/network/network.js";
import { open } from "../../src/node/open.js";
import { toInput } from "../../src/optvis/preprocess.js";
import { hasShared, resnet50, shared } from "../load/shared.js";

/** Folder of photographs → the ImageNet classes that name what it shows. */
const sensible: Readonly<Record<string, readonly string[]>> = {
  accordion: ["accordion"],
  airplanes: ["airliner", "wing", "warplane"],
  Leopards: ["leopard", "jaguar", "cheetah", "snow_leopard"],
  cup: ["cup", "coffee_mug", "espresso"],
  dalmatian: ["dalmatian"],
  grand_piano: ["grand_piano", "upright"],
  llama: ["llama"],
  laptop: ["laptop", "notebook"],
  pizza: ["pizza"],
  flamingo: ["flamingo"],
  trilobite: ["trilobite"],
  soccer_ball: ["soccer_ball"],
};

const side = 224;

/** A photograph as the network reads it: shortest side 256, the middle 224 × 224 of it, preprocessed. */
async function photograph(net: Network, path: string): Promise<Volume> {
  const data = await sharp(path)
    .toColourspace("srgb")
    .removeAlpha()
    .resize(256, 256, { fit: "cover" })
    .extract({ left: 16, top: 16, width: side, height: side })
    .raw()
    .toBuffer();
  const pixels = Float32Array.from(data, (byte) => byte / 255);
  return toInput({ count: 1, height: side, width: side, channels: 3, data: pixels }, net.input);
}

test.skipIf(!hasShared)(
  "ResNet-50 names what at least nine of twelve photographs show",
  { timeout: 120_000 },
  async () => {
    const labels = JSON.parse(await readFile(shared("models/imagenet_labels.json"), "utf8")) as Record<string, string>;
    const net = await open(resnet50, { preprocessing: "caffe" });
    const engine = await createEngine("tfjs-wasm");
    const executable = await engine.load(compile(net, [{ layer: net.layers.at(-1)!.name }]));
    const seen: Record<string, string> = {};
    for (const folder of Object.keys(sensible)) {
      const image = await photograph(net, shared("photos/caltech101", folder, "image_0001.jpg"));
      const [{ data }] = (await executable.forward(image)) as [Volume];
      expect(data.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
      seen[folder] = labels[data.indexOf(Math.max(...data))]!;
    }
    executable.dispose();
    engine.dispose();
    const missed = Object.entries(seen).filter(([folder, label]) => !sensible[folder]!.includes(label));
    console.info("top-1 of ResNet-50:", seen);
    expect(missed.length, JSON.stringify(missed)).toBeLessThanOrEqual(3);
  },
);
