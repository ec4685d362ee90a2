/** Pictures of what units look for: the one-liner over `ascend`, for one unit or for many. */
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import { createRandom } from "../core/random.js";
import type { RunOptions } from "../core/run.js";
import { channelsOf } from "../core/shape.js";
import { formatUnit, type UnitLike } from "../core/unit.js";
import { withEngine } from "../engine/choose.js";
import type { Engine } from "../engine/engine.js";
import { type Network, resolveUnit } from "../network/network.js";
import { ascend, measure } from "./ascend.js";
import { each } from "./objective/batches.js";
import type { Objective } from "./objective/objective.js";
import { channel } from "./objective/units.js";
import { steppersApart } from "./optimizer/optimizer.js";
import { picturesApart } from "./param/param.js";
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
  /** Share of the rise below which it stopped early; 0 is never. */
  readonly plateau: number;
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
   * @defaultValue "swift"
   */
  readonly preset?: PresetName | undefined;
  /**
   * All chance comes from it: same seed, same engine, same targets at once, same pixels.
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
 * Options of `visualize` for many targets.
 *
 * @public
 */
export interface VisualizeManyOptions extends VisualizeOptions {
  /**
   * How many are made at once; they share the work of the network.
   *
   * @defaultValue 4
   */
  readonly batch?: number | undefined;
  /**
   * Threads among which the batches are shared, in Node; the pictures are the same. What is sent to them are objectives of the
   * library, a preset and numbers: functions (`param`, `transforms`, `optimizer`, terms of your own) cannot be.
   *
   * @defaultValue 1
   */
  readonly workers?: number | undefined;
  /** Told of every picture as soon as it is finished, with its place among the targets. */
  readonly onPicture?: ((picture: Picture, place: number) => void | Promise<void>) | undefined;
}

/** A unit, or an objective of any kind. */
export type TargetLike = UnitLike | Objective | string;

/**
 * A picture of what a unit (or any objective) looks for, by gradient ascent on the image. For a list, a picture of each, climbing as
 * it would alone; the units of a whole layer are `unitsOf(net, layer)`.
 *
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, `bad-size`, `unsupported`; the signal's reason when
 * aborted.
 * @public
 */
export async function visualize(net: Network, target: TargetLike, options?: VisualizeOptions): Promise<Picture>;
/**
 * A picture of each of several targets, in their order.
 *
 * @public
 */
export async function visualize(
  net: Network,
  targets: readonly TargetLike[],
  options?: VisualizeManyOptions,
): Promise<Picture[]>;
export async function visualize(
  net: Network,
  target: TargetLike | readonly TargetLike[],
  options: VisualizeManyOptions = {},
): Promise<Picture | Picture[]> {
  const many = Array.isArray(target);
  const targets = (many ? target : [target]) as readonly TargetLike[];
  const objectives = targets.map((one) => objectiveOf(net, one));
  const { workers = 1, ...alone } = options;
  if (workers !== 1)
    throw new LensError("unsupported", "workers are threads of Node, which are not to be had here; leave workers out");
  const { preset: name = "swift", seed = 0, batch = 4, signal, onProgress, onPicture, engine: own, ...given } = alone;
  checkNumber("batch", batch);
  const settings: AscentSettings = { ...preset(name), ...defined(given) };
  const pictures: Picture[] = [];
  await withEngine(net, own, async (engine) => {
    for (let first = 0; first < objectives.length; first += batch) {
      const group = objectives.slice(first, first + batch);
      const task = group.map((one) => one.name).join(", ");
      const report =
        onProgress &&
        ((step: number) =>
          onProgress({
            task,
            done: first * settings.steps + step * group.length,
            total: objectives.length * settings.steps,
          }));
      const made = await climb(net, group, { settings, name, seed, engine, signal, report });
      // Those that ended on a plateau have no steps left to make.
      if (made.every(({ history }) => history.length < settings.steps)) report?.(settings.steps);
      for (const picture of made) {
        await onPicture?.(picture, pictures.length);
        pictures.push(picture);
      }
    }
  });
  return many ? pictures : pictures[0]!;
}

/** @throws LensError `bad-argument`, unless an option is a whole number from 1. */
export function checkNumber(name: string, number: number): void {
  if (Number.isInteger(number) && number >= 1) return;
  throw new LensError("bad-argument", `${name} is a whole number from 1; got ${JSON.stringify(number)}`);
}

/**
 * All units of a layer.
 *
 * @throws LensError `unknown-layer`.
 * @public
 */
export function unitsOf(net: Network, layer: string): string[] {
  const { name, output } = net.layer(layer);
  return Array.from({ length: channelsOf(output) }, (_, index) => formatUnit({ layer: name, channel: index }));
}

/**
 * The objective that a target stands for: a unit's is its channel's.
 *
 * @throws LensError `unknown-layer`, `bad-unit`.
 */
export function objectiveOf(net: Network, target: TargetLike): Objective {
  if (typeof target === "object" && "terms" in target) return target;
  return channel(formatUnit(resolveUnit(net, target)));
}

interface Run {
  readonly settings: AscentSettings;
  readonly name: PresetName;
  readonly seed: number;
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  readonly report: ((step: number) => void) | undefined;
}

/** Pictures of a few objectives at once: each as if it were alone. */
async function climb(
  net: Network,
  objectives: readonly Objective[],
  { settings, name, seed, engine, signal, report }: Run,
): Promise<Picture[]> {
  const count = objectives.length;
  const whole = count === 1 ? objectives[0]! : each(objectives);
  const own = count === 1 ? settings : apartFrom(settings, count, seed);
  const histories: number[][] = objectives.map(() => []);
  const images = new Array<Image | undefined>(count).fill(undefined);
  let peaks: readonly number[] = [];
  for await (const step of ascend(net, whole, { ...own, count, engine, seed, signal })) {
    peaks = step.peaks;
    const ended = step.done.map((done, n) => done && !images[n]);
    histories.forEach((history, n) => {
      if (!images[n]) history.push(step.values[n]!);
    });
    if (ended.some(Boolean)) {
      const now = step.images();
      ended.forEach((ends, n) => {
        if (ends) images[n] = now[n];
      });
    }
    report?.(step.step);
  }
  const pictures: Picture[] = [];
  for (const [n, objective] of objectives.entries()) {
    const image = images[n]!;
    const end = await measure(net, objective, engine, image);
    const peak = Math.max(peaks[n]!, end.peaks[0]!);
    pictures.push({
      image,
      status: peak > 0 || peak === Number.NEGATIVE_INFINITY ? "alive" : "dead",
      value: end.values[0]!,
      history: histories[n]!,
      settings: record(net, objective, {
        name,
        seed,
        engine: engine.name,
        settings,
        image,
        steps: histories[n]!.length,
      }),
    });
  }
  return pictures;
}

/** Settings under which the pictures of a batch do not know of each other. */
function apartFrom(settings: AscentSettings, count: number, seed: number): AscentSettings {
  // The first draws from the stream that goes on to draw the transforms, as it would alone; the others from copies of it.
  const copies = Array.from({ length: count - 1 }, () => createRandom(seed));
  return {
    ...settings,
    param: (canvas, random) => picturesApart(settings.param, [random, ...copies])(canvas, random),
    optimizer: steppersApart(settings.optimizer, count),
  };
}

/** Leaves out options given as `undefined`, so that they do not replace a preset's. */
function defined(options: PartialSettings): Partial<AscentSettings> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<AscentSettings>;
}

function record(
  net: Network,
  objective: Objective,
  run: { name: PresetName; seed: number; engine: string; settings: AscentSettings; image: Image; steps: number },
): PictureSettings {
  const { settings, image } = run;
  return {
    objective: objective.name,
    preset: run.name,
    steps: run.steps,
    size: [image.height, image.width],
    transforms: settings.transforms.map((t) => t.name).join(" → ") || "none",
    optimizer: settings.optimizer.name,
    redirectSteps: settings.redirectSteps,
    plateau: settings.plateau,
    seed: run.seed,
    engine: run.engine,
    preprocessing: net.input.preprocessing.name,
  };
}
