/**
 * Arcs and circles. An arc of radius r passes through the centre of the picture and bulges towards `angle`:
 *
 *          ╭───────╮      its circle is centred r pixels the other way,
 *         ╱    ↑    ╲     c = −r · (cos angle, sin angle)
 *        │     c     │
 *
 * As the curvature 1/r goes to 0 the arc becomes a straight line at right angles to `angle`.
 */
import { checkOptions, type OptionSchemas, optionsSchema } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import type { Image } from "../../core/image.js";
import {
  band,
  direction,
  draw,
  lengthOption,
  numberOption,
  requirePositive,
  requireWithin,
  type Shade,
  type StimulusOptions,
  stimulusSchemas,
  within,
} from "./canvas.js";

/**
 * Options of `stimulus.arc`.
 *
 * @public
 */
export interface ArcOptions extends StimulusOptions {
  /**
   * Where the arc bulges to; repeats after 360°.
   *
   * @defaultValue 0
   */
  readonly angle?: number | undefined;
  /**
   * Radius in pixels; infinite for a straight line.
   *
   * @defaultValue 16
   */
  readonly radius?: number | undefined;
  /**
   * 1 / radius, instead of it: 0 is a straight line.
   *
   * @defaultValue 1 / radius
   */
  readonly curvature?: number | undefined;
  /**
   * Degrees of the circle that are drawn, half on each side.
   *
   * @defaultValue 180
   */
  readonly span?: number | undefined;
  /**
   * Pixels across.
   *
   * @defaultValue 3
   */
  readonly width?: number | undefined;
}

/**
 * Options of `stimulus.circle`.
 *
 * @public
 */
export interface CircleOptions extends StimulusOptions {
  /**
   * Radius in pixels, to the middle of the line.
   *
   * @defaultValue 16
   */
  readonly radius?: number | undefined;
  /**
   * Pixels across.
   *
   * @defaultValue 3
   */
  readonly width?: number | undefined;
}

const arcOptions = optionsSchema<OptionSchemas<ArcOptions>>({
  ...stimulusSchemas,
  angle: numberOption,
  radius: lengthOption,
  curvature: within(0, 1),
  span: within(0, 360),
  width: lengthOption,
});

/**
 * An arc through the centre.
 *
 * @throws LensError `bad-argument` for sizes out of range, or for a radius together with a curvature.
 * @public
 */
export function arc(options: ArcOptions = {}): Image {
  checkOptions(arcOptions, options);
  const { angle = 0, span = 180, width = 3 } = options;
  const radius = radiusOf(options);
  const normal = direction(angle);
  return draw(
    options,
    radius === Number.POSITIVE_INFINITY ? straight(normal, width) : curved(normal, radius, span, width),
  );
}

const circleOptions = optionsSchema<OptionSchemas<CircleOptions>>({
  ...stimulusSchemas,
  radius: lengthOption,
  width: lengthOption,
});

/**
 * A circle about the centre.
 *
 * @throws LensError `bad-argument` for sizes that are not above 0.
 * @public
 */
export function circle(options: CircleOptions = {}): Image {
  checkOptions(circleOptions, options);
  const { radius = 16, width = 3 } = options;
  return draw(options, (x, y) => band(Math.abs(Math.hypot(x, y) - radius), width));
}

function straight([nx, ny]: readonly [number, number], width: number): Shade {
  return (x, y) => band(Math.abs(x * nx + y * ny), width);
}

function curved([nx, ny]: readonly [number, number], radius: number, span: number, width: number): Shade {
  const half = (span * Math.PI) / 360;
  const end = [radius * Math.cos(half), radius * Math.sin(half)] as const;
  return (x, y) => {
    // Seen from the circle's centre, `along` towards the bulge and `across` folded onto one side.
    const along = x * nx + y * ny + radius;
    const across = Math.abs(y * nx - x * ny);
    const onArc = Math.atan2(across, along) <= half;
    const distance = onArc ? Math.abs(Math.hypot(along, across) - radius) : Math.hypot(along - end[0], across - end[1]);
    return band(distance, width);
  };
}

function radiusOf({ radius, curvature }: ArcOptions): number {
  if (radius !== undefined && curvature !== undefined) {
    throw new LensError("bad-argument", `an arc has a radius or a curvature; got both, ${radius} and ${curvature}`);
  }
  if (curvature !== undefined) {
    requireWithin("curvature", curvature, [0, 1]);
    return 1 / curvature;
  }
  if (radius !== undefined) requirePositive("radius", radius);
  return radius ?? 16;
}
