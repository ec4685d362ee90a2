/**
 * The loop of feature visualization. Each step: draw the picture from its parameters, move it about a little, run the
 * network to the objective, take the gradient all the way back, and move the parameters uphill. Every part is a function
 * that can be replaced.
 */
import { LensError } from "../core/errors.js";
import { createImage, type Image } from "../core/image.js";
import { createRandom } from "../core/random.js";
import { pause, throwIfAborted } from "../core/run.js";
import { channelsOf } from "../core/shape.js";
import type { Engine, Executable, Volume } from "../engine/engine.js";
import { compile, type Target } from "../engine/plan.js";
import type { Network } from "../network/network.js";
import type { Objective } from "./objective.js";
import { toInput, toInputAdjoint } from "./preprocess.js";
import type { AscentSettings } from "./preset.js";
import { compose } from "./transform.js";

/**
 * One step of an ascent.
 *
 * @public
 */
export interface AscentStep {
  /** Number of updates made so far; the last is the number of steps. */
  readonly step: number;
  /** The objective, one number per picture, on the moved pictures of this step, before its update. */
  readonly values: readonly number[];
  /** Largest activation the objective looked at so far; 0 or less while nothing has excited it. */
  readonly peak: number;
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
  const canvas = canvasOf(net, options);
  const random = createRandom(options.seed ?? 0);
  const param = options.param(canvas, random);
  const parameters = param.start();
  const move = options.optimizer.start(parameters.length);
  const transform = compose(options.transforms);
  const images = (): Image[] => splitImages(param.pictures(parameters));
  const executable = await options.engine.load(compile(net, targetsOf(objective)));
  let peak = Number.NEGATIVE_INFINITY;
  try {
    for (let step = 0; step < options.steps; step++) {
      throwIfAborted(options.signal);
      const moved = transform.apply(param.pictures(parameters), random);
      const climb = await evaluate(net, objective, executable, moved.output, step < options.redirectSteps);
      peak = Math.max(peak, climb.peak);
      move(parameters, param.adjoint(moved.adjoint(climb.gradient)));
      yield { step: step + 1, values: climb.values, peak, images };
      await pause();
    }
  } finally {
    executable.dispose();
  }
}

/** The objective on pictures in 0…1, its gradient, and the largest activation it looked at. */
async function evaluate(
  net: Network,
  objective: Objective,
  executable: Executable,
  pictures: Volume,
  redirect: boolean,
): Promise<{ values: number[]; gradient: Float32Array; peak: number }> {
  const outputs = await executable.forward(toInput(pictures, net.input));
  const values = new Array<number>(pictures.count).fill(0);
  const direct = new Float32Array(pictures.data.length);
  const gradients: Float32Array[] = [];
  let peak = Number.NEGATIVE_INFINITY;
  for (const term of objective.terms) {
    const looksAt = term.of === "image" ? pictures : outputs[gradients.length]!;
    const { values: each, gradient } = term.evaluate(looksAt);
    each.forEach((value, n) => {
      values[n]! += term.weight * value;
    });
    if (term.of === "image") for (let i = 0; i < direct.length; i++) direct[i]! += term.weight * gradient[i]!;
    else {
      gradients.push(gradient.map((g) => g * term.weight));
      peak = looksAt.data.reduce((most, v) => Math.max(most, v), peak);
    }
  }
  const back = gradients.length > 0 ? await executable.backward(gradients, { redirect }) : null;
  const through = back && toInputAdjoint(back.data, pictures.channels, net.input);
  return { values, peak, gradient: through ? direct.map((d, i) => d + through[i]!) : direct };
}

/** The objective on unmoved pictures. */
export async function measure(
  net: Network,
  objective: Objective,
  engine: Engine,
  image: Image,
): Promise<{ value: number; peak: number }> {
  const executable = await engine.load(compile(net, targetsOf(objective)));
  try {
    const { values, peak } = await evaluate(net, objective, executable, { count: 1, ...image }, false);
    return { value: values[0]!, peak };
  } finally {
    executable.dispose();
  }
}

/** Which targets an objective needs from the network, one per term that looks at a layer. */
function targetsOf(objective: Objective): Target[] {
  return objective.terms.flatMap((term) => (term.of === "image" ? [] : [term.of]));
}

function canvasOf(net: Network, { size, count = 1, steps }: AscendOptions): Omit<Volume, "data"> {
  const [height, width] = typeof size === "number" ? [size, size] : size;
  for (const [name, n] of [
    ["size", height],
    ["size", width],
    ["count", count],
    ["steps", steps],
  ] as const) {
    if (!Number.isInteger(n) || n < 1)
      throw new LensError("bad-argument", `${name} is a whole number from 1; got ${n}`);
  }
  return { count, height, width, channels: channelsOf(net.input.shape) };
}

function splitImages({ count, height, width, channels, data }: Volume): Image[] {
  const each = height * width * channels;
  return Array.from({ length: count }, (_, n) =>
    createImage(height, width, channels, data.slice(n * each, (n + 1) * each)),
  );
}
