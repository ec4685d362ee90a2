/**
 * How stimuli are drawn. A stimulus is a function of the place on the picture, with `x` to the right and `y` down, in
 * pixels from the picture's centre. A shape is given by its signed distance `d(x, y)`, negative inside, and covers
 *
 *     clamp(½ − d, 0, 1)
 *
 * of a pixel: exact where a straight border runs along the pixels, and within a few hundredths elsewhere. So edges are
 * smooth without random samples, and the same parameters give the same pixels.
 *
 * Angles are in degrees, clockwise on screen from the right. Everything here is a pure function.
 */

import { custom, optional, strictTuple, union } from "valibot";
import { numberSchema, type OptionSchemas, type Schema } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import { createImage, type Image } from "../../core/image.js";
import { pairOf, sideSchema } from "../../core/schemas.js";

/**
 * A colour: a grey value, or red, green and blue, in 0…1.
 *
 * @public
 */
export type Color = number | readonly [red: number, green: number, blue: number];

/**
 * Options of every stimulus.
 *
 * @public
 */
export interface StimulusOptions {
  /**
   * Height and width in pixels, or one number for both.
   *
   * @defaultValue 64
   */
  readonly size?: number | readonly [height: number, width: number] | undefined;
  /**
   * Colour of what is drawn.
   *
   * @defaultValue 1
   */
  readonly foreground?: Color | undefined;
  /**
   * Colour around it.
   *
   * @defaultValue 0.5
   */
  readonly background?: Color | undefined;
  /**
   * Radius in pixels beyond which the stimulus fades into a grey of 0.5, over a quarter of the radius, so that the
   * picture's own border is never seen.
   *
   * @defaultValue no fading
   */
  readonly aperture?: number | undefined;
}

const colorSchema: Schema<Color> = union(
  [
    numberSchema({ from: 0, to: 1 }),
    strictTuple(Array(3).fill(numberSchema({ from: 0, to: 1 })) as [Schema<number>, Schema<number>, Schema<number>]),
  ],
  "a grey value or [red, green, blue] in 0…1",
);

/** Schemas of `StimulusOptions`. */
export const stimulusSchemas: OptionSchemas<StimulusOptions> = {
  size: optional(
    union([sideSchema, pairOf(sideSchema)], "a whole number of pixels from 1 to 8192, or [height, width]"),
  ),
  foreground: optional(colorSchema),
  background: optional(colorSchema),
  aperture: optional(numberSchema({ above: 0 })),
};

/** An angle, or another number, as an option. */
export const numberOption: Schema<number | undefined> = optional(numberSchema());

/** A length in pixels, as an option. */
export const lengthOption: Schema<number | undefined> = optional(numberSchema({ above: 0 }));

/** A length in pixels that may be without end, as an option. */
export const endlessOption: Schema<number | undefined> = optional(
  custom<number>((value) => typeof value === "number" && value > 0, "a number above 0"),
);

/** A number within bounds, as an option. */
export function within(from: number, to?: number): Schema<number | undefined> {
  return optional(numberSchema(to === undefined ? { from } : { from, to }));
}

/** How much of the foreground is at a place: 0 background, 1 foreground. */
export type Shade = (x: number, y: number) => number;

const grey = 0.5;

/** A picture of a shade; grey where both colours are grey, else RGB. */
export function draw(options: StimulusOptions, shade: Shade): Image {
  const { size = 64, foreground = 1, background = 0.5, aperture } = options;
  const [height, width] = typeof size === "number" ? [size, size] : size;
  const channels = typeof foreground === "number" && typeof background === "number" ? 1 : 3;
  const front = components(foreground, channels, "foreground");
  const back = components(background, channels, "background");
  if (aperture !== undefined) requirePositive("aperture", aperture);
  const image = createImage(height, width, channels);
  for (let row = 0, at = 0; row < height; row++) {
    const y = row - (height - 1) / 2;
    for (let column = 0; column < width; column++, at += channels) {
      const x = column - (width - 1) / 2;
      const share = shade(x, y);
      const shown = aperture === undefined ? 1 : fade(Math.hypot(x, y), aperture);
      for (let c = 0; c < channels; c++) {
        image.data[at + c] = grey + shown * (back[c]! + share * (front[c]! - back[c]!) - grey);
      }
    }
  }
  return image;
}

/** Share of a pixel inside a shape at signed distance `d`. */
export function coverage(d: number): number {
  return Math.min(1, Math.max(0, 0.5 - d));
}

/** Share of a pixel under a stroke of a width, at a distance from its middle; right also where it is thinner than a pixel. */
export function band(distance: number, width: number): number {
  return coverage(distance - width / 2) - coverage(distance + width / 2);
}

/** 1 inside the radius, 0 a quarter of it further out, half a cosine between. */
export function fade(distance: number, radius: number): number {
  const beyond = Math.min(1, Math.max(0, (4 * (distance - radius)) / radius));
  return (1 + Math.cos(Math.PI * beyond)) / 2;
}

/** A place seen along a direction: `along` it, and `across`, a quarter turn clockwise. */
export function turned(angle: number): (x: number, y: number) => readonly [along: number, across: number] {
  const [cos, sin] = direction(angle);
  return (x, y) => [x * cos + y * sin, y * cos - x * sin];
}

/** The unit vector of an angle, exact at multiples of 90°. */
export function direction(angle: number): readonly [x: number, y: number] {
  if (!Number.isFinite(angle))
    throw new LensError("bad-argument", `an angle is a finite number of degrees; got ${angle}`);
  const quarter = Math.round(angle / 90);
  const rest = ((angle - 90 * quarter) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(rest), Math.sin(rest)];
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return [cos, sin];
    case 1:
      return [-sin, cos];
    case 2:
      return [-cos, -sin];
    default:
      return [sin, -cos];
  }
}

/** Refuses a length that is not above 0. */
export function requirePositive(name: string, value: number): void {
  if (!(value > 0)) throw new LensError("bad-argument", `${name} of a stimulus is above 0; got ${value}`);
}

/** Refuses a number outside a range. */
export function requireWithin(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (!(value >= least && value <= most)) {
    throw new LensError("bad-argument", `${name} of a stimulus is within ${least}…${most}; got ${value}`);
  }
}

function components(colour: Color, channels: number, name: string): readonly number[] {
  const values = typeof colour === "number" ? new Array<number>(channels).fill(colour) : colour;
  if (values.length !== channels || !values.every((v) => v >= 0 && v <= 1)) {
    throw new LensError(
      "bad-argument",
      `the ${name} is a grey value or [red, green, blue] in 0…1; got ${JSON.stringify(colour)}`,
    );
  }
  return values;
}
