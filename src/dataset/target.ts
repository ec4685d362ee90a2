/**
 * What a map or an attribution explains: the value of a unit before its activation, summed over positions, alone or minus
 * that of another unit. It is run from a layer's map, with what other ways bring held at the image, and its slope there is
 * the engine's adjoint.
 */
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import { throwIfAborted } from "../core/run.js";
import { channelsOf, type MapShape } from "../core/shape.js";
import { formatUnit, type Unit, type UnitLike } from "../core/unit.js";
import type { Engine, Executable, Volume } from "../engine/engine.js";
import { compile, type Target } from "../engine/plan.js";
import { type Network, resolveUnit } from "../network/network.js";
import { type Rest, restBehind } from "../network/transform/subnetwork.js";
import { toInput } from "../optvis/preprocess.js";
import { valueUnit } from "../weights/layer-weights.js";
import { fitPicture } from "./fit.js";
import { type Mask, type Positions, weightsOf, wordsOf } from "./positions.js";

/** A unit, and one whose value is taken away. */
export interface Contrast {
  /** The units whose values before the activation are meant, with the sign of each. */
  readonly terms: readonly { readonly unit: Unit; readonly sign: 1 | -1 }[];
  /** `"out:1"`, `"out:1 minus out:2"`. */
  readonly name: string;
}

/** What is explained, as the units asked for by name. */
export function contrastOf(net: Network, unit: UnitLike | string, against?: UnitLike | string): Contrast {
  const asked = resolveUnit(net, unit);
  if (against === undefined) return { terms: [{ unit: asked, sign: 1 }], name: formatUnit(asked) };
  const other = resolveUnit(net, against);
  if (formatUnit(other) === formatUnit(asked))
    throw new LensError("bad-argument", `${formatUnit(asked)} against itself is 0 everywhere; give another unit`);
  return {
    terms: [
      { unit: asked, sign: 1 },
      { unit: other, sign: -1 },
    ],
    name: `${formatUnit(asked)} minus ${formatUnit(other)}`,
  };
}

/** Each term by the unit that has its value before the activation. */
export function valuesOf(net: Network, { terms, name }: Contrast): Contrast {
  return { terms: terms.map(({ unit, sign }) => ({ unit: valueUnit(net, unit), sign })), name };
}

/** A target's map for one image: where several units count, the difference of theirs. */
export function differenceOf({ terms, name }: Contrast, maps: readonly Mask[]): Mask {
  const [{ height, width, data }, ...others] = maps as [Mask, ...Mask[]];
  const other = others.find((map) => map.height !== height || map.width !== width);
  if (other) {
    throw new LensError(
      "bad-argument",
      `${name} needs two maps of one size; they are ${height}×${width} and ${other.height}×${other.width}`,
    );
  }
  return {
    height,
    width,
    data: data.map((v, p) => others.reduce((sum, map, i) => sum + terms[i + 1]!.sign * map.data[p]!, v)),
  };
}

/** A target, ready to be run from the map of a layer. */
export interface Behind {
  /** The layer's map for the image. */
  readonly map: Volume;
  /** Positions explained. */
  readonly at: Positions | null;
  /** Whether the target's map has a single position, as that of a class has. */
  readonly isOne: boolean;
  /** The target's value for the image. */
  readonly value: number;
  /** The layer's map for another image of the same size. */
  readonly mapOf: (image: Image) => Promise<Volume>;
  /** The target's value where the layer's map holds these numbers. */
  readonly valueAt: (map: Float32Array) => Promise<number>;
  /** Its slope there. */
  readonly slopeAt: (map: Float32Array) => Promise<Float32Array>;
}

/** What is needed to run a target from a layer. */
export interface BehindOptions {
  readonly layer: string;
  readonly image: Image;
  readonly engine: Engine;
  /** Positions of the target's map; chosen from its values by a function. */
  readonly at: Positions | ((map: Mask) => Positions) | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a target from the map of a layer.
 *
 * @throws LensError `unsupported` when the target does not read the layer; `bad-argument` for positions outside of its map;
 * the signal's reason when aborted.
 */
export async function behindLayer<T>(
  net: Network,
  contrast: Contrast,
  { layer, image, engine, at: asked, signal }: BehindOptions,
  task: (behind: Behind) => Promise<T>,
): Promise<T> {
  const rest = restBehind(
    net,
    layer,
    contrast.terms.map(({ unit }) => unit.layer),
  );
  throwIfAborted(signal);
  const targets = targetsOf(contrast);
  const start = await run(net, rest.reads, targets, { image, engine });
  const own = differenceOf(contrast, start.values);
  const at = typeof asked === "function" ? asked(own) : asked;
  const weights = at === null ? new Float32Array(own.data.length).fill(1) : weightsOf(at, own);
  const gradients = contrast.terms.map(({ sign }) => weights.map((weight) => sign * weight));
  throwIfAborted(signal);
  return using(await engine.load(compile(networkOf(rest, start.maps), targets)), (executable) => {
    const forward = async (map: Float32Array): Promise<Mask> => {
      throwIfAborted(signal);
      return differenceOf(
        contrast,
        await executable.forward(packed([map, ...start.maps.slice(1).map(({ data }) => data)], start.maps)),
      );
    };
    return task({
      map: start.maps[0]!,
      at,
      isOne: own.data.length === 1,
      value: total(own, weights),
      mapOf: async (other) => (await run(net, [layer], [], { image: other, engine })).maps[0]!,
      valueAt: async (map) => total(await forward(map), weights),
      slopeAt: async (map) => {
        await forward(map);
        return (await executable.backward(gradients)).data.slice(0, map.length);
      },
    });
  });
}

function targetsOf({ terms }: Contrast): Target[] {
  return terms.map(({ unit }) => ({ layer: unit.layer, channels: [unit.channel], preActivation: true }));
}

function networkOf(rest: Rest, maps: readonly Volume[]): Network {
  return rest.network(maps.map(({ height, width, channels }): MapShape => [height, width, channels]));
}

/** The input of the rest: its only map, or all values in one vector. */
function packed(parts: readonly Float32Array[], maps: readonly Volume[]): Volume {
  if (parts.length === 1) return { ...maps[0]!, data: parts[0]! };
  const channels = parts.reduce((sum, { length }) => sum + length, 0);
  const data = new Float32Array(channels);
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { count: 1, height: 1, width: 1, channels, data };
}

function total({ data }: Mask, weights: Float32Array): number {
  return data.reduce((sum, value, p) => sum + weights[p]! * value, 0);
}

/** The maps of some layers, and of targets, for an image. */
async function run(
  net: Network,
  layers: readonly string[],
  targets: readonly Target[],
  { image, engine }: { readonly image: Image; readonly engine: Engine },
): Promise<{ readonly maps: readonly Volume[]; readonly values: readonly Volume[] }> {
  const { height, width } = image;
  const shown = fitPicture(image, { size: [height, width], fit: "fill", channels: channelsOf(net.input.shape) });
  const input = toInput({ count: 1, ...shown }, net.input);
  const isImage = (layer: string): boolean => net.layer(layer).kind === "input";
  const asked = [...layers.filter((layer) => !isImage(layer)).map((layer) => ({ layer })), ...targets];
  const found =
    asked.length === 0 ? [] : await using(await engine.load(compile(net, asked)), (head) => head.forward(input));
  const maps = [...found];
  const read = layers.map((layer) => (isImage(layer) ? input : maps.shift()!));
  return { maps: read, values: maps };
}

/** The map of a layer for an image. */
export async function layerMap(net: Network, layer: string, image: Image, engine: Engine): Promise<Volume> {
  return (await run(net, [layer], [], { image, engine })).maps[0]!;
}

/** Runs an executable and releases it. */
async function using<T>(executable: Executable, task: (executable: Executable) => Promise<T>): Promise<T> {
  try {
    return await task(executable);
  } finally {
    executable.dispose();
  }
}

/** A target in words: `out:1 minus out:2, over a mask of 12 positions`. */
export function titleOf({ name }: Contrast, at: Positions | null): string {
  return at === null ? name : `${name} ${wordsOf(at)}`;
}
