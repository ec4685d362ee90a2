/** A picture made by ascent, and the record of what made it. */
import type { Image } from "../core/image.js";
import type { RunResult } from "../network/result.js";
import type { AscentSettings, PresetName } from "./preset.js";

/**
 * A picture made by ascent, with what made it.
 *
 * @public
 */
export interface Picture extends RunResult<"picture", PictureSettings> {
  /** The picture, values in 0…1. */
  readonly image: Image;
  /**
   * `"weak"` when moved pictures excited the unit during the climb and the finished picture does not.
   *
   * `"dead"` when in no step anything excited what the objective looks at, so that the picture shows nothing: behind a rectifier,
   * when it answered 0 throughout; elsewhere, when no gradient ever came. `"alive"` otherwise.
   */
  readonly status: "alive" | "weak" | "dead";
  /** The objective on the finished picture. */
  readonly value: number;
  /** The objective at every step, on the moved picture. */
  readonly history: readonly number[];
  /** Where the climb pushed, in 0…1, one channel (see `AscentStep.transparency`); only where it was asked for. */
  readonly transparency?: Image;
}

/**
 * What made a picture.
 *
 * @public
 */
export interface PictureSettings {
  /** Name of the objective. */
  readonly objective: string;
  /** Preset it started from. */
  readonly preset: PresetName;
  /** Number of updates planned, which rates and crops that change are spread over. */
  readonly steps: number;
  /** Number of updates done: fewer where it stopped on a plateau. */
  readonly stepsDone: number;
  /** Height and width in pixels. */
  readonly size: readonly [number, number];
  /** Parameterization with its numbers. */
  readonly param: string;
  /** Transforms in order. */
  readonly transforms: string;
  /** Optimizer with its step size. */
  readonly optimizer: string;
  /** Steps with redirected ReLU. */
  readonly redirectSteps: number;
  /** Share of the rise below which it stopped early; 0 is never. */
  readonly plateau: number;
  /** Pictures made at once, each as if it were alone. */
  readonly batch: number;
  /** Pictures of this objective climbed together; 1 where it is alone. */
  readonly count: number;
  /** Seed of all chance. */
  readonly seed: number;
}

/** What is known of a run besides its settings. */
export type RunRecord = Pick<
  PictureSettings,
  "objective" | "preset" | "stepsDone" | "size" | "batch" | "count" | "seed"
>;

/** The record of a run. */
export function settingsOf(settings: AscentSettings, run: RunRecord): PictureSettings {
  return {
    ...run,
    steps: settings.steps,
    param: settings.param.name,
    transforms: settings.transforms.map((t) => t.name).join(" → ") || "none",
    optimizer: settings.optimizer.name,
    redirectSteps: settings.redirectSteps,
    plateau: settings.plateau,
  };
}
