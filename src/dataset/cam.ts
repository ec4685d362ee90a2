/**
 * Class-activation maps: where in an image a layer's units speak for a class (or for any later unit).
 *
 * - CAM (Zhou et al. 2016), for networks that end in a mean over the map and one dense layer, logit = Σ w[c] · mean A[c]:
 *   the map is Σ w[c] · A[c], and its mean is the logit without its bias.
 * - Grad-CAM (Selvaraju et al. 2017), for any layer the target reads: α[c] = mean of ∂target/∂A[c] over the map, and the map
 *   is max(0, Σ α[c] · A[c]), or the sum itself (`signed`). Where CAM is possible, Grad-CAM's sum is CAM over the number of
 *   positions. Of a segmentation the target is the sum of a class's map over a mask (Vinogradova et al. 2020).
 */
import { optional } from "valibot";
import { checkOptions, flagSchema, type OptionSchemas, optionsSchema, textSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { checkImage, type Image } from "../core/image.js";
import { type RunOptions, runSchemas, throwIfAborted } from "../core/run.js";
import { unitLikeSchema } from "../core/schemas.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, engineSchema, type Volume } from "../engine/engine.js";
import { fieldAt } from "../network/at-size.js";
import { checkNetwork, type Network, opsByName, outputOp, resolveUnit } from "../network/network.js";
import { createResult } from "../network/result.js";
import { valuesBehind } from "../network/sources.js";
import { layerWeights, valueUnit } from "../weights/layer-weights.js";
import type { ActivationMap } from "./activations.js";
import { type Positions, plainPositions, positionsSchema } from "./positions.js";
import { behindLayer, contrastOf, layerMap, titleOf, valuesOf } from "./target.js";

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
   * The layer whose positions make the map. Ways that lead round it, such as skips, are held as they are.
   *
   * @defaultValue the last layer before the target that has positions: more than one row or column
   */
  readonly layer?: string | undefined;
  /**
   * Positions of the unit's own map that are summed: one, a rectangle, or a mask.
   *
   * @defaultValue all of them
   */
  readonly at?: Positions | undefined;
  /**
   * Another unit, whose value is taken away: what speaks for the one and against the other.
   *
   * @defaultValue none
   */
  readonly against?: UnitLike | string | undefined;
  /**
   * Keeps what speaks against the unit, as negative values. Without it they are set to 0, as the method was published, and their
   * sum is the map's `dropped`.
   *
   * @defaultValue false
   */
  readonly signed?: boolean | undefined;
}

const camSchemas: OptionSchemas<CAMOptions> = { ...runSchemas, engine: engineSchema };
const camOptions = optionsSchema(camSchemas);
const gradCAMOptions = optionsSchema<OptionSchemas<GradCAMOptions>>({
  ...camSchemas,
  layer: optional(textSchema),
  at: optional(positionsSchema),
  against: optional(unitLikeSchema),
  signed: optional(flagSchema),
});

/**
 * The class-activation map of a class. Its values have signs: what is below 0 speaks against the class.
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
  return withEngine(net, options, async (engine) => {
    throwIfAborted(options.signal);
    const map = await layerMap(net, layer, image, engine);
    throwIfAborted(options.signal);
    const size = [image.height, image.width] as const;
    const field = fieldAt(net, layer, size);
    const settings = { method: "CAM", preActivation: false, signed: true, at: null, size } as const;
    const found = { of: `CAM of ${formatUnit(wanted)}`, layer, ...weighted(map, weights), dropped: 0, field };
    return createResult("activation-map", net, { engine, settings }, found);
  });
}

/**
 * The Grad-CAM of a unit: of its value before the activation (before softmax, for a class), summed over its positions or
 * over those given by `at`, alone or minus that of another unit.
 *
 * @param unit - A class, or any unit behind the layer.
 * @throws LensError `unsupported` when the unit does not read the layer, or the layer has no positions; `bad-argument` for
 * positions outside of the unit's map; `unknown-layer`, `bad-unit`, `bad-size`; the signal's reason when aborted.
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
  const { against, signed = false, signal } = options;
  const at = options.at ? plainPositions(options.at) : null;
  const contrast = valuesOf(net, contrastOf(net, unit, against));
  const layer = options.layer === undefined ? lastMap(net, resolveUnit(net, unit)) : net.layer(options.layer).name;
  return withEngine(net, options, async (engine) => {
    const run = { layer, image, engine, at, signal };
    const found = await behindLayer(net, contrast, run, async ({ map, slopeAt }) =>
      weighted(map, meanPerChannel(await slopeAt(map.data), map.channels)),
    );
    throwIfAborted(signal);
    const size = [image.height, image.width] as const;
    const kept = { ...found, ...(signed ? { dropped: 0 } : rectified(found.data)), field: fieldAt(net, layer, size) };
    const settings = { method: "Grad-CAM", preActivation: false, signed, at, size } as const;
    const of = `Grad-CAM of ${titleOf(contrast, at)}`;
    return createResult("activation-map", net, { engine, settings }, { of, layer, ...kept });
  });
}

/** The positive values of a map, and the sum of the others. */
function rectified(values: Float32Array): { readonly data: Float32Array; readonly dropped: number } {
  const dropped = values.reduce((sum, value) => sum + Math.min(0, value), 0);
  return { data: values.map((value) => Math.max(0, value)), dropped };
}

/** Σ weight[c] · A[c] at every position. */
function weighted(
  { height, width, channels, data: values }: Volume,
  weights: Float32Array,
): Pick<ActivationMap, "height" | "width" | "data"> {
  const data = Float32Array.from({ length: height * width }, (_, p) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += weights[c]! * values[p * channels + c]!;
    return sum;
  });
  return { height, width, data };
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
