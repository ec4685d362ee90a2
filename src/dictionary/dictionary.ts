/**
 * A dictionary of a layer: directions of its channel space that stand for its units, so that the activations x at a position
 * are a sum of few of them and an error,
 *
 *     z = E x, or max(0, E x)        x = Σ_k z_k d_k + error
 *
 * The directions d are given, or found by non-negative factorization of activations on photographs. E is the pseudo-inverse of
 * the matrix of directions: z is the best code by least squares, and what is negative in it is set to 0 where the dictionary
 * is rectified. Shares say how much of the layer each direction carries and how much the error does:
 *
 *     share_k = Σ z_k (d_k · x) / Σ x · x        share of the error = Σ (error · x) / Σ x · x        all shares sum to 1
 */
import { optional } from "valibot";
import {
  checkArgument,
  checkOptions,
  flagSchema,
  listOf,
  type OptionSchemas,
  optionsSchema,
  seedSchema,
  textSchema,
  wholeSchema,
} from "../core/check.js";
import { LensError } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import { type RunOptions, throwIfAborted } from "../core/run.js";
import { eitherOf, float32Schema, numbersSchema } from "../core/schemas.js";
import { channelsOf } from "../core/shape.js";
import { type BrokenItem, type Dataset, datasetSchema } from "../dataset/dataset.js";
import { type FitToInputOptions, shownAs, showSchemas, streamActivations } from "../dataset/stream-activations.js";
import { withEngine } from "../engine/choose.js";
import type { Engine } from "../engine/engine.js";
import { dot, oneSidedNMF, pseudoInverse } from "../math/factorize.js";
import { checkNetwork, type Network } from "../network/network.js";
import { createResult, type RunResult } from "../network/result.js";

/**
 * Options of `dictionary`.
 *
 * @public
 */
export interface DictionaryOptions extends Omit<FitToInputOptions, "preActivation">, RunOptions {
  /**
   * Directions to find, where none are given.
   *
   * @defaultValue a quarter of the layer's channels, at least 1
   */
  readonly count?: number | undefined;
  /**
   * The directions themselves, one number per channel; their lengths do not matter.
   *
   * @defaultValue none: they are found
   */
  readonly vectors?: readonly (readonly number[] | Float32Array)[] | undefined;
  /**
   * Sets what is negative in a code to 0.
   *
   * @defaultValue true where directions are found, false where they are given
   */
  readonly rectified?: boolean | undefined;
  /**
   * Positions looked at in each photograph, drawn by chance.
   *
   * @defaultValue 32
   */
  readonly positions?: number | undefined;
  /**
   * Seed of the positions and of the search.
   *
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
  /** Photographs run at once. */
  readonly batch?: number | undefined;
  /** Runs the network; the best one at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
}

const { preActivation: _, ...shownSchemas } = showSchemas;
const dictionaryOptions = optionsSchema<OptionSchemas<DictionaryOptions>>({
  ...shownSchemas,
  count: optional(wholeSchema(1)),
  vectors: optional(listOf(eitherOf<number[], Float32Array>(numbersSchema, float32Schema), "a list of directions")),
  rectified: optional(flagSchema),
  positions: optional(wholeSchema(1)),
  seed: optional(seedSchema),
});

/**
 * How a dictionary was made.
 *
 * @public
 */
export interface DictionarySettings {
  /** Directions that were given, or found by non-negative matrix factorization. */
  readonly method: "given" | "nmf";
  /** Whether what is negative in a code is set to 0. */
  readonly rectified: boolean;
  /** Positions looked at in each photograph, at most. */
  readonly positions: number;
  /** Seed of the positions and of the search. */
  readonly seed: number;
  /** Height and width of the photographs. */
  readonly size: readonly [height: number, width: number];
}

/**
 * One direction of a dictionary.
 *
 * @public
 */
export interface DictionaryFeature {
  /** What it adds to the layer's channels where its code is 1: a vector of length one. */
  readonly writes: Float32Array;
  /** The weights of the layer's channels in its code. */
  readonly reads: Float32Array;
  /** Its part of the layer's energy, the sum of squares of all activations; below 0 where others make good for it. */
  readonly share: number;
  /** Part of the positions at which its code is above 0. */
  readonly firingRate: number;
  /** Its largest code. */
  readonly largest: number;
}

/**
 * Directions that stand for the units of a layer, and what is lost by them.
 *
 * @public
 */
export interface Dictionary extends RunResult<"dictionary", DictionarySettings> {
  /** The layer. */
  readonly layer: string;
  /** The directions; those that were found with the largest share first, those given in their order. */
  readonly features: readonly DictionaryFeature[];
  /** The error's part of the layer's energy: 1 less the shares of the features. */
  readonly errorShare: number;
  /** Sum of squares of the error, as a part of the variance of the layer's activations: 1 − R². Above 1, a mean does better. */
  readonly unexplained: number;
  /** Features with a code other than 0 at a position, on average. */
  readonly active: number;
  /** Positions looked at, in all. */
  readonly sampled: number;
  /** Photographs that could not be read. */
  readonly broken: readonly BrokenItem[];
}

/**
 * Makes a dictionary of a layer from photographs: finds its directions, or measures those given. `withDictionary` puts it into
 * the network.
 *
 * @throws LensError `unknown-layer`; `bad-argument` for vectors that are not of the layer's channels, a vector of zeros, or a count
 * above that of the channels; `unsupported` for a layer whose activations are negative somewhere, where directions are to be
 * found; `file` when no photograph could be read; the signal's reason when aborted.
 * @public
 */
export async function dictionary(
  net: Network,
  layer: string,
  photos: Dataset,
  options: DictionaryOptions = {},
): Promise<Dictionary> {
  checkNetwork(net);
  checkArgument("a layer", textSchema, layer);
  checkArgument("a dataset", datasetSchema, photos);
  checkOptions(dictionaryOptions, options);
  const { vectors, positions = 32, seed = 0, rectified = vectors === undefined, signal } = options;
  const { name, output } = net.layer(layer);
  const channels = channelsOf(output);
  const given = vectors?.map((vector, k) => direction(vector, { k, channels, name }));
  const count = given?.length ?? options.count ?? Math.max(1, Math.round(channels / 4));
  if (count < 1) throw new LensError("bad-argument", "vectors are at least one direction; got none");
  if (!given && count > channels)
    throw new LensError("bad-argument", `count is at most the ${channels} channels of "${name}"; got ${count}`);
  return withEngine(net, options, async (engine) => {
    const { samples, broken } = await sample(net, name, photos, { ...options, engine, positions, seed });
    const writes = given ?? (await find(samples, count, { name, seed, signal }));
    throwIfAborted(signal);
    const reads = await pseudoInverse(writes);
    const found = measure(samples, { reads, writes, rectified });
    const features = given ? found.features : found.features.sort((a, b) => b.share - a.share);
    const [height, width] = shownAs(net, options).size;
    const settings = { method: given ? "given" : "nmf", rectified, positions, seed, size: [height, width] } as const;
    const result = { layer: name, ...found, features, sampled: samples.length, broken };
    return createResult("dictionary", net, { engine, settings }, result);
  });
}

/** A vector of length one. */
function direction(
  vector: readonly number[] | Float32Array,
  { k, channels, name }: { k: number; channels: number; name: string },
): Float64Array {
  const length = Math.hypot(...vector);
  if (vector.length !== channels)
    throw new LensError(
      "bad-argument",
      `vector ${k} has a number for each of the ${channels} channels of "${name}"; got ${vector.length}`,
    );
  if (!(length > 0 && Number.isFinite(length)))
    throw new LensError("bad-argument", `vector ${k} has no direction: its length is ${length}`);
  return Float64Array.from(vector, (v) => v / length);
}

/** Activations at some positions of every photograph. */
async function sample(
  net: Network,
  layer: string,
  photos: Dataset,
  options: DictionaryOptions & { readonly positions: number; readonly seed: number; readonly engine: Engine },
): Promise<{ samples: readonly Float64Array[]; broken: readonly BrokenItem[] }> {
  const { vectors: _v, rectified: _r, count: _c, positions, seed, ...show } = options;
  const random = createRandom(seed);
  const samples: Float64Array[] = [];
  const broken: BrokenItem[] = [];
  const onBroken = (item: BrokenItem): void => void broken.push(item);
  for await (const { layers } of streamActivations(net, layer, photos, { ...show, onBroken })) {
    const { height, width, channels, data } = layers[0]!.map;
    const places = Array.from({ length: height * width }, (_, p) => p);
    for (let n = 0; n < Math.min(positions, height * width); n++) {
      const drawn = n + random.int(places.length - n);
      [places[n], places[drawn]] = [places[drawn]!, places[n]!];
      samples.push(Float64Array.from(data.subarray(places[n]! * channels, (places[n]! + 1) * channels)));
    }
  }
  if (samples.length === 0)
    throw new LensError(
      "file",
      `none of the ${broken.length} photographs could be read${broken[0] ? `: ${broken[0].reason}` : ""}`,
    );
  return { samples, broken };
}

/** Directions without negative entries. */
async function find(
  samples: readonly Float64Array[],
  count: number,
  { name, seed, signal }: { name: string; seed: number; signal: AbortSignal | undefined },
): Promise<readonly Float64Array[]> {
  if (samples.some((sample) => sample.some((v) => v < 0)))
    throw new LensError(
      "unsupported",
      `"${name}" has negative activations, which non-negative directions cannot add up to; choose the rectifier behind it, or give vectors`,
    );
  const { factors } = await oneSidedNMF(samples, count, { random: createRandom(seed), sweeps: 200, starts: 1, signal });
  const silent = factors.find((factor) => !factor.some((v) => v > 0));
  if (!silent) return factors;
  throw new LensError(
    "unsupported",
    `"${name}" has fewer than ${count} directions on these photographs; give a smaller count`,
  );
}

/** What each direction and the error carry. */
function measure(
  samples: readonly Float64Array[],
  {
    reads,
    writes,
    rectified,
  }: { readonly reads: readonly Float64Array[]; readonly writes: readonly Float64Array[]; readonly rectified: boolean },
): Pick<Dictionary, "errorShare" | "unexplained" | "active"> & { features: DictionaryFeature[] } {
  const channels = samples[0]!.length;
  const sums = writes.map(() => ({ share: 0, fired: 0, largest: Number.NEGATIVE_INFINITY }));
  const mean = new Float64Array(channels);
  let [energy, lost, errorEnergy, active] = [0, 0, 0, 0];
  for (const x of samples) {
    const error = Float64Array.from(x);
    for (const [k, sum] of sums.entries()) {
      const code = rectified ? Math.max(0, dot(reads[k]!, x)) : dot(reads[k]!, x);
      sum.share += code * dot(writes[k]!, x);
      sum.fired += code > 0 ? 1 : 0;
      sum.largest = Math.max(sum.largest, code);
      active += code === 0 ? 0 : 1;
      for (let c = 0; c < channels; c++) error[c]! -= code * writes[k]![c]!;
    }
    for (let c = 0; c < channels; c++) mean[c]! += x[c]! / samples.length;
    energy += dot(x, x);
    lost += dot(error, x);
    errorEnergy += dot(error, error);
  }
  const variance = energy - samples.length * dot(mean, mean);
  const part = (of: number, whole: number): number => (whole > 0 ? of / whole : 0);
  return {
    features: sums.map(({ share, fired, largest }, k) => ({
      writes: Float32Array.from(writes[k]!),
      reads: Float32Array.from(reads[k]!),
      share: part(share, energy),
      firingRate: fired / samples.length,
      largest,
    })),
    errorShare: part(lost, energy),
    unexplained: part(errorEnergy, variance),
    active: active / samples.length,
  };
}
