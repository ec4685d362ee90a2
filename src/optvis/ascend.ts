/**
 * The loop of feature visualization. Each step: draw the picture from its parameters, move it about a little, run the
 * network to the objective, take the gradient all the way back, and move the parameters uphill. Every part is a function
 * that can be replaced.
 */
import { createImage, type Image } from "../core/image.js";
import { createRandom } from "../core/random.js";
import { pause, throwIfAborted } from "../core/run.js";
import type { Engine } from "../engine/engine.js";
import { compile } from "../engine/plan.js";
import type { Network } from "../network/network.js";
import { overBackground } from "./background.js";
import { canvasOf } from "./canvas.js";
import { evaluate, ofPictures, targetsOf } from "./evaluate.js";
import type { Objective } from "./objective/objective.js";
import type { Pictures } from "./param/param.js";
import type { AscentSettings } from "./preset.js";
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
  /** Largest activation the objective looked at so far in each picture; 0 or less while nothing has excited it. */
  readonly peaks: readonly number[];
  /** Which pictures are done: out of steps, or on a plateau (see the setting). The loop ends when all are. */
  readonly done: readonly boolean[];
  /** The pictures as they are now, unmoved. */
  images(): Image[];
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
 * @throws LensError `bad-argument`, `bad-size` or `unsupported`; the signal's reason when aborted.
 * @public
 */
export async function* ascend(
  net: Network,
  objective: Objective,
  options: AscendOptions,
): AsyncGenerator<AscentStep, void> {
  const canvas = canvasOf(net, objective, options);
  const random = createRandom(options.seed ?? 0);
  const param = options.param(canvas, random);
  const parameters = param.start();
  const move = options.optimizer.start(parameters.length, options.steps);
  const transform = compose(options.transforms);
  const images = (): Image[] => splitImages(param.pictures(parameters));
  const peaks = new Array<number>(canvas.count).fill(Number.NEGATIVE_INFINITY);
  const plateaus = peaks.map(() => new Plateau(options.plateau));
  const executable = await options.engine.load(compile(net, targetsOf(objective)));
  try {
    for (let step = 0; step < options.steps; step++) {
      throwIfAborted(options.signal);
      const pictures = param.pictures(parameters);
      const laid = pictures.channels > canvas.channels ? overBackground(pictures, random) : null;
      const moved = transform.apply(laid?.pictures ?? pictures, random, step / Math.max(1, options.steps - 1));
      const redirect = step < options.redirectSteps;
      const climb = await evaluate(net, objective, { executable, pictures: moved.output, redirect });
      const crops = moved.output.count / canvas.count;
      const plain = ofPictures(climb.values, canvas.count);
      const direct = moved.adjoint(crops === 1 ? climb.gradient : climb.gradient.map((g) => g / crops));
      const { values, gradient } = laid?.back(plain, direct) ?? { values: plain, gradient: direct };
      move(parameters, param.adjoint(gradient));
      climb.peaks.forEach((peak, i) => {
        const n = Math.floor(i / crops);
        peaks[n] = Math.max(peaks[n]!, peak);
      });
      const done = plateaus.map((plateau, n) => plateau.reached(values[n]!) || step + 1 === options.steps);
      yield { step: step + 1, values, peaks: [...peaks], done, images };
      if (done.every(Boolean)) return;
      await pause();
    }
  } finally {
    executable.dispose();
  }
}

/** The objective on an unmoved picture; an opacity is laid over grey. */
export async function measure(
  net: Network,
  objective: Objective,
  engine: Engine,
  { height, width, channels, data }: Image,
): Promise<{ values: number[]; peaks: number[] }> {
  const executable = await engine.load(compile(net, targetsOf(objective)));
  const grey = { uniform: () => 0.5, normal: () => 0, int: () => 0, pick: <T>(items: readonly T[]) => items[0]! };
  const pictures = { count: 1, height, width, channels, data: Float64Array.from(data) };
  const laid = channels > executable.plan.channels ? overBackground(pictures, grey).pictures : pictures;
  try {
    return await evaluate(net, objective, { executable, pictures: laid, redirect: false });
  } finally {
    executable.dispose();
  }
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

function splitImages({ count, height, width, channels, data }: Pictures): Image[] {
  const each = height * width * channels;
  return Array.from({ length: count }, (_, n) =>
    createImage(height, width, channels, Float32Array.from(data.subarray(n * each, (n + 1) * each))),
  );
}
