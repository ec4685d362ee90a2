/**
 * Objectives of directions: vectors in a layer's channel space. How far the activation x goes along v is x · v; a power of
 * their cosine holds it to v alone, against all the other directions that go along with it (Lucid):
 *
 *     value = x·v · max(0.1, cos(x, v))^p        cos(x, v) = x·v / ((|x| + ε)(|v| + ε)),  ε = 1e-4
 */
import { LensError } from "../../core/errors.js";
import type { Volume } from "../../engine/engine.js";
import { eachPicture, type MapSize, made, type Objective } from "./objective.js";
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

/**
 * Mean over all positions of how far the activation goes along a direction; `direction` has one number per channel.
 *
 * @throws LensError `bad-argument`, while climbing, when the layer has another number of channels.
 * @public
 */
export function direction(layer: string, vector: readonly number[], options: DirectionOptions = {}): Objective {
  const { v, power } = checked(vector, options);
  return made("direction", [layer, vector, given(options)], { layer }, (volume) =>
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
  vector: readonly number[],
  options: DirectionOptions & { readonly at?: readonly [row: number, column: number] | undefined } = {},
): Objective {
  const { v, power } = checked(vector, options);
  const { at } = options;
  if (at) checkPlace(at);
  return made("directionAt", [layer, vector, given({ ...options, at })], { layer }, (volume) =>
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
  pattern: { readonly height: number; readonly width: number; readonly data: readonly number[] },
  options: DirectionOptions = {},
): Objective {
  const { height, width, data: values } = pattern;
  const channels = values.length / (height * width);
  if (!Number.isInteger(channels)) {
    throw new LensError(
      "bad-argument",
      `a pattern of ${height}×${width} has a whole number of channels; got ${values.length} values`,
    );
  }
  const { v, power } = checked(values, options);
  return made("tensorDirection", [layer, pattern, given(options)], { layer }, (volume) =>
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

/**
 * A caricature: what a layer made of an image, exaggerated. Mean over positions of how far the activation goes along that of
 * the image at the same place. `activations` is the layer's answer to the image, at the size the picture gets.
 *
 * @throws LensError `bad-argument`, while climbing, when the layer's map has another size.
 * @public
 */
export function caricature(
  layer: string,
  activations: Omit<Volume, "data"> & { readonly data: ArrayLike<number> },
  options: DirectionOptions = {},
): Objective {
  const { height, width, channels } = activations;
  const { v, power } = checked(Array.from(activations.data), options);
  const stored = { count: 1, height, width, channels, data: [...v] };
  return made("caricature", [layer, stored, given(options)], { layer }, (volume) =>
    eachPicture(volume, (data, size, gradient) => {
      if (size.height !== height || size.width !== width || size.channels !== channels) {
        const got = [size.height, size.width, size.channels].join("×");
        throw new LensError(
          "bad-argument",
          `the activations of "${layer}" are ${height}×${width}×${channels}, its map here is ${got}; give both one size`,
        );
      }
      let sum = 0;
      for (let at = 0; at < data.length; at += channels) {
        const towards = v.subarray(at, at + channels);
        sum += along(data, towards, { power, at, gradient, share: 1 / (height * width) }) / (height * width);
      }
      return sum;
    }),
  );
}

/** `x·v · max(0.1, cos)^p` for the stretch of `data` from `at` on; adds `share` of its gradient. */
function along(
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

function checked(vector: readonly number[], { cosinePower = 0 }: DirectionOptions): { v: Float32Array; power: number } {
  const bad = vector.findIndex((value) => !Number.isFinite(value));
  if (vector.length === 0 || bad >= 0)
    throw new LensError("bad-argument", `a direction is a list of numbers; got ${bad < 0 ? "none" : vector[bad]}`);
  if (!(cosinePower >= 0))
    throw new LensError("bad-argument", `cosinePower is a number from 0; got ${JSON.stringify(cosinePower)}`);
  return { v: Float32Array.from(vector), power: cosinePower };
}

function sameLength(layer: string, channels: number, { length }: { length: number }): void {
  if (channels === length) return;
  throw new LensError("bad-argument", `layer "${layer}" has ${channels} channels; the direction has ${length} numbers`);
}

/** Options as JSON holds them; nothing where none is set. */
function given(options: object): object | undefined {
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  return set.length > 0 ? Object.fromEntries(set) : undefined;
}
