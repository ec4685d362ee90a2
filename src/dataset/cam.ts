/**
 * Class-activation maps: where in an image a layer's units speak for a class (or for any later unit).
 *
 * - CAM (Zhou et al. 2016), for networks that end in a mean over the map and one dense layer, logit = Σ w[c] · mean A[c]:
 *   the map is Σ w[c] · A[c], and its mean is the logit without its bias.
 * - Grad-CAM (Selvaraju et al. 2017), for any layer before the target: α[c] = mean of ∂target/∂A[c] over the map, and the
 *   map is max(0, Σ α[c] · A[c]). Where CAM is possible, it is CAM's positive part over the number of positions.
 */
import { optional } from "valibot";
import { checkOptions, type OptionSchemas, optionsSchema, textSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { checkImage, type Image } from "../core/image.js";
import { type RunOptions, runSchemas, throwIfAborted } from "../core/run.js";
import { channelsOf } from "../core/shape.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, type Executable, engineSchema, type Volume } from "../engine/engine.js";
import { compile } from "../engine/plan.js";
import { fieldAt } from "../network/at-size.js";
import { checkNetwork, type Network, opsByName, outputOp, resolveUnit } from "../network/network.js";
import { createResult } from "../network/result.js";
import { valuesBehind } from "../network/sources.js";
import { subnetwork } from "../network/transform/subnetwork.js";
import { toInput } from "../optvis/preprocess.js";
import { layerWeights, valueUnit } from "../weights/layer-weights.js";
import type { ActivationMap, ActivationMapSettings } from "./activations.js";
import { fitPicture } from "./fit.js";

/**
 * Options of `cam`.
 *
 * @public
 */
export interface CAMOptions extends RunOptions {
  /** Runs the network; the best engine at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
}

/**
 * Options of `gradCAM`.
 *
 * @public
 */
export interface GradCAMOptions extends CAMOptions {
  /**
   * The layer whose positions make the map.
   *
   * @defaultValue the last layer before the target that has positions: more than one row or column
   */
  readonly layer?: string | undefined;
}

const camSchemas: OptionSchemas<CAMOptions> = { ...runSchemas, engine: engineSchema };
const camOptions = optionsSchema(camSchemas);
const gradCAMOptions = optionsSchema<OptionSchemas<GradCAMOptions>>({ ...camSchemas, layer: optional(textSchema) });

/**
 * The class-activation map of a class.
 *
 * @param unit - A unit of the dense layer behind the mean over the map: a class.
 * @throws LensError `unsupported` when the network does not end so; `unknown-layer`, `bad-unit`, `bad-size`; the signal's
 * reason when aborted.
 * @public
 */
export async function cam(
  net: Network,
  unit: UnitLike | string,
  image: Image,
  options: CAMOptions = {},
): Promise<ActivationMap> {
  checkNetwork(net);
  checkImage(image);
  checkOptions(camOptions, options);
  const wanted = resolveUnit(net, unit);
  const { layer, weights } = meanOfMap(net, wanted);
  return withEngine(net, options.engine, async (engine) => {
    const map = await layerMap(net, { layer, image, engine }, options);
    const found = { of: `CAM of ${formatUnit(wanted)}`, ...weighted(net, { map, layer, image }, weights) };
    return createResult("activation-map", net, { engine, settings: settingsOf("CAM", image) }, found);
  });
}

/**
 * The Grad-CAM of a unit: its value before the activation (before softmax, for a class), summed over its positions.
 *
 * @param unit - A class, or any unit behind the layer.
 * @throws LensError `unsupported` when other ways lead round the layer, or it has no positions; `unknown-layer`,
 * `bad-unit`, `bad-size`; the signal's reason when aborted.
 * @public
 */
export async function gradCAM(
  net: Network,
  unit: UnitLike | string,
  image: Image,
  options: GradCAMOptions = {},
): Promise<ActivationMap> {
  checkNetwork(net);
  checkImage(image);
  checkOptions(gradCAMOptions, options);
  const wanted = resolveUnit(net, unit);
  const layer = options.layer === undefined ? lastMap(net, wanted) : net.layer(options.layer).name;
  const target = valueUnit(net, wanted);
  return withEngine(net, options.engine, async (engine) => {
    const map = await layerMap(net, { layer, image, engine }, options);
    const plan = compile(subnetwork(net, layer, target.layer), [
      { layer: target.layer, channels: [target.channel], preActivation: true },
    ]);
    const gradient = await using(await engine.load(plan), async (tail) => {
      const value = (await tail.forward(map))[0]!;
      return (await tail.backward([new Float32Array(value.data.length).fill(1)])).data;
    });
    throwIfAborted(options.signal);
    const found = weighted(net, { map, layer, image }, meanPerChannel(gradient, map.channels));
    const positive = { of: `Grad-CAM of ${formatUnit(wanted)}`, ...found, data: found.data.map((v) => Math.max(0, v)) };
    return createResult("activation-map", net, { engine, settings: settingsOf("Grad-CAM", image) }, positive);
  });
}

function settingsOf(method: "CAM" | "Grad-CAM", { height, width }: Image): ActivationMapSettings {
  return { method, preActivation: false, size: [height, width] };
}

/** Runs an executable and releases it. */
async function using<T>(executable: Executable, task: (executable: Executable) => Promise<T>): Promise<T> {
  try {
    return await task(executable);
  } finally {
    executable.dispose();
  }
}

async function layerMap(
  net: Network,
  { layer, image, engine }: { layer: string; image: Image; engine: Engine },
  { signal }: RunOptions,
): Promise<Volume> {
  throwIfAborted(signal);
  const { height, width } = image;
  const shown = fitPicture(image, { size: [height, width], fit: "fill", channels: channelsOf(net.input.shape) });
  const map = await using(await engine.load(compile(net, [{ layer }])), async (head) => {
    return (await head.forward(toInput({ count: 1, ...shown }, net.input)))[0]!;
  });
  throwIfAborted(signal);
  return map;
}

/** Σ weight[c] · A[c] at every position. */
function weighted(
  net: Network,
  { map, layer, image }: { map: Volume; layer: string; image: Image },
  weights: Float32Array,
): Pick<ActivationMap, "layer" | "height" | "width" | "data" | "field"> {
  const { height, width, channels } = map;
  const data = new Float32Array(height * width);
  for (let p = 0; p < height * width; p++) {
    for (let c = 0; c < channels; c++) data[p]! += weights[c]! * map.data[p * channels + c]!;
  }
  return { layer, height, width, data, field: fieldAt(net, layer, [image.height, image.width]) };
}

function meanPerChannel(values: Float32Array, channels: number): Float32Array {
  const mean = new Float32Array(channels);
  const positions = values.length / channels;
  for (let i = 0; i < values.length; i++) mean[i % channels]! += values[i]! / positions;
  return mean;
}

/** The layer whose mean a class reads, and the class's weight on each of its channels. */
function meanOfMap(net: Network, wanted: Unit): { layer: string; weights: Float32Array } {
  const { layer: head, channel } = valueUnit(net, wanted);
  const refuse = (): never => {
    throw new LensError(
      "unsupported",
      `CAM needs a dense layer that reads the mean of a map; ${formatUnit(wanted)} does not: use gradCAM`,
    );
  };
  const ops = opsByName(net);
  const dense = outputOp(net, head);
  if (dense.kind !== "dense") return refuse();
  const op = valuesBehind(net, dense.inputs[0]!);
  if ((op.kind !== "globalPool" && op.kind !== "pool") || op.mode !== "average") return refuse();
  // A pooling window that leaves one position is a mean over the map too.
  if (op.kind === "pool" && (op.output[0] !== 1 || op.output[1] !== 1)) return refuse();
  const reader = layerWeights(net, dense.layer, "stored");
  const weights = Float32Array.from({ length: reader.sources.length }, (_, i) => reader.kernel(channel, i)[0]!);
  return { layer: ops.get(op.inputs[0]!)!.layer, weights };
}

/** The last layer on the ways to a unit whose map has positions. */
function lastMap(net: Network, unit: Unit): string {
  const needed = new Set(outputOp(net, unit.layer).inputs);
  for (const op of net.ops.toReversed()) {
    if (!needed.has(op.name)) continue;
    const [height, width] = op.output;
    if (op.output.length === 3 && op.kind !== "input" && (height !== 1 || width !== 1)) return op.layer;
    for (const input of op.inputs) needed.add(input);
  }
  throw new LensError("unsupported", `no layer before ${formatUnit(unit)} has positions; choose a later unit`);
}
