/**
 * A trial of an engine on one real layer of the network at hand: how long a step of it takes, forward and back, and whether
 * its numbers are those of the `cpu` engine. The layer is the convolution with the most weights among those small enough for
 * `cpu` to answer at once; kernels of that size are where the time of a network goes.
 */
import { createRandom } from "../core/random.js";
import { createNetwork, type Network } from "../network/network.js";
import type { ConvOp, DepthwiseOp } from "../network/ops.js";
import { cpuEngine } from "./cpu/cpu.js";
import type { Engine, Executable, Volume } from "./engine.js";
import { compile, type Plan } from "./plan.js";

/** Weights that `cpu` multiplies with a small map in a tenth of a second or so. */
const mostWeights = 300_000;
/** Pixels of the maps that are compared, and that are timed. */
const sizes = { compared: 6, timed: 28 };
/** Largest relative difference that still is the same number: Winograd and GPUs round differently, nothing else may. */
const tolerance = 1e-3;
const repeats = 3;

/** A layer to try engines on, with the numbers it has to give. */
export interface Sample {
  /** Name of the layer. */
  readonly layer: string;
  readonly plan: Plan;
  readonly wanted: Answer;
}

/** Values and input gradient of a small map. */
type Answer = readonly [Float32Array, Float32Array];

/** A layer of a network to try engines on; `null` for a network without convolutions. */
export async function sampleOf(net: Network): Promise<Sample | null> {
  const layers = net.ops
    .filter((op): op is ConvOp | DepthwiseOp => op.kind === "conv" || op.kind === "depthwise")
    .sort((a, b) => a.kernel.length - b.kernel.length);
  const op = layers.findLast(({ kernel }) => kernel.length <= mostWeights) ?? layers[0];
  if (!op) return null;
  const plan = planOf(net, op);
  const cpu = await cpuEngine().load(plan);
  const wanted = await answer(cpu, sizes.compared);
  cpu.dispose();
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

/** The one layer, as a network of its own. */
function planOf(net: Network, op: ConvOp | DepthwiseOp): Plan {
  const channels = op.kind === "conv" ? op.kernelShape[2] * op.groups : op.kernelShape[2];
  const image = { kind: "input", name: "map", layer: "map", inputs: [], output: [null, null, channels] } as const;
  const alone = createNetwork(net.name, [image, { ...op, inputs: [image.name] }], {
    ...net.input,
    shape: image.output,
  });
  return compile(alone, [{ layer: op.layer }]);
}

async function answer(executable: Executable, size: number): Promise<Answer> {
  const [map] = await executable.forward(noise(size, executable.plan.channels));
  return [map!.data, (await executable.backward([map!.data])).data];
}

function noise(size: number, channels: number): Volume {
  const random = createRandom(1);
  const data = Float32Array.from({ length: size * size * channels }, () => random.uniform() - 0.5);
  return { count: 1, height: size, width: size, channels, data };
}

/** ‖a − b‖ / ‖b‖. */
function difference(a: Float32Array, b: Float32Array): number {
  const scale = Math.hypot(...b);
  return Math.hypot(...a.map((value, i) => value - b[i]!)) / (scale || 1);
}
