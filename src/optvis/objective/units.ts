/** Objectives of units: one channel of a layer, over its map or at one place, and whole layers. */
import { optional } from "valibot";
import { checkArgument, checkOptions, flagSchema, optionsSchema, textSchema } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import { shown } from "../../core/numbers.js";
import { formatUnit, parseUnit, type UnitLike } from "../../core/unit.js";
import { byName, eachPicture, type MapSize, type Objective } from "./objective.js";

const channelOptions = optionsSchema({ preActivation: optional(flagSchema) });

/**
 * Mean activation of a unit over all positions: a texture of what it looks for. With `preActivation`, the mean of the values
 * before the activation of the layer.
 *
 * @public
 */
export function channel(
  unit: UnitLike | string,
  options: { readonly preActivation?: boolean | undefined } = {},
): Objective {
  checkOptions(channelOptions, options);
  const { layer, channel: index } = parseUnit(unit);
  const preActivation = options.preActivation === true;
  const given = [formatUnit(parseUnit(unit)), preActivation ? { preActivation } : undefined];
  const site = { layer, channels: [index], ...(preActivation && { preActivation }) };
  return byName("channel", given, site, {}, (volume) => eachPicture(volume, meanOf));
}

/**
 * Activation of a unit at the centre of its map (row ⌊height / 2⌋, column ⌊width / 2⌋): one example of what it looks for.
 *
 * @public
 */
export function neuron(unit: UnitLike | string): Objective {
  const { layer, channel: index } = parseUnit(unit);
  return byName("neuron", [formatUnit(parseUnit(unit))], { layer, channels: [index] }, {}, (volume) =>
    eachPicture(volume, (data, size, gradient) => valueAt(data, gradient, centreOf(size))),
  );
}

/**
 * Activation of a unit at one place of its map.
 *
 * @throws LensError `bad-argument`, when the place is no pair of whole numbers; while climbing, when it is outside the map.
 * @public
 */
export function position(unit: UnitLike | string, at: readonly [row: number, column: number]): Objective {
  const { layer, channel: index } = parseUnit(unit);
  checkPlace(at);
  return byName("position", [formatUnit(parseUnit(unit)), at], { layer, channels: [index] }, {}, (volume) =>
    eachPicture(volume, (data, size, gradient) => valueAt(data, gradient, offsetOf(size, at))),
  );
}

/**
 * A class's logit: a unit of the last layer before its softmax, at the centre where that is a map.
 *
 * @public
 */
export function logit(unit: UnitLike | string): Objective {
  const { layer, channel: index } = parseUnit(unit);
  return byName(
    "logit",
    [formatUnit(parseUnit(unit))],
    { layer, channels: [index], preActivation: true },
    {},
    (volume) => eachPicture(volume, (data, size, gradient) => valueAt(data, gradient, centreOf(size))),
  );
}

/**
 * DeepDream: mean of the squares of a whole layer, so that whatever is there already grows.
 *
 * @public
 */
export function layer(name: string): Objective {
  checkArgument("a layer", textSchema, name);
  return byName("layer", [name], { layer: name }, {}, (volume) =>
    eachPicture(volume, (data, _, gradient) => {
      let sum = 0;
      for (let i = 0; i < data.length; i++) {
        sum += data[i]! ** 2;
        gradient[i] = (2 * data[i]!) / data.length;
      }
      return sum / data.length;
    }),
  );
}

/**
 * What a pair of units look for together (Lucid's neuron interaction): a fifth of each unit's mean, and each at the centre.
 *
 * @public
 */
export function interaction(a: UnitLike | string, b: UnitLike | string): Objective {
  const one = (unit: UnitLike | string): Objective => channel(unit).times(0.2).plus(neuron(unit));
  return one(a).plus(one(b));
}

/** The first value of the pixel at row ⌊height / 2⌋ and column ⌊width / 2⌋. */
export function centreOf({ height, width, channels }: MapSize): number {
  return (Math.floor(height / 2) * width + Math.floor(width / 2)) * channels;
}

/** The first value of a pixel. */
export function offsetOf({ height, width, channels }: MapSize, [row, column]: readonly [number, number]): number {
  if (row < height && column < width) return (row * width + column) * channels;
  throw new LensError("bad-argument", `place (${row}, ${column}) is outside of the map, which is ${height}×${width}`);
}

/** @throws LensError `bad-argument`, unless a place is a row and a column. */
export function checkPlace(at: readonly number[]): void {
  if (Array.isArray(at) && at.length === 2 && at.every((n) => Number.isInteger(n) && n >= 0)) return;
  throw new LensError("bad-argument", `a place is a row and a column, whole numbers from 0; got ${shown(at)}`);
}

function meanOf(data: Float32Array, _: MapSize, gradient: Float32Array): number {
  gradient.fill(1 / data.length);
  return data.reduce((sum, v) => sum + v, 0) / data.length;
}

function valueAt(data: Float32Array, gradient: Float32Array, at: number): number {
  gradient[at] = 1;
  return data[at]!;
}
