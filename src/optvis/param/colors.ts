/**
 * From unbounded planes to colours in 0…1, the last part of every parameterization:
 *
 *     picture = sigmoid(M · t)        or, clipped,  picture = min(max(M · t + mean, 0), 1)
 *
 * with M Lucid's square root of the covariance of colours, so that the axes of t vary alike in photographs.
 */
import { optional } from "valibot";
import { flagSchema, type OptionSchemas, oneOf } from "../../core/check.js";
import { LensError } from "../../core/errors.js";
import { colorMean, mixColors } from "../../math/color.js";
import type { Prepare } from "./param.js";

/**
 * Options of colours.
 *
 * @public
 */
export interface ColorOptions {
  /**
   * Mixes decorrelated colours to RGB; only for 3 channels.
   *
   * @defaultValue true for 3 channels
   */
  readonly decorrelate?: boolean | undefined;
  /**
   * How values come to lie in 0…1: softly through a sigmoid, or cut off. Cut off, a value waits at the border until the
   * gradient leads it back.
   *
   * @defaultValue "sigmoid"
   */
  readonly range?: "sigmoid" | "clip" | undefined;
}

/** What names leave out. */
export const colorDefaults = { range: "sigmoid" } as const;

/** Schemas of `ColorOptions`. */
export const colorSchemas: OptionSchemas<ColorOptions> = {
  decorrelate: optional(flagSchema),
  range: optional(oneOf("sigmoid", "clip")),
};

/** Planes as pictures. */
export function colored(planes: Prepare, { decorrelate, range = "sigmoid" }: ColorOptions): Prepare {
  if (range !== "sigmoid" && range !== "clip")
    throw new LensError("bad-argument", `range is "sigmoid" or "clip"; got ${JSON.stringify(range)}`);
  return (canvas, random) => {
    const mixes = mixesColors(decorrelate, canvas.channels);
    const inner = planes(canvas, random);
    let before = new Float64Array(0);
    let output = new Float64Array(0);
    return {
      start: () => inner.start(),
      pictures(parameters) {
        const { data } = inner.pictures(parameters);
        if (mixes) mixColors(data);
        if (range === "sigmoid") output = sigmoid(data);
        else {
          before = data.map((t, i) => t + (mixes ? colorMean[i % 3]! : 0.5));
          output = before.map((t) => Math.min(Math.max(t, 0), 1));
        }
        return { ...canvas, data: output };
      },
      adjoint(gradient) {
        const back =
          range === "sigmoid"
            ? sigmoidAdjoint(gradient, output)
            : gradient.map((g, i) => ((before[i]! < 0 && g < 0) || (before[i]! > 1 && g > 0) ? 0 : g));
        if (mixes) mixColors(back, true);
        return inner.adjoint(back);
      },
    };
  };
}

// Plain loops: callbacks on typed arrays cost as much as a small layer of the network.

/** `1 / (1 + e^−t)`. */
export function sigmoid(t: Float64Array): Float64Array<ArrayBuffer> {
  const output = new Float64Array(t.length);
  for (let i = 0; i < t.length; i++) output[i] = 1 / (1 + Math.exp(-t[i]!));
  return output;
}

/** The gradient through a sigmoid, from what came out of it. */
export function sigmoidAdjoint(gradient: Float64Array, output: Float64Array): Float64Array<ArrayBuffer> {
  const back = new Float64Array(gradient.length);
  for (let i = 0; i < back.length; i++) back[i] = gradient[i]! * output[i]! * (1 - output[i]!);
  return back;
}

function mixesColors(wanted: boolean | undefined, channels: number): boolean {
  if (wanted && channels !== 3) {
    throw new LensError(
      "bad-argument",
      `decorrelated colours need 3 channels; this network reads ${channels}: set decorrelate to false`,
    );
  }
  return wanted ?? channels === 3;
}
