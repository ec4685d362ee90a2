/**
 * What an objective says of pictures: its values, its gradient all the way back to the pictures, and whether anything excited
 * what it looks at. Images that pictures are compared with run through the same network.
 */
import { LensError } from "../core/errors.js";
import type { Image } from "../core/image.js";
import type { Executable, Volume } from "../engine/engine.js";
import type { Target } from "../engine/plan.js";
import type { Network } from "../network/network.js";
import { isRectified } from "../network/sign.js";
import { fittingSize, resizeTo } from "./fitting-size.js";
import type { Objective, Term } from "./objective/objective.js";
import { type Canvas, joined, type Pictures } from "./param/param.js";
import { toInput, toInputAdjoint } from "./preprocess.js";

/** What an objective says of pictures. */
export interface ObjectiveEvaluation {
  /** One number per picture: the mean over its crops. */
  readonly values: number[];
  /** Gradient of the sum of the values with respect to all crops, and zero for the reference images. */
  readonly gradient: Float64Array;
  /** Largest activation it looked at in each picture; −∞ where it looks at none. */
  readonly maxActivation: number[];
  /**
   * Whether something excited what it looks at in each picture: a rectifier answered above 0, or, where it looks at values
   * that no rectifier cuts off, a gradient came.
   */
  readonly alive: boolean[];
}

/** Judges crops of each picture, then as many of each reference image. */
export type Evaluate = (stack: Pictures, options: { readonly redirect: boolean }) => Promise<ObjectiveEvaluation>;

/** The images that an objective's pictures are compared with, each once. */
export function referenceImages({ terms }: Objective): Image[] {
  return [...new Set(terms.flatMap(({ reference }) => reference ?? []))];
}

/** Pictures followed by images of their size. */
export function withImages(pictures: Pictures, images: readonly Image[]): Pictures {
  if (images.length === 0) return pictures;
  const data = joined([pictures.data, ...images.map((image) => Float64Array.from(image.data))]);
  return { ...pictures, count: pictures.count + images.length, data };
}

/** @throws LensError `bad-argument`, when an objective cannot be of so many pictures, or of pictures of this size. */
export function checkFits(objective: Objective, { count, height, width, channels }: Canvas): void {
  const apart = objective.terms.find((term) => term.acrossBatch && count < 2);
  if (apart) {
    throw new LensError(
      "bad-argument",
      `"${apart.name}" compares the pictures of a batch, and there is one; give one objective and count: 4`,
    );
  }
  for (const image of referenceImages(objective)) {
    if (image.height === height && image.width === width && image.channels === channels) continue;
    const [has, want] = [image, { height, width, channels }].map((s) => `${s.height}×${s.width}×${s.channels}`);
    throw new LensError(
      "bad-argument",
      `the image to compare with is ${has}, the picture ${want}; give the image that size, or set size to its height and width`,
    );
  }
}

/** Prepares an objective for so many pictures. */
export function createEvaluate(net: Network, objective: Objective, executable: Executable, count: number): Evaluate {
  const images = referenceImages(objective);
  const rectified = objective.terms.map(({ of }) => of !== "image" && !of.preActivation && isRectified(net, of.layer));
  return async (given, { redirect }) => {
    const size = fittingSize(executable.plan, [given.height, given.width], net.input);
    const { output: stack, adjoint } = resizeTo(given, size);
    const crops = stack.count / (count + images.length);
    const pictures = part(stack, 0, count * crops);
    const references = images.length > 0 ? part(stack, count * crops, stack.count) : null;
    const referenceOutputs = references && (await executable.forward(toInput(references, net.input)));
    const outputs = await executable.forward(toInput(pictures, net.input));
    const values = new Array<number>(pictures.count).fill(0);
    const maxActivation = new Array<number>(count).fill(Number.NEGATIVE_INFINITY);
    const excited = new Array<boolean>(count).fill(false);
    const direct = new Float64Array(pictures.data.length);
    const gradients: Float32Array[] = [];
    objective.terms.forEach((term, i) => {
      const at = gradients.length;
      const looksAt = term.of === "image" ? rounded(pictures) : outputs[at]!;
      const all = references && (term.of === "image" ? rounded(references) : referenceOutputs![at]!);
      const place = term.reference ? images.indexOf(term.reference) : 0;
      const other = term.reference && all ? part(all, place * crops, (place + 1) * crops) : undefined;
      const { values: each, gradient } = term.evaluate(looksAt, other);
      each.forEach((value, n) => {
        values[n]! += term.weight * value;
      });
      if (term.of === "image") {
        for (let k = 0; k < direct.length; k++) direct[k]! += term.weight * gradient[k]!;
        return;
      }
      gradients.push(gradient.map((g) => g * term.weight));
      const own = peaksOf(looksAt, count, term);
      own.forEach((peak, n) => {
        maxActivation[n] = Math.max(maxActivation[n]!, peak);
        if (rectified[i] && peak > 0) excited[n] = true;
      });
    });
    const back = gradients.length > 0 ? await executable.backward(gradients, { redirect }) : null;
    const through = back && toInputAdjoint(back.data, pictures.channels, net.input);
    if (through) for (let i = 0; i < direct.length; i++) direct[i]! += through[i]!;
    const came = hasGradient(through ?? direct, count);
    const isFree = unrectified(objective, rectified, count);
    const gradient = crops === 1 ? direct : direct.map((g) => g / crops);
    return {
      values: meanOverCrops(values, count),
      gradient: adjoint(references ? joined([gradient, new Float64Array(references.data.length)]) : gradient),
      maxActivation,
      alive: excited.map((is, n) => is || (isFree[n]! && came[n]!)),
    };
  };
}

/** Which targets an objective needs from the network, one per term that looks at a layer. */
export function targetsOf(objective: Objective): Target[] {
  return objective.terms.flatMap((term) => (term.of === "image" ? [] : [term.of]));
}

/** Pictures or maps from one to before another. */
function part<T extends Float32Array | Float64Array>(
  stack: Canvas & { readonly data: T },
  from: number,
  to: number,
): Canvas & { readonly data: T } {
  const length = stack.data.length / stack.count;
  return { ...stack, count: to - from, data: stack.data.subarray(from * length, to * length) as T };
}

/** Pictures as objectives see them. */
function rounded({ data, ...shape }: Pictures): Volume {
  return { ...shape, data: Float32Array.from(data) };
}

/** The largest activation of each picture's maps; −∞ for pictures that a term does not count for. */
function peaksOf({ data }: Volume, count: number, { picture }: Term): number[] {
  const length = data.length / count;
  return Array.from({ length: count }, (_, n) => {
    if (picture && picture.number !== n) return Number.NEGATIVE_INFINITY;
    let peak = Number.NEGATIVE_INFINITY;
    for (let i = n * length; i < (n + 1) * length; i++) if (data[i]! > peak) peak = data[i]!;
    return peak;
  });
}

/** Whether a gradient comes to each picture. */
function hasGradient(gradient: Float64Array, count: number): boolean[] {
  const length = gradient.length / count;
  return Array.from({ length: count }, (_, n) => gradient.subarray(n * length, (n + 1) * length).some((g) => g !== 0));
}

/** Of each picture, whether its objective looks at a layer that no rectifier cuts off, or at none. */
function unrectified({ terms }: Objective, rectified: readonly boolean[], count: number): boolean[] {
  return Array.from({ length: count }, (_, n) => {
    const layers = terms.flatMap(({ of, picture }, i) =>
      of === "image" || (picture && picture.number !== n) ? [] : [rectified[i]!],
    );
    return layers.length === 0 || layers.includes(false);
  });
}

/** The mean of each picture's crops. */
function meanOverCrops(ofCrops: readonly number[], pictures: number): number[] {
  const crops = ofCrops.length / pictures;
  return Array.from({ length: pictures }, (_, n) =>
    ofCrops.slice(n * crops, (n + 1) * crops).reduce((sum, value) => sum + value / crops, 0),
  );
}
