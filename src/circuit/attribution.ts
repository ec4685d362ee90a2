/**
 * Which inputs made a unit fire, for one image. Between a unit and what it reads the answer is exact: its value before the
 * activation is a sum,
 *
 *     value = bias + Σ_i Σ_taps k_i · h_i
 *
 * From a layer further down, parts are found by slopes. At the image itself they are activation times slope,
 *
 *     part_i = Σ_positions h_i · ∂value/∂h_i
 *
 * and say how the value would begin to change. Integrated gradients (Sundararajan, Taly and Yan 2017) take the mean of the
 * slopes on the straight way from a baseline b, at the midpoints of n pieces,
 *
 *     part_i = Σ_positions (h_i − b_i) · (1/n) Σ_k ∂value/∂h_i at b + (h − b) · (k − ½)/n
 *
 * so that value = value at the baseline + Σ_i part_i, but for the residual that the pieces leave.
 */
import { optional } from "valibot";
import { checkOptions, type OptionSchemas, optionsSchema, textSchema, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { checkImage, type Image } from "../core/image.js";
import type { RunOptions } from "../core/run.js";
import { pause, runSchemas } from "../core/run.js";
import { imageSchema, unitLikeSchema } from "../core/schemas.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { type ActivationMap, activations } from "../dataset/activations.js";
import { type Mask, type Positions, plainPositions, positionsSchema, weightsOf } from "../dataset/positions.js";
import {
  type Behind,
  behindLayer,
  type Contrast,
  contrastOf,
  differenceOf,
  titleOf,
  valuesOf,
} from "../dataset/target.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, engineSchema } from "../engine/engine.js";
import { fieldAt } from "../network/at-size.js";
import { checkNetwork, type Network, resolveUnit } from "../network/network.js";
import { createResult, type RunResult } from "../network/result.js";
import { type Contributions, contributionsOf } from "./contribution.js";

/**
 * Options of `attribution`.
 *
 * @public
 */
export interface AttributionOptions extends RunOptions {
  /**
   * A layer whose units are asked. Ways that lead round it, such as skips, are held as they are.
   *
   * @defaultValue the units that the unit reads, where the answer is exact
   */
  readonly from?: string | undefined;
  /**
   * Positions of the unit's map that are explained: one, a rectangle, or a mask; their values are summed.
   *
   * @defaultValue the one where the value is largest
   */
  readonly at?: Positions | undefined;
  /**
   * Another unit, whose value is taken away: what made the one rather than the other.
   *
   * @defaultValue none
   */
  readonly against?: UnitLike | string | undefined;
  /**
   * Pieces of the way from the baseline, for a layer that is named.
   *
   * @defaultValue none: slopes are taken at the image itself
   */
  readonly path?: number | undefined;
  /**
   * An image of the same size, where the way begins.
   *
   * @defaultValue none: it begins where the layer's values are all 0
   */
  readonly baseline?: Image | undefined;
  /** Runs the network; the best one at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
}

const attributionOptions = optionsSchema<OptionSchemas<AttributionOptions>>({
  ...runSchemas,
  from: optional(textSchema),
  at: optional(positionsSchema),
  against: optional(unitLikeSchema),
  path: optional(wholeSchema(1)),
  baseline: optional(imageSchema),
  engine: engineSchema,
});

/**
 * What was asked about a unit's value.
 *
 * @public
 */
export interface AttributionSettings {
  /** The layer whose units were asked; `null` for the units it reads. */
  readonly from: string | null;
  /** Pieces of the way from the baseline; `null` where slopes were taken at the image. */
  readonly path: number | null;
  /** Where parts are counted from: nothing at all, or an image. */
  readonly baseline: "zero" | "image";
}

/**
 * What made a unit fire.
 *
 * @public
 */
export interface Attribution extends RunResult<"attribution", AttributionSettings> {
  /** The unit explained. */
  readonly unit: Unit;
  /** The unit whose value was taken away; `null` where none was. */
  readonly against: Unit | null;
  /** Positions explained; their values are summed. */
  readonly at: Positions;
  /** The value there, before the activation. */
  readonly value: number;
  /** The part of the value that no input made: the bias, or the value at the baseline. */
  readonly base: number;
  /** What each unit contributed, largest first by size. */
  readonly parts: readonly { readonly unit: Unit; readonly contribution: number }[];
  /**
   * The value less its base and its parts: rounding, where the method is exact; what the pieces of the way leave of integrated
   * gradients; what is not linear, of slopes at the image.
   */
  readonly residual: number;
  /** What each position of the layer contributed; `null` where no layer was named. Its sum is that of the parts. */
  readonly map: ActivationMap | null;
  /** How the parts were found: `"exact"`, or by slopes. */
  readonly method: "exact" | "gradient × activation" | "integrated gradient";
}

/** What the ways to find parts have in common. */
type Found = Pick<Attribution, "unit" | "against" | "at" | "value" | "base" | "parts" | "map" | "method">;

/**
 * The contributions of units to the value of another, for one image as the network sees it. The value is that before the
 * unit's activation, behind the batch norm that follows its weights; of a sum, its terms contribute.
 *
 * `value = base + Σ parts + residual`.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-size`; `bad-argument`, also for positions outside of the unit's map and for a
 * `path` or `baseline` without `from`; `unsupported`, where the unit does not read the layer named; the signal's reason when
 * aborted.
 * @public
 */
export async function attribution(
  net: Network,
  unit: UnitLike | string,
  image: Image,
  options: AttributionOptions = {},
): Promise<Attribution> {
  checkNetwork(net);
  checkImage(image);
  checkOptions(attributionOptions, options);
  const { from, path, baseline, against } = options;
  if (from === undefined && (path !== undefined || baseline)) {
    const name = path === undefined ? "baseline" : "path";
    throw new LensError("bad-argument", `${name} is for a layer that is named; give \`from\` too, or leave it out`);
  }
  if (baseline && (baseline.height !== image.height || baseline.width !== image.width)) {
    const [own, other] = [image, baseline].map(({ height, width }) => `${height}×${width}`);
    throw new LensError("bad-argument", `the baseline has the size of the image, ${own}; got ${other}`);
  }
  const contrast = contrastOf(net, unit, against);
  return withEngine(net, options, async (engine) => {
    const run = { image, engine, options };
    const found = from === undefined ? await exactParts(net, contrast, run) : await partsBySlope(net, contrast, run);
    const sum = found.parts.reduce((total, { contribution }) => total + contribution, found.base);
    const settings = { from: from ?? null, path: path ?? null, baseline: baseline ? "image" : "zero" } as const;
    return createResult("attribution", net, { engine, settings }, { ...found, residual: found.value - sum });
  });
}

/** What is looked at, and by what. */
interface Run {
  readonly image: Image;
  readonly engine: Engine;
  readonly options: AttributionOptions;
}

async function exactParts(net: Network, asked: Contrast, { image, engine, options }: Run): Promise<Found> {
  const look = { engine, signal: options.signal };
  const read = asked.terms.map(({ unit }) => contributionsOf(net, unit));
  const contrast: Contrast = { ...asked, terms: asked.terms.map(({ sign }, i) => ({ unit: read[i]!.value, sign })) };
  const maps: Mask[] = [];
  for (const { value } of read)
    maps.push(...(await activations(net, [formatUnit(value)], image, { ...look, preActivation: true })));
  const own = differenceOf(contrast, maps);
  const at = plainPositions(options.at ?? largestPlace(own));
  const weights = weightsOf(at, own);
  const sums = new Map<string, { unit: Unit; contribution: number }>();
  let base = 0;
  for (const [i, { sign }] of contrast.terms.entries()) {
    base += sign * read[i]!.bias * weights.reduce((sum, weight) => sum + weight, 0);
    for (const { unit, contribution } of await partsOf(net, read[i]!, { image, look, weights, size: own })) {
      const sum = sums.get(formatUnit(unit)) ?? { unit, contribution: 0 };
      sum.contribution += sign * contribution;
      sums.set(formatUnit(unit), sum);
    }
  }
  const [first, second] = contrast.terms;
  return {
    unit: first!.unit,
    against: second?.unit ?? null,
    at,
    value: weighted(own.data, weights),
    base,
    parts: bySize([...sums.values()]),
    map: null,
    method: "exact",
  };
}

/** What each channel that a unit reads gives to the sum of its values at some positions. */
async function partsOf(
  net: Network,
  { contributions }: Contributions,
  { image, look, weights, size }: { image: Image; look: object; weights: Float32Array; size: Mask },
): Promise<{ unit: Unit; contribution: number }[]> {
  const read = [...new Set(contributions.flatMap((each) => each.read).map(formatUnit))];
  const maps = await activations(net, read, image, look);
  const mapOf = new Map(read.map((name, i) => [name, maps[i]!]));
  return contributions.map(({ from, read, partOf }) => {
    const part = partOf(
      read.map((unit) => mapOf.get(formatUnit(unit))!),
      size,
    );
    return { unit: from, contribution: weighted(part.data, weights) };
  });
}

async function partsBySlope(net: Network, asked: Contrast, { image, engine, options }: Run): Promise<Found> {
  const { from, path, baseline, signal, at = largestPlace } = options;
  const contrast = valuesOf(net, asked);
  const layer = net.layer(from!).name;
  const run = { layer, image, engine, signal, at: typeof at === "function" ? at : plainPositions(at) };
  return behindLayer(net, contrast, run, async (behind) => {
    const { map, value } = behind;
    const base = baseline ? (await behind.mapOf(baseline)).data : new Float32Array(map.data.length);
    const slopes = await meanSlope(behind, base, options);
    const positions = new Float32Array(map.height * map.width);
    const parts = Array.from({ length: map.channels }, (_, channel) => ({ unit: { layer, channel }, contribution: 0 }));
    for (let p = 0; p < positions.length; p++) {
      let sum = 0;
      for (const [c, part] of parts.entries()) {
        const i = p * map.channels + c;
        const given = (map.data[i]! - base[i]!) * slopes[i]!;
        part.contribution += given;
        sum += given;
      }
      positions[p] = sum;
    }
    const method = path === undefined ? "gradient × activation" : "integrated gradient";
    const size = [image.height, image.width] as const;
    const [first, second] = contrast.terms;
    const where = behind.at!;
    return {
      unit: first!.unit,
      against: second?.unit ?? null,
      at: where,
      value,
      base: await behind.valueAt(base),
      parts: bySize(parts),
      map: createResult(
        "activation-map",
        net,
        { engine, settings: { method, preActivation: false, signed: true, at: where, size } },
        {
          of: `${method[0]!.toUpperCase()}${method.slice(1)} of ${titleOf(contrast, behind.isOne ? null : where)}`,
          layer,
          height: map.height,
          width: map.width,
          data: positions,
          dropped: 0,
          field: fieldAt(net, layer, size),
        },
      ),
      method,
    };
  });
}

/** The slope at the image, or its mean over the midpoints of the pieces of the way from the baseline. */
async function meanSlope(
  { map, slopeAt }: Behind,
  base: Float32Array,
  { path, onProgress }: AttributionOptions,
): Promise<ArrayLike<number>> {
  if (path === undefined) return slopeAt(map.data);
  const mean = new Float64Array(map.data.length);
  for (let k = 0; k < path; k++) {
    const share = (k + 0.5) / path;
    const slope = await slopeAt(map.data.map((h, i) => base[i]! + (h - base[i]!) * share));
    for (let i = 0; i < mean.length; i++) mean[i]! += slope[i]! / path;
    onProgress?.({ task: "way from the baseline", done: k + 1, total: path });
    await pause();
  }
  return mean;
}

function weighted(values: Float32Array, weights: Float32Array): number {
  return values.reduce((sum, value, p) => sum + weights[p]! * value, 0);
}

function bySize<T extends { readonly contribution: number }>(parts: T[]): T[] {
  return parts.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}

function largestPlace({ width, data }: Mask): readonly [number, number] {
  const best = data.reduce((at, value, i) => (value > data[at]! ? i : at), 0);
  return [Math.floor(best / width), best % width];
}
