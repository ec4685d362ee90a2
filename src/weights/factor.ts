/**
 * Families of connections: the weights between two layers as a sum of few patterns, each a set of channels read together and
 * a kernel for every unit that reads them,
 *
 *     W[o, r, c, i] ≈ Σₖ kernel[k][o, r, c] · channels[k][i]
 *
 * One-sided NMF keeps the channels non-negative, so that a factor is a group of units of which more or less is seen; SVD
 * takes the directions of most weight, whose first ones part colour from black and white in a first layer.
 */
import { optional } from "valibot";
import {
  checkOptions,
  listOf,
  type OptionSchemas,
  oneOf,
  optionsSchema,
  seedSchema,
  textSchema,
  wholeSchema,
} from "../core/check.js";
import { LensError } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import { runSchemas, throwIfAborted } from "../core/run.js";
import type { Unit } from "../core/unit.js";
import { oneSidedNMF, principalAxes } from "../math/factorize.js";
import { checkNetwork, type Network } from "../network/network.js";
import { createResult, type NetworkResult } from "../network/result.js";
import { type LayerWeights, layerWeights, type WeightsChoice, weightsSchema } from "./layer-weights.js";

/**
 * Options of `factor`.
 *
 * @public
 */
export interface FactorOptions {
  /**
   * Number of factors.
   *
   * @defaultValue 3
   */
  readonly count?: number | undefined;
  /**
   * `"nmf"`: channels without negative entries; `"svd"`: the first singular vectors, at right angles.
   *
   * @defaultValue "nmf"
   */
  readonly method?: "nmf" | "svd" | undefined;
  /**
   * Only the channels that come from this layer.
   *
   * @defaultValue all that are read
   */
  readonly from?: string | undefined;
  /**
   * Only these output channels.
   *
   * @defaultValue all
   */
  readonly channels?: readonly number[] | undefined;
  /**
   * Where NMF starts from.
   *
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
  /**
   * With the batch norm that follows multiplied in, or as stored.
   *
   * @defaultValue "folded"
   */
  readonly weights?: WeightsChoice | undefined;
  /** Aborts the search: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const factorOptions = optionsSchema<OptionSchemas<FactorOptions>>({
  count: optional(wholeSchema(1)),
  method: optional(oneOf("nmf", "svd")),
  from: optional(textSchema),
  channels: optional(listOf(wholeSchema(0), "a list of channels")),
  seed: optional(seedSchema),
  weights: weightsSchema,
  signal: runSchemas.signal,
});

/**
 * One factor.
 *
 * @public
 */
export interface Factor {
  /** A number per source; the sum of their squares is 1. */
  readonly channels: Float32Array;
  /** `[units, height, width]`: how each unit reads those channels. */
  readonly kernels: Float32Array;
  /** Sum of the squares of its kernels, as a part of the sum of squares of all weights. */
  readonly share: number;
}

/**
 * How factors were found.
 *
 * @public
 */
export interface FactorSettings {
  /** Non-negative matrix factorization, or singular vectors. */
  readonly method: "nmf" | "svd";
  /** Number of factors. */
  readonly count: number;
  /** The layer whose channels were read; `null` for all. */
  readonly from: string | null;
  /** Where NMF started from. */
  readonly seed: number;
  /** Which weights were read. */
  readonly weights: WeightsChoice;
}

/**
 * The weights of a layer in factors.
 *
 * @public
 */
export interface Factors extends NetworkResult<"factors", FactorSettings> {
  /** The layer that reads. */
  readonly layer: string;
  /** The units that read. */
  readonly units: readonly Unit[];
  /** The units read, in the order of every factor's channels. */
  readonly sources: readonly Unit[];
  /** Rows of a kernel. */
  readonly height: number;
  /** Columns of a kernel. */
  readonly width: number;
  /** The largest share first. */
  readonly factors: readonly Factor[];
  /** Part of the sum of squares of the weights that all factors together give back, 0 to 1. */
  readonly explained: number;
}

/**
 * Factors the weights of a layer: NMF by hierarchical alternating least squares, the best of three seeded starts; SVD with
 * each set of channels turned so that its sum is positive.
 *
 * @throws LensError `unknown-layer`; `bad-argument` for a count outside 1 to the number of channels, an output channel that
 * does not exist, or a layer it does not read; `unsupported`, where the layer has no weights or reads channels in groups.
 * @public
 */
export async function factor(net: Network, layer: string, options: FactorOptions = {}): Promise<Factors> {
  checkNetwork(net);
  checkOptions(factorOptions, options);
  const { count = 3, method = "nmf", seed = 0, weights = "folded", signal } = options;
  throwIfAborted(signal);
  const reader = layerWeights(net, layer, weights);
  const outputs = outputsOf(reader, options.channels);
  const columns = columnsOf(reader, options.from);
  if (count > columns.length)
    throw new LensError("bad-argument", `count is at most the ${columns.length} channels read; got ${count}`);
  const matrix = matrixOf(reader, outputs, columns);
  const { factors, scores } =
    method === "svd"
      ? await principalAxes(matrix, count)
      : await oneSidedNMF(matrix, count, { random: createRandom(seed), sweeps: 200, starts: 3, signal });
  throwIfAborted(signal);
  const total = matrix.reduce((sum, row) => sum + energy(row), 0);
  const shareOf = (part: number): number => (total > 0 ? part / total : 0);
  const found = factors.map((channels, k): Factor => {
    const kernels = Float32Array.from(scores[k]!);
    return { channels: Float32Array.from(channels), kernels, share: shareOf(energy(scores[k]!)) };
  });
  const settings = { method, count, from: options.from ?? null, seed, weights };
  const result = {
    layer: reader.layer,
    units: outputs.map((channel) => ({ layer: reader.layer, channel })),
    sources: columns.map((i) => reader.sources[i]!.unit),
    height: reader.height,
    width: reader.width,
    factors: found.sort((a, b) => b.share - a.share),
    explained: total > 0 ? 1 - shareOf(leftOver(matrix, factors, scores)) : 0,
  };
  return createResult("factors", net, { settings }, result);
}

function outputsOf({ layer, outputs }: LayerWeights, channels: readonly number[] | undefined): readonly number[] {
  const all = Array.from({ length: outputs }, (_, o) => o);
  const wrong = channels?.find((o) => !all.includes(o));
  if (wrong !== undefined || channels?.length === 0)
    throw new LensError(
      "bad-argument",
      `channels of "${layer}" are 0 to ${outputs - 1}, at least one; got ${wrong ?? "none"}`,
    );
  return channels ?? all;
}

function columnsOf({ layer, sources, range, outputs }: LayerWeights, from: string | undefined): number[] {
  for (let o = 0; o < outputs; o++) {
    const [first, end] = range(o);
    if (end - first !== sources.length)
      throw new LensError(
        "unsupported",
        `"${layer}" reads its channels in groups, so that its units share none; choose an ungrouped layer`,
      );
  }
  const columns = sources.map((_, i) => i).filter((i) => from === undefined || sources[i]!.unit.layer === from);
  if (columns.length > 0) return columns;
  const layers = [...new Set(sources.map(({ unit }) => unit.layer))];
  throw new LensError("bad-argument", `from is a layer that "${layer}" reads, ${layers.join(" or ")}; got "${from}"`);
}

/** V `[units · taps, channels]`, row by row. */
function matrixOf(reader: LayerWeights, outputs: readonly number[], columns: readonly number[]): Float64Array[] {
  const taps = reader.height * reader.width;
  return outputs.flatMap((o) => {
    const kernels = columns.map((i) => reader.kernel(o, i));
    return Array.from({ length: taps }, (_, tap) => Float64Array.from(kernels, (kernel) => kernel[tap]!));
  });
}

/** ‖V − S F‖². */
function leftOver(
  matrix: readonly Float64Array[],
  factors: readonly Float64Array[],
  scores: readonly Float64Array[],
): number {
  return matrix.reduce((sum, row, r) => {
    const left = row.map((w, i) => factors.reduce((rest, factor, k) => rest - scores[k]![r]! * factor[i]!, w));
    return sum + energy(left);
  }, 0);
}

const energy = (values: Float64Array): number => values.reduce((sum, w) => sum + w * w, 0);
