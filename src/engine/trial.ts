/**
 * Tries an engine on one layer of the network: measures a step forward and back, and compares its numbers with those of the
 * `cpu` engine. The layer is the convolution with the most weights among those that `cpu` computes in a moment, because
 * kernels of that size take most of the time of a network.
 */
import { createRandom } from "../core/random.js";
import { createNetwork, type Network } from "../network/network.js";
import { type ConvOp, type DepthwiseOp, linear } from "../network/ops.js";
import { kernelsOf } from "../network/weighted-op.js";
import { createEngine } from "./create.js";
import type { Engine, Executable, Volume } from "./engine.js";
import { compile, type Plan } from "./plan.js";
import type { ConvStep, DepthwiseStep } from "./steps.js";

/** Weights that `cpu` multiplies with a small map in about a tenth of a second. */
const mostWeights = 300_000;
/** Pixels per side of the maps that are compared, and that are timed; more where the kernel needs more. */
const sizes = { compared: 6, timed: 28 };
/** Largest relative difference that counts as equal: Winograd and GPUs round differently. */
const tolerance = 1e-3;
const repeats = 3;
const noPads = { top: 0, bottom: 0, left: 0, right: 0 };

/** A layer to try engines on, with the numbers it has to give. */
export interface Sample {
  /** Name of the layer. */
  readonly layer: string;
  readonly plan: Plan;
  readonly wanted: Answer;
}

/** Values and input gradient of a small map. */
type Answer = readonly [Float32Array, Float32Array];

/**
 * A layer of a network to try engines on; `null` for a network without convolutions, and where the numbers of the layer
 * are not finite, so that there is nothing to compare.
 */
export async function sampleOf(net: Network): Promise<Sample | null> {
  const layers = net.ops
    .filter((op): op is ConvOp | DepthwiseOp => op.kind === "conv" || op.kind === "depthwise")
    .sort((a, b) => a.kernel.length - b.kernel.length);
  const op = layers.findLast(({ kernel }) => kernel.length <= mostWeights) ?? layers[0];
  if (!op) return null;
  const plan = planOf(net, op);
  const cpu = await (await createEngine("cpu")).load(plan);
  const wanted = await answer(cpu, sizes.compared);
  cpu.dispose();
  if (!wanted.every((values) => values.every(Number.isFinite))) return null;
  return { layer: op.layer, plan, wanted };
}

/** Milliseconds of a step of the sample on an engine, or what is wrong with its numbers. */
export async function trial(engine: Engine, { plan, wanted }: Sample): Promise<number | string> {
  const executable = await engine.load(plan);
  try {
    const got = await answer(executable, sizes.compared);
    const error = Math.max(...got.map((values, i) => difference(values, wanted[i]!)));
    if (!(error <= tolerance))
      return `its numbers are not those of cpu (relative difference ${error.toExponential(1)})`;
    let best = Number.POSITIVE_INFINITY;
    // The first round warms up.
    for (let round = 0; round <= repeats; round++) {
      const start = performance.now();
      await answer(executable, sizes.timed);
      if (round > 0) best = Math.min(best, performance.now() - start);
    }
    return best;
  } finally {
    executable.dispose();
  }
}

/** The convolution as a network of its own, without its activation. */
function planOf(net: Network, op: ConvOp | DepthwiseOp): Plan {
  const channels = kernelsOf(op).inputs;
  const image = { kind: "input", name: "map", layer: "map", inputs: [], output: [null, null, channels] } as const;
  const alone = createNetwork(net.name, [image, { ...op, inputs: [image.name], activation: linear }], {
    ...net.input,
    shape: image.output,
  });
  return compile(alone, [{ layer: op.layer }]);
}

async function answer(executable: Executable, pixels: number): Promise<Answer> {
  const [map] = await executable.forward(noise(executable.plan, pixels));
  return [map!.data, (await executable.backward([map!.data])).data];
}

/** A map of some pixels per side, or of as many as the kernel of the plan's one convolution needs. */
function noise({ channels, steps: [step] }: Plan, pixels: number): Volume {
  const [height, width] = leastSize(step as ConvStep | DepthwiseStep).map((least) => Math.max(pixels, least)) as [
    number,
    number,
  ];
  const random = createRandom(1);
  const data = Float32Array.from({ length: height * width * channels }, () => random.uniform() - 0.5);
  return { count: 1, height, width, channels, data };
}

/** The smallest map that a convolution can read: its kernel, dilated, less the zeros around the map. */
function leastSize({ weights, dilation, padding }: ConvStep | DepthwiseStep): [number, number] {
  if (padding === "same") return [1, 1];
  const { top, bottom, left, right } = padding === "valid" ? noPads : padding;
  const [height, width] = weights.shape;
  return [(height - 1) * dilation[0] + 1 - top - bottom, (width - 1) * dilation[1] + 1 - left - right];
}

/** ‖a − b‖ / ‖b‖. */
function difference(a: Float32Array, b: Float32Array): number {
  let [apart, scale] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    apart += (a[i]! - b[i]!) ** 2;
    scale += b[i]! ** 2;
  }
  return Math.sqrt(apart) / (Math.sqrt(scale) || 1);
}
