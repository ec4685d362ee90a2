/** One small example of every figure, each made from data that are written out or computed here. */

import { expand } from "../../src/circuit/expand.js";
import { familyGraph } from "../../src/circuit/family-graph.js";
import { joinKernels } from "../../src/circuit/from-kernels.js";
import { grow } from "../../src/circuit/grow.js";
import type { Verification } from "../../src/circuit/verify.js";
import { createImage, type Image } from "../../src/core/image.js";
import type { Kernel } from "../../src/core/kernel.js";
import { formatUnit, parseUnit } from "../../src/core/unit.js";
import type { ActivationMap } from "../../src/dataset/activations.js";
import type { Example } from "../../src/dataset/example.js";
import type { JointTuning } from "../../src/dataset/joint-tuning.js";
import type { Tuning } from "../../src/dataset/tune.js";
import { tuningCurve } from "../../src/dataset/tuning-curve.js";
import type { UnitStatistics } from "../../src/dataset/unit-statistics.js";
import { findMotifs } from "../../src/equivariance/find-motifs.js";
import { group } from "../../src/equivariance/groups/namespace.js";
import { motifKernels } from "../../src/equivariance/motif-kernels.js";
import type { Figure } from "../../src/figure/mark.js";
import { figure } from "../../src/figure/namespace.js";
import type { Lab } from "../../src/lab/sheet.js";
import type { Network } from "../../src/network/network.js";
import { factor } from "../../src/weights/factor.js";
import { inputs, outputs } from "../../src/weights/inputs.js";
import { slice } from "../../src/weights/slice.js";
import { knownFamily } from "../equivariance/known.js";
import { conv, network } from "../network/ops.js";
import { byHand } from "../results/by-hand.js";

/** A figure with how it is called and what it shows. */
export interface Shown {
  readonly call: string;
  readonly shows: string;
  readonly figure: Figure;
}

/** A grey grating at an angle, as a picture of what a unit looks for. */
function grating(degrees: number, side = 24): Image {
  const turn = (degrees * Math.PI) / 180;
  const middle = (side - 1) / 2;
  const data = Float32Array.from({ length: side * side }, (_, p) => {
    const [x, y] = [(p % side) - middle, Math.floor(p / side) - middle];
    const along = x * Math.cos(turn) + y * Math.sin(turn);
    return 0.5 + 0.5 * Math.cos(along * 0.9) * Math.exp(-(x * x + y * y) / (side * side * 0.09));
  });
  return createImage(side, side, 1, data);
}

/** A kernel that is positive on a line at an angle and negative beside it. */
function lineKernel(degrees: number, side = 5): number[] {
  const turn = (degrees * Math.PI) / 180;
  const middle = (side - 1) / 2;
  return Array.from({ length: side * side }, (_, p) => {
    const [x, y] = [(p % side) - middle, Math.floor(p / side) - middle];
    const off = x * Math.sin(turn) - y * Math.cos(turn);
    return Math.round(1000 * Math.cos(off * 1.4) * Math.exp(-(x * x + y * y) / 8)) / 1000;
  });
}

/** Lines in six directions, read by three units: the same direction excites, the one at a right angle inhibits. */
function lines(): Network {
  const weights = (count: number, read: number, kernel: (from: number, to: number) => number[], side: number) => {
    const data = new Float32Array(side * side * read * count);
    for (let to = 0; to < count; to++)
      for (let from = 0; from < read; from++)
        kernel(from, to).forEach((w, tap) => {
          data[(tap * read + from) * count + to] = w;
        });
    return data;
  };
  const early = weights(6, 3, (from, to) => lineKernel(30 * to).map((w) => w * (0.3 + 0.1 * from)), 5);
  const late = weights(
    3,
    6,
    (from, to) => {
      const angle = Math.abs(from - 2 * to) * 30;
      return lineKernel(60 * to, 3).map((w) => w * Math.cos((angle * Math.PI) / 90) * (1 + 0.1 * from));
    },
    3,
  );
  return network(
    [32, 32, 3],
    [conv("lines", "image", [5, 5, 3, 6], { kernel: early }), conv("shapes", "lines", [3, 3, 6, 3], { kernel: late })],
  );
}

const iconsOf = (names: readonly string[]): Record<string, Image> =>
  Object.fromEntries(names.map((name, i) => [name, grating((180 * i) / names.length)]));

const map = (channel: number): ActivationMap => ({
  ...byHand("activation-map", { method: "activation", preActivation: false, signed: true, at: null, size: [24, 24] }),
  of: `lines:${channel}`,
  layer: "lines",
  height: 6,
  width: 6,
  data: Float32Array.from({ length: 36 }, (_, p) => Math.max(0, Math.sin(p * 0.7 + channel) * (p % 6) * (channel % 4))),
  field: { rows: { size: 5, stride: 4, start: 0 }, columns: { size: 5, stride: 4, start: 0 }, whole: false },
  dropped: 0,
});

/** A picture as `visualize` makes it; only what figures read. */
const picture = (image: Image) => ({
  ...byHand("picture", { preset: "lucid", steps: 128, size: [24, 24], seed: 1 }),
  image,
  status: "alive",
  value: 1,
});

function labOf(net: Network): Lab {
  const list = inputs(net, "shapes:1", { count: 4 });
  const made = byHand("lab", { strength: "l2", second: null, chosen: "strongest", weights: "folded", view: "neuron" });
  return {
    ...made,
    model: { ...made.model, name: net.name, fingerprint: "0123456789abcdef" },
    layers: net.layers,
    unit: parseUnit("shapes:1"),
    madeBy: parseUnit("shapes:1"),
    expanded: null,
    path: ["image", "lines", "shapes"],
    kernelShape: [3, 3, 6, 3],
    filterShape: [3, 3, 6],
    bias: 0,
    norm: null,
    largest: 1.4,
    receptiveField: "7×7 px",
    inputCount: 6,
    picture: picture(grating(60)),
    flaw: null,
    inputs: list.map((input, i) => ({
      ...input,
      ...{ rank: i + 1, second: null, flaw: null, note: "" },
      picture: picture(grating(30 * input.unit.channel)),
    })),
    examples: null,
    seconds: 1,
  } as unknown as Lab;
}

/** Four units at right angles, each of which reads four at the same relative angles. */
async function turning() {
  const turns = group.rotations(4);
  const family = (layer: string) => knownFamily(turns, layer, { members: [0, 1, 2, 3].map((i) => [i, i] as const) });
  const canonical = [0, 1, 2, 3].map((r) => [9, 4 * r, 0, 1, r, 0, 0, 2, 0]);
  const kernel = new Float32Array(9 * 16);
  for (let to = 0; to < 4; to++)
    for (let from = 0; from < 4; from++) {
      let list = canonical[(from - to + 4) % 4]!;
      for (let t = 0; t < to; t++) list = list.map((_, tap) => list[(2 - (tap % 3)) * 3 + Math.floor(tap / 3)]!);
      list.forEach((w, tap) => {
        kernel[(tap * 4 + from) * 4 + to] = w;
      });
    }
  const block = { from: "a", to: "b", shape: [3, 3, 4, 4] as const, kernel };
  const families = [family("a"), family("b")];
  const { motifs } = await findMotifs(block, "a", "b", { group: turns, families, nullDraws: 19, alpha: 0.99 });
  const [motif] = motifs;
  return { turns, motif: motif!, kernels: motifKernels(block, motif!), family: families[0]! };
}

const example: Example = {
  id: "photographs/1.jpg",
  label: "stripes",
  value: 12.345,
  position: [0, 1],
  field: { top: -2, left: 6, height: 12, width: 12 },
  crop: grating(30, 12),
  picture: grating(30, 24),
};

const tuned: Tuning = {
  ...byHand("tuning", { at: "max", preActivation: false }),
  stimulus: "arc",
  axes: [
    { name: "curvature", values: [0, 0.1, 0.2], period: null },
    { name: "angle", values: Array.from({ length: 12 }, (_, i) => 30 * i), period: 360 },
  ],
  units: [0, 1].map((channel) => ({
    unit: { layer: "lines", channel },
    responses: Float32Array.from({ length: 36 }, (_, i) =>
      Math.max(0, (1 + Math.floor(i / 12)) * Math.cos(((i % 12) - 3 * channel) * 0.52)),
    ),
    best: [0.2, 90 * channel],
    curve: null,
  })),
} as unknown as Tuning;

const curveAt = (angle: number) =>
  tuningCurve(
    Array.from({ length: 24 }, (_, i) => 10 * Math.exp(4 * (Math.cos(((15 * i - angle) * Math.PI) / 180) - 1))),
  );

/** All figures by name. */
export async function gallery(): Promise<Record<keyof typeof figure, Shown>> {
  const net = lines();
  const icons = iconsOf(["lines:0", "lines:1", "lines:2", "lines:3", "lines:4", "lines:5"]);
  const shapes = { ...icons, "shapes:0": grating(0), "shapes:1": grating(60), "shapes:2": grating(120) };
  const circuit = grow(net, ["shapes:0", "shapes:1", "shapes:2"], { depth: 1, width: 2 });
  const kernel = (from: string, to: string, degrees: number, gain: number): Kernel => ({
    from: parseUnit(from),
    to: parseUnit(to),
    height: 5,
    width: 5,
    data: Float32Array.from(lineKernel(degrees).map((w) => gain * w)),
  });
  const heads = joinKernels(
    [
      kernel("eye:1", "head:1", 45, 1),
      kernel("eye:2", "head:2", 135, 1),
      kernel("eye:2", "head:1", 45, -0.6),
      kernel("eye:1", "head:2", 135, -0.6),
      kernel("head:1", "dog:0", 90, 1),
      kernel("head:2", "dog:0", 90, 1),
    ],
    { name: "by hand" },
  );
  const { turns, motif, kernels, family } = await turning();
  const dial = {
    ...knownFamily(group.rotations(8), "lines", { members: [0, 1, 2, 4, 5].map((e, i) => [i, e] as const) }),
    missing: [3, 6, 7],
  };
  const strongest = inputs(net, "shapes:1");
  const joint = {
    angles: Array.from({ length: 24 }, (_, i) => 15 * i),
    members: [0, 120].map((angle, channel) => ({
      unit: { layer: "lines", channel },
      curve: curveAt(angle),
      each: [0.8, 1.1].map((gain) => curveAt(angle + 10 * gain).responses.map((v) => v * gain)),
    })),
    photographs: 2,
    ...byHand("joint-tuning", { at: "centre", preActivation: false }),
  } as unknown as JointTuning;
  const verification = {
    edges: circuit.edges.slice(0, 4).map((edge, i) => ({
      ...edge,
      r2: 0.9,
      points: [1, 2, 3].map((p) => ({
        id: `${p}.jpg`,
        predicted: (p - 2) * (i + 1),
        measured: (p - 2) * (i + 1) * 0.9 + 0.1,
      })),
    })),
    r2: 0.9731,
    pictures: 3,
    ...byHand("verification", { intervention: "ablate", size: [24, 24], fit: "cover" }),
  } as unknown as Verification;
  const statistics = {
    unit: { layer: "lines", channel: 3 },
    count: 1910,
    firingRate: 0.48,
    mean: 1.2,
    variance: 2.25,
    smallest: 0,
    largest: 8,
    histogram: [
      { from: 0, to: 0, count: 1000 },
      ...Array.from({ length: 8 }, (_, i) => ({ from: i, to: i + 1, count: Math.round(500 / 2 ** i) })),
    ],
  } as unknown as UnitStatistics;
  const families = [
    { name: "flat lines", units: ["lines:0", "lines:1"] },
    { name: "steep lines", units: ["lines:2", "lines:3"] },
    { name: "shapes", units: ["shapes:0", "shapes:1", "shapes:2"] },
  ];
  const of = (call: string, shows: string, drawn: Figure): Shown => ({ call, shows, figure: drawn });
  return {
    kernel: of("kernel(slice(net, to, from))", "one kernel", figure.kernel(slice(net, "shapes:1", "lines:2"))),
    inputs: of(
      "inputs(inputs(net, unit))",
      "kernels of the strongest inputs",
      figure.inputs(strongest, { columns: 3 }),
    ),
    lab: of("lab(await lab(net, unit))", "the lab sheet of a unit", figure.lab(labOf(net))),
    claim: of(
      "claim(reproduction.claims[i])",
      "a claim of an article, tested",
      figure.claim({
        id: "early-curves-to-curves",
        article: "Curve Circuits",
        claim:
          "Curve detectors are excited by early curves of their own angle and inhibited by those of the opposite one.",
        measure: "the smaller of excitation at 0° and inhibition at 180°",
        value: 0.9,
        atLeast: 0.25,
        holds: true,
        parts: [0, 45, 90, 135, 180].map((angle, i) => ({
          label: `${angle}°`,
          value: [1.4, 0.8, 0.1, -0.5, -0.9][i]!,
        })),
        units: [parseUnit("shapes:1"), parseUnit("shapes:2")],
        reason: null,
      }),
    ),
    contactSheet: of(
      "contactSheet(pictures)",
      "many pictures, each with its name",
      figure.contactSheet(
        Object.entries(icons).map(([name, image], i) => ({ image, name, note: `value ${i}.5` })),
        { title: "Units of lines", columns: 6, side: 72 },
      ),
    ),
    circuit: of(
      "circuit(grow(net, unit), { icons })",
      "a circuit with its kernels",
      figure.circuit(circuit, { icons: shapes }),
    ),
    mirrored: of(
      "mirrored(circuit, { pairs })",
      "two mirrored paths, and below what belongs to both",
      figure.mirrored(heads, {
        pairs: [
          ["eye:1", "eye:2"],
          ["head:1", "head:2"],
        ],
      }),
    ),
    fan: of(
      "fan(outputs(net, unit), { icons })",
      "one unit and those that read it",
      figure.fan(outputs(net, "lines:2"), { icons: shapes }),
    ),
    superposition: of(
      "superposition(inputs(net, unit), { icons })",
      "the pictures of inputs where they excite",
      figure.superposition(strongest.slice(0, 3), { icons }),
    ),
    expanded: of(
      "expanded(await expand(net, unit, layer))",
      "weights over a layer further down",
      figure.expanded(await expand(net, "shapes:1", "image")),
    ),
    factors: of(
      "factors(await factor(net, layer))",
      "weights in factors",
      figure.factors(await factor(net, "shapes", { count: 2 })),
    ),
    familyGraph: of(
      "familyGraph(familyGraph(net, groups))",
      "what groups of units read of each other",
      figure.familyGraph(familyGraph(net, families)),
    ),
    effects: of(
      "effects(await verify(net, circuit, photos))",
      "predicted and measured effects of edges",
      figure.effects(verification),
    ),
    family: of(
      "family(family, group, { icons })",
      "a family along its group",
      figure.family(dial, group.rotations(8), { icons, side: 56 }),
    ),
    angleDial: of(
      "angleDial(family, group, { icons })",
      "its members at their angles",
      figure.angleDial(dial, group.rotations(8), { icons, size: 220 }),
    ),
    motif: of(
      "motif(motif, kernels, { group })",
      "a motif as rows of one kernel at all places",
      figure.motif(motif, kernels, { group: turns, rows: 2 }),
    ),
    kernelMatrix: of(
      "kernelMatrix(motif, kernels)",
      "all kernels between two families",
      figure.kernelMatrix(motif, kernels),
    ),
    motifMatrix: of(
      "motifMatrix(motifs)",
      "scores of families by families",
      figure.motifMatrix([motif], { families: [family] }),
    ),
    examples: of(
      "examples(unit)",
      "crops of the photographs that excite a unit most",
      figure.examples({
        unit: { layer: "lines", channel: 1 },
        top: [example, { ...example, value: 11.2 }],
        bottom: [],
        random: [{ ...example, value: 0.4 }],
      }),
    ),
    field: of("field(example)", "an example in its photograph", figure.field(example, { size: 240 })),
    channels: of(
      "channels(image, maps)",
      "the units of a layer on one image",
      figure.channels(grating(20), [0, 1, 2, 3, 4, 5].map(map), { columns: 6, size: 72 }),
    ),
    heatMap: of("heatMap(image, map)", "one map over its image", figure.heatMap(grating(20), map(3), { size: 200 })),
    histogram: of(
      "histogram(statistics)",
      "a unit's activations over a dataset",
      figure.histogram(statistics, { bins: 24, height: 160 }),
    ),
    tuning: of(
      "tuning(curves)",
      "radial tuning curves",
      figure.tuning(
        [0, 75, 200].map((angle, i) => ({ name: formatUnit({ layer: "lines", channel: i }), curve: curveAt(angle) })),
        { size: 280 },
      ),
    ),
    responseMap: of(
      "responseMap(await tune(net, units, sweep))",
      "responses to two swept parameters",
      figure.responseMap(tuned),
    ),
    jointTuning: of(
      "jointTuning(await jointTuning(…))",
      "answers to photographs turned through the full circle",
      figure.jointTuning(joint),
    ),
  };
}
