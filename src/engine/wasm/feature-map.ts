/** A map in the arena: `[count, height, width, channels]`, or some channels of a larger one. */
import type { MapShape } from "../../core/shape.js";
import type { ArenaRoom, Schedule } from "./schedule.js";

/** Channels rounded up to whole vectors of a kernel; the lanes past the last channel hold zeros. */
export const lanesOf = (channels: number): number => Math.ceil(channels / 8) * 8;

/** Where a map lies. */
export class FeatureMap {
  readonly room: ArenaRoom;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Bytes from a pixel to the next. */
  readonly pixel: number;
  readonly #offset: number;

  /** `place` says how far pixels are apart and where the first value lies in the room, in bytes; a room of its own by default. */
  constructor(
    room: ArenaRoom,
    count: number,
    shape: MapShape,
    place?: { readonly pixel: number; readonly offset: number },
  ) {
    const [height, width, channels] = shape;
    this.room = room;
    this.count = count;
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.pixel = place?.pixel ?? 4 * lanesOf(channels);
    this.#offset = place?.offset ?? 0;
  }

  /** Address of the first value. */
  get address(): number {
    return this.room.address + this.#offset;
  }

  /** Channels with the lanes that round them up. */
  get lanes(): number {
    return lanesOf(this.channels);
  }

  /** Pixels of one map of the stack. */
  get area(): number {
    return this.height * this.width;
  }

  /** Pixels of the stack. */
  get pixels(): number {
    return this.count * this.area;
  }

  /** Whether another map lies in the same place. */
  isAt(other: FeatureMap): boolean {
    return this.room === other.room && this.#offset === other.#offset && this.pixel === other.pixel;
  }

  /** Some of its channels, in place. */
  part(first: number, channels: number): FeatureMap {
    return new FeatureMap(this.room, this.count, [this.height, this.width, channels], {
      pixel: this.pixel,
      offset: this.#offset + 4 * first,
    });
  }
}

/** A new map with a room of its own. */
export function newMap(schedule: Schedule, count: number, shape: MapShape): FeatureMap {
  return new FeatureMap(schedule.room(4 * count * shape[0] * shape[1] * lanesOf(shape[2])), count, shape);
}

/** The fields by which kernels read a map. */
export function reads(map: FeatureMap): {
  input: number;
  inputPixel: number;
  height: number;
  width: number;
  count: number;
} {
  return { input: map.address, inputPixel: map.pixel, height: map.height, width: map.width, count: map.count };
}

/** The fields by which kernels write a map. */
export function writes(map: FeatureMap): {
  output: number;
  outputPixel: number;
  outputHeight: number;
  outputWidth: number;
  lanes: number;
} {
  return {
    output: map.address,
    outputPixel: map.pixel,
    outputHeight: map.height,
    outputWidth: map.width,
    lanes: map.lanes,
  };
}

/** Visits the first value of every pixel: its place in each map, and its number within one map of the stack. */
export function eachPixel(maps: readonly FeatureMap[], visit: (places: readonly number[], at: number) => void): void {
  const [{ pixels, area, channels }] = maps as [FeatureMap];
  const places = maps.map((map) => map.address / 4);
  for (let pixel = 0; pixel < pixels; pixel++) {
    visit(places, (pixel % area) * channels);
    maps.forEach((map, i) => {
      places[i]! += map.pixel / 4;
    });
  }
}
