/**
 * The loop of feature visualization. Each step: draw the picture from its parameters, move it about a little, run the
 * network to the objective, take the gradient all the way back, and move the parameters uphill. Every part is a function
 * that can be replaced.
 */
import { LensError } from "../core/errors.js";
import { createBands, type Image } from "../core/image.js";
import { createRandom } from "../core/random.js";
import { pause, throwIfAborted } from "../core/run.js";
import type { Engine } from "../engine/engine.js";
import { compile } from "../engine/plan.js";
import type { Network } from "../network/network.js";
import { overBackground, randomBackground } from "./background.js";
import { canvasOf } from "./canvas.js";
import { checkFits, createEvaluate, referenceImages, targetsOf, withImages } from "./evaluate.js";
import type { Objective } from "./objective/objective.js";
import { joined, type Pictures } from "./param/param.js";
import type { AscentSettings } from "./preset.js";
import { checkSettings } from "./settings.js";
import { compose } from "./transform/transform.js";

/**
 * One step of an ascent.
 *
 * @public
 */
export interface AscentStep {
  /** Number of updates made so far. */
  readonly step: number;
  /** The objective, one number per picture, on the moved pictures of this step, before its update. */
  readonly values: readonly number[];
  /** Largest activation the objective looked at so far in each picture; −∞ where it looks at no layer. */
  readonly peaks: readonly number[];
  /**
   * Whether something has excited what the objective looks at in each picture so far: a rectifier answered above 0, or, where
   * it looks at values that no rectifier cuts off, a gradient came.
   */
  readonly alive: readonly boolean[];
  /** Which pictures are done: out of steps, or on a plateau (see the setting). The loop ends when all are. */
  readonly done: readonly boolean[];
  /** The pictures as they are now, unmoved. */
  images(): Image[];
  /**
   * Where the climb has pushed so far, a grey image for each picture: `Σ_steps |∂ objective / ∂ picture|`, summed over channels and
   * divided by its largest value (MACO's transparency).
   */
  transparency(): Image[];
}

/**
 * Options of `ascend`: settings (see `preset`), and what to run on.
 *
 * @public
 */
export interface AscendOptions extends AscentSettings {
  /** Runs the network. */
  readonly engine: Engine;
  /**
   * All chance comes from it.
   *
   * @defaultValue 0
   */
  readonly seed?: number | undefined;
  /**
   * Number of pictures made at once.
   *
   * @defaultValue 1
   */
  readonly count?: number | undefined;
  /** Aborts between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Climbs an objective, yielding after every step. Leaving the loop early releases everything.
 *
 * @throws LensError `bad-argument`, `bad-size` or `unsupported`, also when the climb runs off to values that are not finite; the
 * signal's reason when aborted.
 * @public
 */
export async function* ascend(
  net: Network,
  objective: Objective,
  options: AscendOptions,
): AsyncGenerator<AscentStep, void> {
  checkSettings(options);
  throwIfAborted(options.signal);
  const canvas = canvasOf(net, objective, options);
  checkFits(objective, canvas);
  const random = createRandom(options.seed ?? 0);
  const param = options.param.prepare(canvas, random);
  const parameters = param.start();
  const move = options.optimizer.start(parameters.length, options.steps);
  const transform = compose(options.transforms);
  const references = referenceImages(objective);
  const images = (): Image[] => splitImages(param.pictures(parameters), canvas.channels);
  const pushes = new Float64Array(canvas.count * canvas.height * canvas.width);
  const transparency = (): Image[] => splitImages({ ...canvas, channels: 1, data: pushes }, 1).map(toLargest);
  const peaks = new Array<number>(canvas.count).fill(Number.NEGATIVE_INFINITY);
  const alive = peaks.map(() => false);
  const plateaus = peaks.map(() => new Plateau(options.plateau));
  const executable = await options.engine.load(compile(net, targetsOf(objective)));
  const judge = createEvaluate(net, objective, executable, canvas.count);
  try {
    for (let step = 0; step < options.steps; step++) {
      throwIfAborted(options.signal);
      const pictures = param.pictures(parameters);
      const laid = hasOpacity(pictures, canvas) ? overBackground(pictures, randomBackground(canvas, random)) : null;
      const stack = withImages(laid?.pictures ?? pictures, references);
      const moved = transform.apply(stack, random, step / Math.max(1, options.steps - 1));
      const judged = await judge(moved.output, { redirect: step < options.redirectSteps });
      const direct = moved.adjoint(judged.gradient).subarray(0, (stack.data.length / stack.count) * canvas.count);
      const { values, gradient } = laid?.back(judged.values, direct) ?? { values: judged.values, gradient: direct };
      checkFinite(step, values, pictures.data);
      addPushes(pushes, gradient);
      move(parameters, param.adjoint(gradient));
      for (let n = 0; n < canvas.count; n++) {
        peaks[n] = Math.max(peaks[n]!, judged.maxActivation[n]!);
        alive[n] ||= judged.alive[n]!;
      }
      const done = plateaus.map((plateau, n) => plateau.reached(values[n]!) || step + 1 === options.steps);
      yield { step: step + 1, values, peaks: [...peaks], alive: [...alive], done, images, transparency };
      if (done.every(Boolean)) return;
      await pause();
    }
  } finally {
    executable.dispose();
  }
}

/**
 * The objective on unmoved pictures; those with an opacity are laid over grey, and count by how little they cover, as in the
 * climb.
 */
export async function measure(
  net: Network,
  objective: Objective,
  engine: Engine,
  pictures: readonly Image[],
): Promise<{ values: number[]; alive: boolean[] }> {
  const executable = await engine.load(compile(net, targetsOf(objective)));
  const { height, width, channels } = pictures[0]!;
  const data = joined(pictures.map((picture) => Float64Array.from(picture.data)));
  const all = { count: pictures.length, height, width, channels, data };
  const grey = (): Float64Array => new Float64Array(height * width * (channels - 1)).fill(0.5);
  const laid = hasOpacity(all, executable.plan) ? overBackground(all, grey()) : null;
  try {
    const judge = createEvaluate(net, objective, executable, all.count);
    const stack = withImages(laid?.pictures ?? all, referenceImages(objective));
    const { values: plain, gradient, alive } = await judge(stack, { redirect: false });
    const { values } = laid?.back(plain, gradient) ?? { values: plain };
    checkFinite("the end", values, data);
    return { values, alive };
  } finally {
    executable.dispose();
  }
}

/** Adds |gradient|, summed over the channels of each pixel. */
function addPushes(pushes: Float64Array, gradient: Float64Array): void {
  const channels = gradient.length / pushes.length;
  for (let i = 0; i < gradient.length; i++) pushes[Math.floor(i / channels)]! += Math.abs(gradient[i]!);
}

/** An image divided by its largest value; one without any is left. */
function toLargest(image: Image): Image {
  const largest = image.data.reduce((most, value) => Math.max(most, value), 0);
  return largest > 0 ? { ...image, data: image.data.map((value) => value / largest) } : image;
}

function hasOpacity(pictures: Pictures, { channels }: { readonly channels: number }): boolean {
  return pictures.channels > channels;
}

/** @throws LensError `bad-argument`, when a climb has run off. */
function checkFinite(step: number | string, values: readonly number[], pictures: Float64Array): void {
  if (values.every(Number.isFinite) && pictures.every(Number.isFinite)) return;
  const at = typeof step === "number" ? `step ${step + 1}` : step;
  throw new LensError(
    "bad-argument",
    `the climb ran off: at ${at} the objective is ${values.join(", ")}, or the picture is not finite; give a smaller learningRate`,
  );
}

/** Tells when values rise no more: over a quarter of the steps, at least 32, by less than a share of the whole rise. */
class Plateau {
  readonly #share: number;
  readonly #values: number[] = [];
  #reached = false;

  constructor(share: number) {
    this.#share = share;
  }

  reached(value: number): boolean {
    const values = this.#values;
    values.push(value);
    const window = Math.max(32, Math.floor(values.length / 4));
    if (this.#share <= 0 || this.#reached || values.length < 2 * window) return this.#reached;
    const recent = mean(values.slice(-window));
    const before = mean(values.slice(-2 * window, -window));
    this.#reached = recent - before < this.#share * (recent - values[0]!);
    return this.#reached;
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

function splitImages({ count, height, width, channels, data }: Pictures, bands: number): Image[] {
  const each = height * width * channels;
  return Array.from({ length: count }, (_, n) =>
    createBands(
      { height, width, bands, alpha: channels > bands },
      Float32Array.from(data.subarray(n * each, (n + 1) * each)),
    ),
  );
}
