/**
 * Presets: complete settings of an ascent under a name. Every number is recorded in the result.
 */
import { LensError } from "../core/errors.js";
import { adam, type Optimizer } from "./optimizer.js";
import { fourier, type Param } from "./param.js";
import { jitter, pad, rotate, scale, type Transform } from "./transform.js";

/**
 * Settings of an ascent.
 *
 * @public
 */
export interface AscentSettings {
  /** Height and width of the picture, in pixels. */
  readonly size: number | readonly [height: number, width: number];
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
}

/**
 * Names of the presets.
 *
 * @public
 */
export type PresetName = "lucid" | "draft";

const presets: Record<PresetName, () => AscentSettings> = {
  lucid: () => ({
    size: 128,
    steps: 512,
    param: fourier({ std: 0.01, decay: 1 }),
    transforms: [pad(12, 0.5), jitter(8), scale(lucidScales()), rotate(lucidAngles()), jitter(4)],
    optimizer: adam({ learningRate: 0.05 }),
    redirectSteps: 17,
  }),
  draft: () => ({ ...presets.lucid(), size: 96, steps: 64 }),
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
 * - `lucid`: Lucid's defaults: 128 × 128 px, 512 steps of Adam at 0.05 on Fourier coefficients in decorrelated colours;
 *   pad 12 of grey, jitter 8, scale 0.9…1.1, rotate −10…10°, jitter 4; redirected ReLU for the first 17 steps.
 * - `draft`: the same at 96 × 96 px and 64 steps, for browsing.
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
