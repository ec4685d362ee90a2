/** One picture of what a unit looks for: the one-liner over `ascend`. */
import type { Image } from "../core/image.js";
import type { RunOptions } from "../core/run.js";
import { formatUnit, type UnitLike } from "../core/unit.js";
import { withEngine } from "../engine/choose.js";
import type { Engine } from "../engine/engine.js";
import { type Network, resolveUnit } from "../network/network.js";
import { ascend, measure } from "./ascend.js";
import { channel, type Objective } from "./objective.js";
import { type AscentSettings, type PresetName, preset } from "./preset.js";

/**
 * A picture made by ascent, with what made it.
 *
 * @public
 */
export interface Picture {
  /** The picture, values in 0…1. */
  readonly image: Image;
  /** `"alive"`, or `"dead"` when in no step anything excited what the objective looks at: the picture then shows nothing. */
  readonly status: "alive" | "dead";
  /** The objective on the finished picture. */
  readonly value: number;
  /** The objective at every step, on the moved picture. */
  readonly history: readonly number[];
  /** All that is needed to make it again. */
  readonly settings: PictureSettings;
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
  /** Number of updates. */
  readonly steps: number;
  /** Height and width in pixels. */
  readonly size: readonly [number, number];
  /** Transforms in order. */
  readonly transforms: string;
  /** Optimizer with its step size. */
  readonly optimizer: string;
  /** Steps with redirected ReLU. */
  readonly redirectSteps: number;
  /** Seed of all chance. */
  readonly seed: number;
  /** Engine it ran on. */
  readonly engine: string;
  /** Preprocessing of the network. */
  readonly preprocessing: string;
}

/** Any of the settings, `undefined` meaning the preset's. */
type PartialSettings = { readonly [K in keyof AscentSettings]?: AscentSettings[K] | undefined };

/**
 * Options of `visualize`: a preset, and any of its settings replaced.
 *
 * @public
 */
export interface VisualizeOptions extends PartialSettings, RunOptions {
  /**
   * Settings to start from.
   *
   * @defaultValue "lucid"
   */
  readonly preset?: PresetName | undefined;
  /**
   * All chance comes from it: same seed, same engine, same pixels.
   *
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
  /**
   * Runs the network; the best one at hand when absent, released afterwards.
   */
  readonly engine?: Engine | undefined;
}

/**
 * A picture of what a unit (or any objective) looks for, by gradient ascent on the image.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, `bad-size`, `unsupported`; the signal's reason when
 * aborted.
 * @public
 */
export async function visualize(
  net: Network,
  target: UnitLike | Objective | string,
  options: VisualizeOptions = {},
): Promise<Picture> {
  const objective =
    typeof target === "object" && "terms" in target ? target : channel(formatUnit(resolveUnit(net, target)));
  const { preset: name = "lucid", seed = 0, signal, onProgress, engine: own, ...replaced } = options;
  const settings: AscentSettings = { ...preset(name), ...given(replaced) };
  return withEngine(net, own, async (engine) => {
    const history: number[] = [];
    let image: Image | undefined;
    let peak = 0;
    for await (const step of ascend(net, objective, { ...settings, engine, seed, signal })) {
      history.push(step.values[0]!);
      peak = step.peak;
      if (step.step === settings.steps) image = step.images()[0]!;
      onProgress?.({ task: objective.name, done: step.step, total: settings.steps });
    }
    const end = await measure(net, objective, engine, image!);
    return {
      image: image!,
      status: Math.max(peak, end.peak) > 0 || !Number.isFinite(peak) ? "alive" : "dead",
      value: end.value,
      history,
      settings: record(net, objective, { name, seed, engine: engine.name, settings, image: image! }),
    };
  });
}

/** Leaves out options given as `undefined`, so that they do not replace a preset's. */
function given(options: PartialSettings): Partial<AscentSettings> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<AscentSettings>;
}

function record(
  net: Network,
  objective: Objective,
  run: { name: PresetName; seed: number; engine: string; settings: AscentSettings; image: Image },
): PictureSettings {
  const { settings, image } = run;
  return {
    objective: objective.name,
    preset: run.name,
    steps: settings.steps,
    size: [image.height, image.width],
    transforms: settings.transforms.map((t) => t.name).join(" → ") || "none",
    optimizer: settings.optimizer.name,
    redirectSteps: settings.redirectSteps,
    seed: run.seed,
    engine: run.engine,
    preprocessing: net.input.preprocessing.name,
  };
}
