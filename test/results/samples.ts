/** A result of every kind, made by the library itself from a network of four layers. */
import { attribution } from "../../src/circuit/attribution.js";
import { expand } from "../../src/circuit/expand.js";
import { faithfulness } from "../../src/circuit/faithfulness.js";
import { familyGraph } from "../../src/circuit/family-graph.js";
import { grow } from "../../src/circuit/grow.js";
import { verify } from "../../src/circuit/verify.js";
import { createImage, type Image } from "../../src/core/image.js";
import { createRandom } from "../../src/core/random.js";
import { gradCAM } from "../../src/dataset/cam.js";
import { defaultSweep } from "../../src/dataset/default-sweep.js";
import { examples } from "../../src/dataset/examples.js";
import { jointTuning } from "../../src/dataset/joint-tuning.js";
import { statistics } from "../../src/dataset/statistics.js";
import { tune } from "../../src/dataset/tune.js";
import { dictionary } from "../../src/dictionary/dictionary.js";
import { doctor } from "../../src/doctor/doctor.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import { familiesFromResponses } from "../../src/equivariance/families-from-responses.js";
import { findFamilies } from "../../src/equivariance/find-families.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { lab } from "../../src/lab/lab.js";
import type { Network } from "../../src/network/network.js";
import { createResult } from "../../src/network/result.js";
import { visualize } from "../../src/optvis/visualize.js";
import type { Reproduction, TestedClaim } from "../../src/reproduce/reproduction.js";
import type { ResultKind, Results } from "../../src/results/kinds.js";
import { factor } from "../../src/weights/factor.js";
import { plant } from "../equivariance/planted.js";
import { conv, network } from "../network/ops.js";

const random = createRandom(5);
const relu = { name: "relu" } as const;
const weights = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());

/** A network of two convolutions, a mean and two classes, with weights by chance. */
export const net: Network = network(
  [12, 12, 3],
  [
    conv("a", "image", [3, 3, 3, 6], { kernel: weights(162), activation: relu }),
    conv("b", "a", [3, 3, 6, 4], { kernel: weights(216), activation: relu }),
    { kind: "globalPool", name: "mean", inputs: ["b"], mode: "average" },
    {
      kind: "dense",
      name: "classes",
      inputs: ["mean"],
      kernel: weights(8),
      kernelShape: [4, 2],
      bias: null,
      activation: { name: "softmax" },
    },
  ],
);

/** An image of bytes, as photographs are. */
export function photo(side = 12): Image {
  const bytes = Float32Array.from({ length: side * side * 3 }, () => random.int(256) / 255);
  return createImage(side, side, 3, bytes);
}

/** A result of every kind. */
export async function samples(): Promise<Results> {
  const engine = cpuEngine();
  const photos = Array.from({ length: 3 }, (_, i) => ({ id: `${i}.png`, image: photo(), label: `class ${i % 2}` }));
  const look = { engine, preset: "draft", steps: 2, size: 12 } as const;
  const turns = group.rotations(4);
  const blocks = plant({ group: turns, kernels: [3, 3], channels: 8, noise: 0.1, seed: 7 }).blocks;
  const search = { group: turns, nullDraws: 19 };
  const below = await findFamilies(blocks, "layer0", search);
  const circuit = grow(net, "b:1", { depth: 2, width: 2 });
  const unit = { layer: "b", channel: 1 };
  return {
    picture: await visualize(net, unit, { ...look, transparency: true }),
    lab: await lab(net, unit, { ...look, count: 2, photos }),
    circuit,
    verification: await verify(net, circuit, photos, { engine }),
    faithfulness: await faithfulness(net, circuit, unit, photos, { engine, keep: [0.5, 1] }),
    attribution: await attribution(net, unit, photos[0]!.image, { engine }),
    expanded: await expand(net, unit, "image"),
    "family-graph": familyGraph(net, [
      { name: "above", units: ["b:0", "b:1"] },
      { name: "below", units: ["a:0", "a:1"] },
    ]),
    factors: await factor(net, "b", { count: 2 }),
    examples: await examples(net, [unit], photos, { engine, count: 2, bottom: 1, random: 1, pictures: true }),
    statistics: await statistics(net, ["b"], photos, { engine, correlation: true }),
    tuning: await tune(net, [unit], defaultSweep(net, unit, "edge", { count: 8 }), { engine }),
    "joint-tuning": await jointTuning(net, { units: ["b"], photographs: [photo(), photo()] }, { engine, count: 8 }),
    "activation-map": await gradCAM(net, "classes:1", photos[0]!.image, { engine }),
    dictionary: await dictionary(net, "a", photos, { engine, count: 2, positions: 4 }),
    families: below,
    "response-families": await familiesFromResponses(net, "b", photos, { ...search, engine }),
    motifs: await findMotifs(blocks, "layer0", "layer1", { ...search, families: below.families }),
    diagnosis: await doctor(net, { engine, photos, count: 3 }),
    reproduction: reproductionOf(),
  };
}

/** Two tested claims; the networks that claims are asked of are large. */
function reproductionOf(): Reproduction {
  const tested: TestedClaim = {
    id: "curve-family",
    article: "Curve Detectors",
    claim: "There are curve detectors.",
    measure: "how many",
    value: 2,
    atLeast: 1,
    holds: true,
    parts: [
      { label: "0°", value: 3 },
      { label: "45°", value: -1.5 },
    ],
    units: [{ layer: "b", channel: 1 }],
    reason: null,
  };
  const refused = { ...tested, id: "car", value: null, holds: null, parts: [], units: [], reason: "none is known" };
  return createResult(
    "reproduction",
    net,
    { engine: cpuEngine(), settings: { layers: { curves: "b" } } },
    { claims: [tested, refused] },
  );
}

/** Names of the kinds. */
export const kinds = (all: Results): ResultKind[] => Object.keys(all) as ResultKind[];
