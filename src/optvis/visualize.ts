/** Pictures of what units look for: the one-liner over `ascend`, for one unit or for many. */
import { checkOptions } from "../core/check.js";
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import { shown, wholeNumber } from "../core/numbers.js";
import { throwIfAborted, untilAborted } from "../core/run.js";
import { channelsOf } from "../core/shape.js";
import { formatUnit, type UnitLike } from "../core/unit.js";
import { withEngine } from "../engine/choose.js";
import type { Engine } from "../engine/engine.js";
import { checkNetwork, type Network, resolveUnit } from "../network/network.js";
import { createResult } from "../network/result.js";
import { ascend, measure } from "./ascend.js";
import { type CanvasChoice, fieldOf, sizeFor } from "./canvas.js";
import { type Group, groupsOf } from "./group.js";
import { independentBatch } from "./independent-batch.js";
import { each } from "./objective/batches.js";
import type { Objective } from "./objective/objective.js";
import { type Picture, settingsOf } from "./picture.js";
import { type AscentSettings, fittedTo, type PresetName, preset } from "./preset.js";
import { checkSettings } from "./settings.js";
import { unitObjective } from "./unit-objective.js";
import {
  type PartialSettings,
  type VisualizeManyOptions,
  type VisualizeOptions,
  type VisualizeTogetherOptions,
  visualizeOptions,
} from "./visualize-options.js";

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
export async function visualize(
  net: Network,
  target: TargetLike,
  options?: VisualizeOptions & { readonly count?: undefined },
): Promise<Picture>;
/**
 * Several pictures of one objective, climbing together.
 *
 * @throws LensError as above.
 * @public
 */
export async function visualize(
  net: Network,
  target: TargetLike,
  options: VisualizeTogetherOptions,
): Promise<Picture[]>;
/**
 * A picture of each of several targets, in their order.
 *
 * @throws LensError as above.
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
  options: VisualizeManyOptions & { readonly count?: number | undefined } = {},
): Promise<Picture | Picture[]> {
  checkNetwork(net);
  checkOptions(visualizeOptions, options);
  const many = Array.isArray(target);
  const targets = (many ? target : [target]) as readonly TargetLike[];
  const objectives = targets.map((one) => objectiveOf(net, one));
  const { workers = 1, preset: name = "swift", seed = 0, batch = 4, count, ...rest } = options;
  const { engine: own, signal, onProgress, onPicture, transparency = false, ...given } = rest;
  if (workers !== 1)
    throw new LensError("unsupported", "workers are threads of Node, which are not to be had here; leave workers out");
  wholeNumber("batch", batch, 1);
  if (many && count !== undefined)
    throw new LensError(
      "bad-argument",
      "count is for one objective, and there is a list; give one, or leave count out",
    );
  const start = preset(name);
  const settings: AscentSettings = { ...start, size: given.param?.size ?? start.size, ...defined(given) };
  checkSettings(settings);
  throwIfAborted(signal);
  const canvas = { size: settings.size, asked: given.size !== undefined };
  const groups =
    count === undefined
      ? groupsOf(net, objectives, { ...canvas, batch })
      : [togetherOf(net, objectives[0]!, { ...canvas, count })];
  const total = groups.reduce((sum, { places }) => sum + places.length, 0);
  const pictures = new Array<Picture>(total);
  await withEngine(net, { engine: own, signal }, async (engine) => {
    let [finished, told] = [0, 0];
    for (const group of groups) {
      const task = group.objectives.map((one) => one.name).join(", ");
      const { places } = group;
      const done = (step: number): number => finished * settings.steps + step * places.length;
      const report =
        onProgress && ((step: number) => onProgress({ task, done: done(step), total: total * settings.steps }));
      const fitted = { ...settings, ...fittedTo(name, group.field), ...defined(given) };
      const made = await picturesOf(net, group, {
        settings: fitted,
        name,
        seed,
        transparency,
        engine,
        signal,
        report,
      });
      // Those that ended on a plateau have no steps left to make.
      if (made.every(({ history }) => history.length < settings.steps))
        await untilAborted(signal, report?.(settings.steps));
      places.forEach((place, i) => {
        pictures[place] = made[i]!;
      });
      for (; pictures[told]; told++) await untilAborted(signal, onPicture?.(pictures[told]!, told));
      finished += places.length;
    }
  });
  return many || count !== undefined ? pictures : pictures[0]!;
}

/**
 * All units of a layer.
 *
 * @throws LensError `unknown-layer`.
 * @public
 */
export function unitsOf(net: Network, layer: string): string[] {
  checkNetwork(net);
  const { name, output } = net.layer(layer);
  return Array.from({ length: channelsOf(output) }, (_, index) => formatUnit({ layer: name, channel: index }));
}

/**
 * The objective of a target: the mean over a unit's map, or the logit of a class behind a softmax.
 *
 * @throws LensError `unknown-layer`, `bad-unit`.
 */
export function objectiveOf(net: Network, target: TargetLike): Objective {
  if (typeof target === "object" && target !== null && "terms" in target) return target;
  if (typeof target !== "string" && (typeof target !== "object" || target === null)) {
    throw new LensError("bad-argument", `a target is a unit such as "layer:3", or an objective; got ${shown(target)}`);
  }
  return unitObjective(net, resolveUnit(net, target), "channel");
}

/** Pictures of one objective that know of each other. */
function togetherOf(
  net: Network,
  objective: Objective,
  { count, ...canvas }: CanvasChoice & { readonly count: number },
): Group {
  const places = Array.from({ length: wholeNumber("count", count, 1) }, (_, n) => n);
  return {
    objectives: [objective],
    places,
    size: sizeFor(net, objective, canvas),
    field: fieldOf(net, objective, canvas),
  };
}

interface Run {
  readonly settings: AscentSettings;
  readonly name: PresetName;
  readonly seed: number;
  readonly transparency: boolean;
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  readonly report: ((step: number) => unknown) | undefined;
}

/** The pictures of a group: one per objective, each as if it were alone, or all of one objective. */
async function picturesOf(net: Network, { objectives, places, size }: Group, run: Run): Promise<Picture[]> {
  const { settings, name, seed, engine, signal, report } = run;
  const batch = places.length;
  const areApart = objectives.length === batch && batch > 1;
  const whole = areApart ? each(objectives) : objectives[0]!;
  const own = areApart ? independentBatch(settings, batch, seed) : settings;
  const histories: number[][] = places.map(() => []);
  const images = new Array<Image | undefined>(batch).fill(undefined);
  const pushed: Image[] = [];
  let alive: readonly boolean[] = [];
  for await (const step of ascend(net, whole, { ...own, size, count: batch, engine, seed, signal })) {
    alive = step.alive;
    const ended = step.done.map((done, n) => done && !images[n]);
    histories.forEach((history, n) => {
      if (!images[n]) history.push(step.values[n]!);
    });
    if (ended.some(Boolean)) {
      const [now, pushes] = [step.images(), run.transparency ? step.transparency() : []];
      ended.forEach((ends, n) => {
        if (!ends) return;
        images[n] = now[n];
        if (run.transparency) pushed[n] = pushes[n]!;
      });
    }
    await untilAborted(signal, report?.(step.step));
  }
  const finished = images as Image[];
  const ends = await endsOf(net, objectives, engine, finished);
  return finished.map((image, n) => {
    const record = settingsOf(settings, {
      objective: (objectives[n] ?? objectives[0]!).name,
      preset: name,
      stepsDone: histories[n]!.length,
      size,
      batch: objectives.length,
      count: batch / objectives.length,
      seed,
    });
    const found = {
      image,
      status: ends[n]!.alive ? "alive" : alive[n]! ? "weak" : "dead",
      value: ends[n]!.value,
      history: histories[n]!,
      ...(pushed[n] && { transparency: pushed[n] }),
    } as const;
    return createResult("picture", net, { engine, settings: record }, found);
  });
}

/** The objective of each finished picture: of its own, or of all of them together. */
async function endsOf(
  net: Network,
  objectives: readonly Objective[],
  engine: Engine,
  images: readonly Image[],
): Promise<{ readonly value: number; readonly alive: boolean }[]> {
  const parts = objectives.length === images.length ? images.map((image) => [image]) : [images];
  const ends = [];
  for (const [n, part] of parts.entries()) {
    const { values, alive } = await measure(net, objectives[n]!, engine, part);
    ends.push(...values.map((value, i) => ({ value, alive: alive[i]! })));
  }
  return ends;
}

/** Leaves out options given as `undefined`, so that they do not replace a preset's. */
function defined(options: PartialSettings): Partial<AscentSettings> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<AscentSettings>;
}
