/**
 * Presets: complete settings of an ascent under a name. Every number is recorded in the result, and stands in the table of
 * `docs/optvis.md`.
 */

import { LensError } from "../core/errors.js";
import { shown } from "../core/numbers.js";
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
    transforms: moved(lucidMotion, 1),
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
    transforms: moved(draftMotion, 1),
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

/** How far a preset moves a picture: a border, two jitters in pixels, factors of size, and angles in degrees. */
interface Motion {
  readonly pad: number;
  readonly jitters: readonly [first: number, last: number];
  readonly scales: readonly number[];
  readonly angles: readonly number[];
}

/** The default transforms of Lucid: sizes 0.90, 0.92 … 1.10; whole degrees from −10 to 10, with 0 five times more. */
const lucidMotion: Motion = {
  pad: 12,
  jitters: [8, 4],
  scales: Array.from({ length: 11 }, (_, i) => (90 + 2 * i) / 100),
  angles: [...Array.from({ length: 21 }, (_, i) => i - 10), 0, 0, 0, 0, 0],
};

const draftMotion: Motion = {
  pad: 4,
  jitters: [4, 2],
  scales: [0.95, 0.975, 1, 1.025, 1.05],
  angles: [-5, -2.5, 0, 2.5, 5],
};

const motions: { readonly [K in PresetName]?: Motion } = { swift: lucidMotion, lucid: lucidMotion, draft: draftMotion };

/** The transforms of a motion, made smaller by a factor above 0, up to 1. */
function moved({ pad: border, jitters, scales, angles }: Motion, factor: number): Transform[] {
  const pixels = (n: number): number => Math.round(n * factor);
  const [first, last] = jitters.map(pixels) as [number, number];
  return [
    pad(pixels(border), 0.5),
    jitter(first),
    scale(factor === 1 ? scales : scales.map((s) => 1 + (s - 1) * factor)),
    rotate(factor === 1 ? angles : angles.map((angle) => angle * factor)),
    jitter(last),
  ];
}

/** The receptive field, in pixels, up to which a preset does not move the picture. */
export const still = 16;
/** The receptive field from which it moves the picture in full. */
const full = 32;

/**
 * The settings of a preset that depend on how many pixels a unit sees; `maco` and `classic` have one for all fields.
 *
 * - Transforms. A motion of a few pixels leaves nothing of a feature of three: the picture would show what all displaced copies
 *   have in common, often grey. Motions therefore grow in proportion from a field of 16 pixels, where there are none, to
 *   one of 32, where they are the preset's.
 * - Parameterization. Up to 16 pixels the parameters are the pixels themselves. Fourier coefficients move whole gratings, and a
 *   pixel that a coarse grating has driven to the wrong end of its range has no gradient left to come back by. The rate is
 *   one at which pixels reach the ends of their range within the steps of every preset.
 */
export function fittedTo(name: PresetName, field: number): Pick<AscentSettings, "transforms" | "param" | "optimizer"> {
  const { param, transforms, optimizer } = preset(name);
  const motion = motions[name];
  if (!motion) return { param, transforms, optimizer };
  if (field <= still)
    return { param: pixels({ decorrelate: false }), transforms: [], optimizer: adam({ learningRate: 0.2 }) };
  return { param, transforms: moved(motion, Math.min(1, (field - still) / (full - still))), optimizer };
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
  const found = typeof name === "string" && Object.hasOwn(presets, name) ? presets[name]() : undefined;
  if (found) return found;
  throw new LensError("bad-argument", `a preset is one of ${Object.keys(presets).join(", ")}; got ${shown(name)}`);
}
