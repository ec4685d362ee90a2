/**
 * Parameterizations: the numbers that ascent moves, and the map from them to pictures in 0…1. What the numbers are decides
 * which directions are near: moving pixels learns high frequencies, moving Fourier coefficients scaled by 1 / frequency
 * learns all scales alike (Olah, Mordvintsev and Schubert, "Feature Visualization", 2017).
 */
import type { Random } from "../../core/random.js";

/**
 * The pictures wanted.
 *
 * @public
 */
export interface Canvas {
  /** Number of pictures. */
  readonly count: number;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Channels of the network's input. */
  readonly channels: number;
}

/**
 * A stack of pictures on their way to the network: `[count, height, width, channels]`, the channel fastest. They are climbed in
 * double precision, and only what the network reads and answers is rounded to single: Adam's first steps move coefficients that
 * have next to no gradient by what rounding leaves of it, which takes climbs up to 2 % apart.
 *
 * @public
 */
export interface Pictures extends Canvas {
  /** `count × height × width × channels` values. */
  readonly data: Float64Array;
}

/**
 * A differentiable map from parameters to pictures, prepared for one canvas.
 *
 * @public
 */
export interface Parameterization {
  /** Starting parameters. */
  start(): Float64Array;
  /** The pictures, in 0…1; with one channel more than the canvas asks for, the last is their opacity. */
  pictures(parameters: Float64Array): Pictures;
  /** Gradient of the parameters from the gradient of the pictures, at the parameters last given to `pictures`. */
  adjoint(gradient: Float64Array): Float64Array;
}

/**
 * Makes a parameterization for a canvas; `random` draws its start.
 */
export type Prepare = (canvas: Canvas, random: Random) => Parameterization;

/**
 * A kind of parameterization; a user's own is written the same way.
 *
 * @public
 */
export interface Param {
  /** Name and numbers, for the record: `fourier(std 0.01, decay 1)`. */
  readonly name: string;
  /** The parameterization for a canvas; `random` draws its start. */
  readonly prepare: (canvas: Canvas, random: Random) => Parameterization;
  /** Height and width of its pictures where nobody gives a size; the preset's when absent. */
  readonly size?: readonly [height: number, width: number] | undefined;
}

/** Planes whose parameters are their values. */
export function pixelPlanes(std: number): Prepare {
  return (canvas, random) => ({
    start: () =>
      Float64Array.from(
        { length: canvas.count * canvas.height * canvas.width * canvas.channels },
        () => std * random.normal(),
      ),
    pictures: (parameters) => ({ ...canvas, data: parameters.slice() }),
    adjoint: (gradient) => gradient.slice(),
  });
}

/** First value of plane `picture · channels + channel` in a `[count, h, w, c]` stack. */
export function planeOffset(plane: number, { height, width, channels }: Canvas): number {
  const c = plane % channels;
  return ((plane - c) / channels) * height * width * channels + c;
}

/** Pictures that do not know of each other: each starts from the same draws and moves by itself, whatever the batch. */
export function picturesApart({ prepare, ...param }: Param, seeds: readonly Random[]): Param {
  const together: Prepare = (canvas) => {
    const each = seeds.map((random) => prepare({ ...canvas, count: 1 }, random));
    const starts = each.map((one) => one.start());
    const length = starts[0]!.length;
    const part = (all: Float64Array, n: number, size: number): Float64Array => all.subarray(n * size, (n + 1) * size);
    return {
      start: () => joined(starts),
      pictures(parameters) {
        const pictures = each.map((one, n) => one.pictures(part(parameters, n, length)));
        return { ...pictures[0]!, count: each.length, data: joined(pictures.map(({ data }) => data)) };
      },
      adjoint: (gradient) =>
        joined(each.map((one, n) => one.adjoint(part(gradient, n, gradient.length / each.length)))),
    };
  };
  return { ...param, prepare: together };
}

/** Lists of numbers, one after the other. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
