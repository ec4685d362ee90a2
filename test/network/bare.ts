/** Networks of bare layers, for what only needs their names and channels. */
import { createNetwork, type Network } from "../../src/network/network.js";
import type { Op } from "../../src/network/ops.js";
import { preprocessing } from "../../src/network/preprocessing.js";

/** A network that reads `channels`, with layers of four channels under these names. */
export function bare(names: readonly string[], channels = 3): Network {
  const image: Op = { kind: "input", name: "image", layer: "image", inputs: [], output: [8, 8, channels] };
  const layers = names.map(
    (name): Op => ({ kind: "identity", name, layer: name, inputs: ["image"], output: [8, 8, 4] }),
  );
  const input = { shape: [8, 8, channels], preprocessing: preprocessing("unit", channels), stated: true };
  return createNetwork("bare", [image, ...layers], input);
}
