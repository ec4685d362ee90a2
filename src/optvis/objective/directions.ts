/**
 * Objectives of directions: vectors in a layer's channel space. How far the activation x goes along v is x · v; a power of
 * their cosine holds it to v alone, against all the other directions that go along with it (Lucid):
 *
 *     value = x·v · max(0.1, cos(x, v))^p        cos(x, v) = x·v / ((|x| + ε)(|v| + ε)),  ε = 1e-4
 */
import { optional } from "valibot";
import { checkArgument, checkOptions, numberSchema, optionsSchema, textSchema, wholeSchema } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import { finite, shown } from "../../core/numbers.js";
import { pairOf } from "../../core/schemas.js";
import { byName, eachPicture, type MapSize, type Objective } from "./objective.js";
import { centreOf, checkPlace, offsetOf } from "./units.js";

/** Where the cosine stops to matter. */
const floor = 0.1;
const epsilon = 1e-4;

/**
 * Options of directions.
 *
 * @public
 */
export interface DirectionOptions {
  /**
   * Power of the cosine.
   *
   * @defaultValue 0
   */
  readonly cosinePower?: number | undefined;
}

const directionOptions = optionsSchema({ cosinePower: optional(numberSchema({ from: 0 })) });
const directionAtOptions = optionsSchema({
  cosinePower: optional(numberSchema({ from: 0 })),
  at: optional(pairOf(wholeSchema(0))),
});

/**
 * Mean over all positions of how far the activation goes along a direction; `direction` has one number per channel.
 *
 * @throws LensError `bad-argument`, while climbing, when the layer has another number of channels.
 * @public
 */
export function direction(layer: string, vector: ArrayLike<number>, options: DirectionOptions = {}): Objective {
  checkArgument("a layer", textSchema, layer);
  checkOptions(directionOptions, options);
  const { v, power } = checked(vector, options);
  return byName("direction", [layer, Array.from(vector), given(options)], { layer }, {}, (volume) =>
    eachPicture(volume, (data, size, gradient) => {
      sameLength(layer, size.channels, v);
      const pixels = data.length / v.length;
      let sum = 0;
      for (let at = 0; at < data.length; at += v.length) {
        sum += along(data, v, { power, at, gradient, share: 1 / pixels }) / pixels;
      }
      return sum;
    }),
  );
}

/**
 * How far the activation at one place (the centre by default) goes along a direction.
 *
 * @throws LensError as `direction` does.
 * @public
 */
export function directionAt(
  layer: string,
  vector: ArrayLike<number>,
  options: DirectionOptions & { readonly at?: readonly [row: number, column: number] | undefined } = {},
): Objective {
  checkArgument("a layer", textSchema, layer);
  checkOptions(directionAtOptions, options);
  const { v, power } = checked(vector, options);
  const { at } = options;
  if (at) checkPlace(at);
  return byName("directionAt", [layer, Array.from(vector), given({ ...options, at })], { layer }, {}, (volume) =>
    eachPicture(volume, (data, size, gradient) => {
      sameLength(layer, size.channels, v);
      const offset = at ? offsetOf(size, at) : centreOf(size);
      return along(data, v, { power, at: offset, gradient, share: 1 });
    }),
  );
}

/**
 * How far the middle of the map goes along a spatial pattern of activations; `pattern` is `[height, width, channels]`, and is
 * cropped about its centre where the map is smaller.
 *
 * @throws LensError `bad-argument`, while climbing, when the layer has another number of channels.
 * @public
 */
export function tensorDirection(
  layer: string,
  pattern: { readonly height: number; readonly width: number; readonly data: ArrayLike<number> },
  options: DirectionOptions = {},
): Objective {
  checkArgument("a layer", textSchema, layer);
  checkOptions(directionOptions, options);
  const { height, width, data: values } = pattern;
  const channels = values.length / (height * width);
  if (!Number.isInteger(channels)) {
    throw new LensError(
      "bad-argument",
      `a pattern of ${height}×${width} has a whole number of channels; got ${values.length} values`,
    );
  }
  const { v, power } = checked(values, options);
  const stored = { height, width, data: Array.from(values) };
  return byName("tensorDirection", [layer, stored, given(options)], { layer }, {}, (volume) =>
    eachPicture(volume, (data, size, gradient) => {
      sameLength(layer, size.channels, { length: channels });
      const places = overlap(size, { height, width, channels });
      const [x, w] = [places.map(([at]) => data[at]!), places.map(([, at]) => v[at]!)];
      const inner = new Float32Array(places.length);
      const value = along(Float32Array.from(x), Float32Array.from(w), { power, at: 0, gradient: inner, share: 1 });
      places.forEach(([at], i) => {
        gradient[at] = inner[i]!;
      });
      return value;
    }),
  );
}

/** `x·v · max(0.1, cos)^p` for the stretch of `data` from `at` on; adds `share` of its gradient. */
export function along(
  data: Float32Array,
  v: Float32Array,
  { power, at, gradient, share }: { power: number; at: number; gradient: Float32Array; share: number },
): number {
  let [dot, xx, vv] = [0, 0, 0];
  for (let i = 0; i < v.length; i++) {
    dot += data[at + i]! * v[i]!;
    xx += data[at + i]! ** 2;
    vv += v[i]! ** 2;
  }
  const size = Math.sqrt(xx);
  const cosine = dot / ((size + epsilon) * (Math.sqrt(vv) + epsilon));
  const held = Math.max(floor, cosine) ** power;
  // d(dot · cos^p) = cos^p · d dot + p · dot · cos^(p−1) · d cos, with d cos = cos · (v / dot − x / (|x| (|x| + ε))).
  const turns = power !== 0 && cosine > floor;
  const byV = turns ? held * (1 + power) : held;
  const byX = turns ? (power * dot * held) / (size * (size + epsilon)) : 0;
  for (let i = 0; i < v.length; i++) gradient[at + i]! += share * (byV * v[i]! - byX * data[at + i]!);
  return dot * held;
}

/** Pairs of offsets, in the map and in the pattern laid over its middle. */
function overlap(map: MapSize, pattern: MapSize): [number, number][] {
  const rows = Math.min(map.height, pattern.height);
  const columns = Math.min(map.width, pattern.width);
  const first = (n: number, taken: number): number => Math.floor((n - taken) / 2);
  const places: [number, number][] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let c = 0; c < map.channels; c++) {
        const within = (size: MapSize): number =>
          ((first(size.height, rows) + y) * size.width + first(size.width, columns) + x) * size.channels + c;
        places.push([within(map), within(pattern)]);
      }
    }
  }
  return places;
}

function checked(vector: ArrayLike<number>, options: DirectionOptions): { v: Float32Array; power: number } {
  const list = Array.from(vector ?? []);
  const bad = list.findIndex((value) => !Number.isFinite(value));
  if (list.length === 0 || bad >= 0)
    throw new LensError("bad-argument", `a direction is a list of numbers; got ${bad < 0 ? "none" : shown(list[bad])}`);
  return { v: Float32Array.from(list), power: powerOf(options) };
}

/** @throws LensError `bad-argument`, unless the power is a number from 0; otherwise it is returned. */
export function powerOf({ cosinePower = 0 }: DirectionOptions): number {
  return finite("cosinePower", cosinePower, { from: 0 });
}

function sameLength(layer: string, channels: number, { length }: { length: number }): void {
  if (channels === length) return;
  throw new LensError("bad-argument", `layer "${layer}" has ${channels} channels; the direction has ${length} numbers`);
}

/** Options as JSON holds them; nothing where none is set. */
export function given(options: object): object | undefined {
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  return set.length > 0 ? Object.fromEntries(set) : undefined;
}
