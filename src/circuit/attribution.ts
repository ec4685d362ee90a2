/**
 * Which inputs made a unit fire, for one image. Between a unit and what it reads the answer is exact: its value before the
 * activation is a sum,
 *
 *     value = bias + Σ_i Σ_taps k_i · h_i
 *
 * From a layer further down it is a share of the value's change, activation times slope, at the image (`path: 1`) or averaged
 * on the straight way from no activation at all (integrated gradients; Sundararajan, Taly and Yan 2017):
 *
 *     share_i = Σ_positions h_i · (1/n) Σ_k ∂value/∂h_i at h · k/n
 */
import { optional } from "valibot";
import { checkOptions, type OptionSchemas, optionsSchema, textSchema, wholeSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { checkImage, type Image } from "../core/image.js";
import type { RunOptions } from "../core/run.js";
import { runSchemas, throwIfAborted } from "../core/run.js";
import { pairOf } from "../core/schemas.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import { type ActivationMap, activations } from "../dataset/activations.js";
import { streamActivations } from "../dataset/stream-activations.js";
import { withEngine } from "../engine/choose.js";
import { type Engine, engineSchema, type Volume } from "../engine/engine.js";
import { compile } from "../engine/plan.js";
import { checkNetwork, type Network, resolveUnit } from "../network/network.js";
import { createResult, type RunResult } from "../network/result.js";
import { subnetwork } from "../network/transform/subnetwork.js";
import { valueUnit } from "../weights/layer-weights.js";
import { type Contributions, contributionsOf, type Plane } from "./contribution.js";

/**
 * Options of `attribution`.
 *
 * @public
 */
export interface AttributionOptions extends RunOptions {
  /** A layer whose units are asked; the units it reads when absent, where the answer is exact. */
  readonly from?: string | undefined;
  /**
   * The place of the unit's map that is explained; where it is largest when absent.
   */
  readonly at?: readonly [row: number, column: number] | undefined;
  /**
   * Points on the way from no activation, for a layer that is named.
   *
   * @defaultValue 1
   */
  readonly path?: number | undefined;
  /** Runs the network; the best one at hand when absent, released afterwards. */
  readonly engine?: Engine | undefined;
}

const attributionOptions = optionsSchema<OptionSchemas<AttributionOptions>>({
  ...runSchemas,
  from: optional(textSchema),
  at: optional(pairOf(wholeSchema(0))),
  path: optional(wholeSchema(1)),
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
  /** Points on the way from no activation. */
  readonly path: number;
}

/**
 * What made a unit fire.
 *
 * @public
 */
export interface Attribution extends RunResult<"attribution", AttributionSettings> {
  /** The unit explained. */
  readonly unit: Unit;
  /** Row and column explained. */
  readonly at: readonly [number, number];
  /** The unit's value there, before its activation. */
  readonly value: number;
  /** Part of the value that no input made. */
  readonly bias: number;
  /** What each unit contributed, largest first by size. */
  readonly parts: readonly { readonly unit: Unit; readonly contribution: number }[];
  /** How the parts were found: `"exact"`, or by slopes. */
  readonly method: "exact" | "gradient × activation" | "integrated gradient";
}

/**
 * The contributions of units to the value of another, for one image as the network sees it. The value is that before the
 * unit's activation, behind the batch norm that follows its weights; of a sum, its terms contribute.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, or `unsupported`, where a way to the unit leads round the layer
 * named; the signal's reason when aborted.
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
  const asked = resolveUnit(net, unit);
  const exact = options.from === undefined ? contributionsOf(net, asked) : null;
  const to = exact?.value ?? valueUnit(net, asked);
  return withEngine(net, options.engine, async (engine) => {
    const look = { engine, signal: options.signal };
    const [map] = await activations(net, [formatUnit(to)], image, { ...look, preActivation: true });
    const place = options.at ?? largestPlace(map!);
    if (!(place[0] < map!.height && place[1] < map!.width)) {
      throw new LensError(
        "bad-argument",
        `place (${place.join(", ")}) is outside of the map, which is ${map!.height}×${map!.width}`,
      );
    }
    const value = map!.data[place[0] * map!.width + place[1]]!;
    const { from, path = 1 } = options;
    const run = { image, map: map!, place, look };
    const parts = exact
      ? await exactAttribution(net, exact, run)
      : await gradientAttribution(net, to, { ...run, ...look, path, from: from! });
    const settings = { from: from ?? null, path };
    return createResult("attribution", net, { engine, settings }, { unit: to, at: place, value, ...parts });
  });
}

async function exactAttribution(
  net: Network,
  { contributions, bias }: Contributions,
  { image, map, place, look }: { image: Image; map: Plane; place: readonly [number, number]; look: object },
): Promise<Pick<Attribution, "bias" | "parts" | "method">> {
  const read = contributions.flatMap((each) => each.read).map(formatUnit);
  const maps = await activations(net, read, image, look);
  const sums = new Map<string, { unit: Unit; contribution: number }>();
  let first = 0;
  for (const { from, read, partOf } of contributions) {
    const part = partOf(maps.slice(first, first + read.length), map);
    first += read.length;
    const sum = sums.get(formatUnit(from)) ?? { unit: from, contribution: 0 };
    sum.contribution += part.data[place[0] * part.width + place[1]]!;
    sums.set(formatUnit(from), sum);
  }
  return { bias, parts: bySize([...sums.values()]), method: "exact" };
}

async function gradientAttribution(
  net: Network,
  to: Unit,
  run: {
    readonly image: Image;
    readonly place: readonly [number, number];
    readonly engine: Engine;
    readonly from: string;
    readonly path?: number | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Pick<Attribution, "bias" | "parts" | "method">> {
  const { image, place, engine, from, path = 1, signal } = run;
  if (!Number.isInteger(path) || path < 1)
    throw new LensError("bad-argument", `path is a whole number of points from 1; got ${JSON.stringify(path)}`);
  const layer = net.layer(from).name;
  const tail = subnetwork(net, layer, to.layer);
  const map = await mapOf(net, layer, image, engine);
  const executable = await engine.load(
    compile(tail, [{ layer: to.layer, channels: [to.channel], preActivation: true }]),
  );
  const slopes = new Float32Array(map.data.length);
  try {
    for (let k = 1; k <= path; k++) {
      throwIfAborted(signal);
      const [output] = await executable.forward({ ...map, data: map.data.map((h) => (h * k) / path) });
      const gradient = new Float32Array(output!.data.length);
      gradient[place[0] * output!.width + place[1]] = 1;
      const back = await executable.backward([gradient]);
      for (let i = 0; i < slopes.length; i++) slopes[i]! += back.data[i]! / path;
    }
  } finally {
    executable.dispose();
  }
  const parts = Array.from({ length: map.channels }, (_, channel) => {
    let contribution = 0;
    for (let i = channel; i < slopes.length; i += map.channels) contribution += slopes[i]! * map.data[i]!;
    return { unit: { layer, channel }, contribution };
  });
  return { bias: 0, parts: bySize(parts), method: path === 1 ? "gradient × activation" : "integrated gradient" };
}

/** A layer's answer to an image. */
async function mapOf(net: Network, layer: string, image: Image, engine: Engine): Promise<Volume> {
  const size = [image.height, image.width] as const;
  for await (const { layers } of streamActivations(net, [layer], [{ id: "image", image }], { engine, size }))
    return layers[0]!.map;
  throw new LensError("bad-argument", `the image cannot be shown to "${net.name}"`);
}

function bySize<T extends { readonly contribution: number }>(parts: T[]): T[] {
  return parts.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}

function largestPlace({ width, data }: Pick<ActivationMap, "width" | "data">): readonly [number, number] {
  const best = data.reduce((at, value, i) => (value > data[at]! ? i : at), 0);
  return [Math.floor(best / width), best % width];
}
