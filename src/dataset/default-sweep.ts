/** The usual sweep of each stimulus, drawn to the size of a unit's receptive field. */

import { optional } from "valibot";
import { checkOptions, type OptionSchemas, optionsSchema } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { shown } from "../core/numbers.js";
import { sideSchema, timesSchema } from "../core/schemas.js";
import { formatUnit, type UnitLike } from "../core/unit.js";
import { checkNetwork, type Network, resolveUnit } from "../network/network.js";
import type { StimulusOptions } from "./stimuli/canvas.js";
import { stimulus } from "./stimuli/namespace.js";
import { evenAngles, type Sweep, sweep } from "./sweep.js";

/**
 * Name of a stimulus.
 *
 * @public
 */
export type StimulusName = keyof typeof stimulus;

/**
 * Options of `sweepFor`.
 *
 * @public
 */
export interface DefaultSweepOptions {
  /**
   * Angles in one period of the stimulus.
   *
   * @defaultValue 36
   */
  readonly count?: number | undefined;
  /**
   * Height and width of the stimuli in pixels.
   *
   * @defaultValue the receptive field and four strides, so that a few positions see a whole field
   */
  readonly size?: number | undefined;
}

/**
 * The usual sweep of a stimulus for a unit: its angle all the way round, and one more parameter in steps that fit the unit's
 * receptive field.
 *
 * | stimulus | angles | and |
 * | --- | --- | --- |
 * | `line` | 180° | width |
 * | `edge` | 360° | blur |
 * | `grating`, `gabor` | 180° | wavelength, phase |
 * | `arc` | 360° | curvature, from a straight line to a small circle |
 * | `corner` | 360° | opening |
 * | `highLow` | 360° | ratio of the wavelengths |
 * | `patch` | 360° of hue | radius |
 * | `circle` | none | radius |
 * | `dots` | 90° | spacing |
 *
 * @throws LensError `bad-argument` for another name, `unsupported` when the receptive field is unknown or the whole image
 * and no size is given.
 * @public
 */
export function defaultSweep(
  net: Network,
  unit: UnitLike | string,
  name: StimulusName,
  options: DefaultSweepOptions = {},
): Sweep {
  checkNetwork(net);
  checkOptions(sweepOptions, options);
  const make = typeof name === "string" && Object.hasOwn(usual, name) ? usual[name] : undefined;
  if (!make) {
    throw new LensError(
      "bad-argument",
      `name is the name of a stimulus, one of ${Object.keys(stimulus).join(", ")}; got ${shown(name)}`,
    );
  }
  const { field, size } = sizesFor(net, unit, options.size);
  return make({ size, field, count: options.count ?? 36, shown: { size, aperture: size / 2.5 } });
}

const sweepOptions = optionsSchema<OptionSchemas<DefaultSweepOptions>>({
  count: optional(timesSchema),
  size: optional(sideSchema),
});

interface Setting {
  readonly size: number;
  /** Pixels seen. */
  readonly field: number;
  readonly count: number;
  readonly shown: StimulusOptions;
}

const usual: Record<StimulusName, (setting: Setting) => Sweep> = {
  line: ({ count, shown, field }) =>
    sweep(
      (p) => stimulus.line({ ...p, ...shown }),
      { angle: evenAngles(count, 180), width: fitting([1.5, 3, 6], field / 3) },
      { name: "line" },
    ),
  edge: ({ count, shown, field }) =>
    sweep(
      (p) => stimulus.edge({ ...p, ...shown }),
      { angle: evenAngles(count), blur: fitting([1, 4, 8], field / 2) },
      { name: "edge" },
    ),
  grating: ({ count, shown, field }) =>
    sweep((p) => stimulus.grating({ ...p, ...shown }), waves(count, field), { name: "grating" }),
  gabor: ({ count, shown, field }) =>
    sweep((p) => stimulus.gabor({ ...p, ...shown }), waves(count, field), { name: "gabor" }),
  arc: ({ count, shown, field }) =>
    sweep(
      (p) => stimulus.arc({ ...p, ...shown }),
      {
        curvature: fitting(
          [0, 1, 2, 3, 4, 6].map((n) => n / field),
          0.5,
        ),
        angle: evenAngles(count),
      },
      { name: "arc" },
    ),
  circle: ({ shown, field }) =>
    sweep(
      (p) => stimulus.circle({ ...p, ...shown }),
      { radius: [1 / 16, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2].map((n) => n * field) },
      { name: "circle" },
    ),
  corner: ({ count, shown }) =>
    sweep(
      (p) => stimulus.corner({ ...p, ...shown }),
      { opening: [45, 90, 135], angle: evenAngles(count) },
      { name: "corner" },
    ),
  highLow: ({ count, shown, field }) =>
    sweep(
      (p) => stimulus.highLow({ ...p, ...shown }),
      { ratio: [1, 2, 4, 6, 8, 10], wavelength: fitting([2.5, 4], field / 4), angle: evenAngles(count) },
      { name: "highLow" },
    ),
  patch: ({ count, shown, field }) =>
    sweep(
      (p) => stimulus.patch({ ...p, ...shown }),
      { radius: [field / 8, field / 4, field / 2, 2 * field], hue: evenAngles(count) },
      { name: "patch" },
    ),
  dots: ({ count, shown, field }) =>
    sweep(
      (p) => stimulus.dots({ radius: p.spacing / 4, ...p, ...shown }),
      { spacing: fitting([4, 6, 8, 12, 16], field / 2), angle: evenAngles(count, 90) },
      { name: "dots" },
    ),
};

function waves(
  count: number,
  field: number,
): { angle: ReturnType<typeof evenAngles>; wavelength: number[]; phase: number[] } {
  return {
    wavelength: fitting([3, 4, 6, 8, 12, 16, 24], field),
    phase: [0, 90, 180, 270],
    angle: evenAngles(count, 180),
  };
}

/** The steps up to a limit; the first in any case. */
function fitting(steps: readonly number[], most: number): number[] {
  const few = steps.filter((step) => step <= most);
  return few.length > 0 ? few : [steps[0]!];
}

function sizesFor(net: Network, wanted: UnitLike | string, size: number | undefined): { field: number; size: number } {
  const unit = resolveUnit(net, wanted);
  const seen = net.layer(unit.layer).receptiveField;
  if (!seen || seen.whole) {
    if (size !== undefined) return { field: size, size };
    throw new LensError(
      "unsupported",
      `${formatUnit(unit)} sees ${seen ? "the whole image" : "an unknown part of the image"}; give the size of the stimuli`,
    );
  }
  const field = Math.max(seen.rows.size, seen.columns.size);
  return { field, size: size ?? Math.ceil(field + 4 * Math.max(seen.rows.stride, seen.columns.stride)) };
}
