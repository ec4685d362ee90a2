/** An objective on pictures: its values, its gradient all the way back to the pictures, and what it looked at. */
import type { Executable, Volume } from "../engine/engine.js";
import type { Target } from "../engine/plan.js";
import type { Network } from "../network/network.js";
import type { Objective } from "./objective/objective.js";
import type { Pictures } from "./param/param.js";
import { toInput, toInputAdjoint } from "./preprocess.js";

/** What an objective says of pictures. */
export interface Climb {
  /** The objective, one number per picture. */
  readonly values: number[];
  /** Gradient of the sum of the values with respect to the pictures. */
  readonly gradient: Float64Array;
  /** Largest activation it looked at in each picture; −∞ where it looks at none. */
  readonly peaks: number[];
}

/** Evaluates an objective on pictures in 0…1, as many as are at hand. */
export async function evaluate(
  net: Network,
  objective: Objective,
  { executable, pictures, redirect }: { executable: Executable; pictures: Pictures; redirect: boolean },
): Promise<Climb> {
  const outputs = await executable.forward(toInput(pictures, net.input));
  const values = new Array<number>(pictures.count).fill(0);
  const peaks = new Array<number>(pictures.count).fill(Number.NEGATIVE_INFINITY);
  const direct = new Float64Array(pictures.data.length);
  const gradients: Float32Array[] = [];
  for (const term of objective.terms) {
    const looksAt = term.of === "image" ? rounded(pictures) : outputs[gradients.length]!;
    const { values: each, gradient } = term.evaluate(looksAt);
    each.forEach((value, n) => {
      values[n]! += term.weight * value;
    });
    if (term.of === "image") for (let i = 0; i < direct.length; i++) direct[i]! += term.weight * gradient[i]!;
    else {
      gradients.push(gradient.map((g) => g * term.weight));
      notePeaks(peaks, looksAt, gradient);
    }
  }
  const back = gradients.length > 0 ? await executable.backward(gradients, { redirect }) : null;
  const through = back && toInputAdjoint(back.data, pictures.channels, net.input);
  if (through) for (let i = 0; i < direct.length; i++) direct[i]! += through[i]!;
  return { values, peaks, gradient: direct };
}

/** Pictures as objectives see them. */
function rounded({ data, ...shape }: Pictures): Volume {
  return { ...shape, data: Float32Array.from(data) };
}

/** The largest activation of each picture's maps, of those maps that count for it. */
function notePeaks(peaks: number[], { count, data }: Volume, gradient: Float32Array): void {
  const length = data.length / count;
  for (let n = 0; n < count; n++) {
    const own = gradient.subarray(n * length, (n + 1) * length);
    if (count > 1 && !own.some((g) => g !== 0)) continue;
    for (let i = n * length; i < (n + 1) * length; i++) if (data[i]! > peaks[n]!) peaks[n] = data[i]!;
  }
}

/** Which targets an objective needs from the network, one per term that looks at a layer. */
export function targetsOf(objective: Objective): Target[] {
  return objective.terms.flatMap((term) => (term.of === "image" ? [] : [term.of]));
}

/** The mean of each picture's crops. */
export function ofPictures(ofCrops: readonly number[], pictures: number): number[] {
  const crops = ofCrops.length / pictures;
  return Array.from({ length: pictures }, (_, n) =>
    ofCrops.slice(n * crops, (n + 1) * crops).reduce((sum, value) => sum + value / crops, 0),
  );
}
