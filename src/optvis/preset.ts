/**
 * Presets: complete settings of an ascent under a name. Every number is recorded in the result, and stands in the table of
 * `docs/optvis.md`.
 */
import { LensError } from "../core/errors.js";
import { adam, nadam } from "./optimizer/adam.js";
import type { Optimizer } from "./optimizer/optimizer.js";
import { sgd } from "./optimizer/sgd.js";
import { fourier } from "./param/fourier.js";
import { maco } from "./param/maco.js";
import type { Param } from "./param/param.js";
import { pixels } from "./param/pixels.js";
import { crops, rotate, scale } from "./transform/resample.js";
import { jitter, pad } from "./transform/shift.js";
import { noise } from "./transform/soften.js";
import type { Transform } from "./transform/transform.js";

/**
 * Settings of an ascent.
 *
 * @public
 */
export interface AscentSettings {
  /**
   * Height and width of the picture, in pixels; `"auto"` is as much as the unit sees, for objectives that look at one place of
   * one layer.
   */
  readonly size: number | readonly [height: number, width: number] | "auto";
  /** Number of updates. */
  readonly steps: number;
  /** The numbers moved, and the map from them to pictures. */
  readonly param: Param;
  /** Applied before each step, one after the other. */
  readonly transforms: readonly Transform[];
  /** How the parameters move. */
  readonly optimizer: Optimizer;
  /** Number of first steps in which rectifiers that pass no gradient let through what would wake their units. */
  readonly redirectSteps: number;
  /**
   * Stops a picture early, when over the last quarter of its steps (at least 32) the objective has gained less than this share
   * of what it gained in all; 0 never does.
   */
  readonly plateau: number;
}

/**
 * Names of the presets.
 *
 * @public
 */
export type PresetName = "swift" | "lucid" | "maco" | "draft" | "classic";

const presets: Readonly<Record<PresetName, () => AscentSettings>> = {
  swift: () => ({
    ...presets.lucid(),
    steps: 128,
    optimizer: adam({ learningRate: 0.1, peak: 0.8, beta1: 0.8, beta2: 0.95, weightDecay: 0.03 }),
  }),
  lucid: () => ({
    size: 128,
    steps: 512,
    param: fourier({ std: 0.01, decay: 1 }),
    transforms: [pad(12, 0.5), jitter(8), scale(lucidScales()), rotate(lucidAngles()), jitter(4)],
    optimizer: adam({ learningRate: 0.05 }),
    redirectSteps: 17,
    plateau: 0,
  }),
  maco: () => ({
    size: 256,
    steps: 256,
    param: maco({ exponent: 1 }),
    transforms: [crops({ count: 8, size: 128, side: [0.5, 0.05], sideStd: 0.05, centreStd: 0.15 }), noise(0.08)],
    optimizer: nadam({ learningRate: 1 }),
    redirectSteps: 17,
    plateau: 0,
  }),
  draft: () => ({
    ...presets.lucid(),
    size: 64,
    steps: 64,
    transforms: [
      pad(4, 0.5),
      jitter(4),
      scale([0.95, 0.975, 1, 1.025, 1.05]),
      rotate([-5, -2.5, 0, 2.5, 5]),
      jitter(2),
    ],
  }),
  classic: () => ({
    size: 128,
    steps: 80,
    param: pixels({ std: 0.02, decorrelate: false, range: "clip" }),
    transforms: [],
    optimizer: sgd({ learningRate: 1 / 255, normalize: true }),
    redirectSteps: 0,
    plateau: 0,
  }),
};

/** 0.90, 0.92 … 1.10. */
function lucidScales(): number[] {
  return Array.from({ length: 11 }, (_, i) => (90 + 2 * i) / 100);
}

/** −10…10 whole degrees, with 0 five times more: the angles of Lucid's default transforms. */
function lucidAngles(): number[] {
  return [...Array.from({ length: 21 }, (_, i) => i - 10), 0, 0, 0, 0, 0];
}

/**
 * The settings of a preset.
 *
 * - `swift`: `lucid` in 128 steps, whose learning rate rises from 0.1 to 0.8 in the first third and then falls back, with coefficients
 *   drawn back to 0 by 3 % of it: about the same picture in a quarter of the time, with fewer values at the ends of their range.
 * - `lucid`: Lucid's defaults: 128 × 128 px, 512 steps of Adam at 0.05 on Fourier coefficients in decorrelated colours;
 *   pad 12 of grey, jitter 8, scale 0.9…1.1, rotate −10…10°, jitter 4; redirected ReLU for the first 17 steps.
 * - `maco`: 256 × 256 px, 256 steps of NAdam at 1 on the phases of a spectrum that stays; 8 crops of 128 px a step, from half
 *   the picture's side down to a twentieth; noise 0.08.
 * - `draft`: `lucid` at 64 × 64 px and 64 steps, moved about half as far, for browsing.
 * - `classic`: 128 × 128 px, 80 steps of 1/255 along the normalised gradient on bare pixels, as in the first courses.
 *
 * @throws LensError `bad-argument` for another name.
 * @public
 */
export function preset(name: PresetName): AscentSettings {
  const found = Object.hasOwn(presets, name) ? presets[name]() : undefined;
  if (found) return found;
  throw new LensError(
    "bad-argument",
    `a preset is one of ${Object.keys(presets).join(", ")}; got ${JSON.stringify(name)}`,
  );
}
