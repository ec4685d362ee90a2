/** Graphs drawn at random, held to what their own framework computes: right, refused or opaque, and never wrong. */
import { isLensError } from "../../src/core/errors.js";
import { cpuEngine } from "../../src/engine/cpu/cpu.js";
import type { Volume } from "../../src/engine/engine.js";
import { compile } from "../../src/engine/plan.js";
import type { Network } from "../../src/network/network.js";

/** What a framework computes for one image, its axes in the framework's order. */
export interface Computed {
  readonly output: Float32Array;
  /** With the batch in front. */
  readonly shape: readonly number[];
}

/** What became of a graph, and for what reason. */
export interface Outcome {
  readonly is: "right" | "opaque" | "refused" | "wrong" | "crashed";
  readonly why: string;
}

/** Opens a graph, computes it and compares. `image` is height × width × channels. */
export async function tryGraph(
  opening: () => Network | Promise<Network>,
  image: Omit<Volume, "count">,
  wanted: Computed,
  order: "NCHW" | "NHWC",
): Promise<Outcome> {
  let net: Network;
  try {
    net = await opening();
  } catch (error) {
    return failed(error, "refused");
  }
  try {
    const executable = await cpuEngine().load(compile(net, [{ layer: net.layers.at(-1)!.name }]));
    const [got] = await executable.forward({ count: 1, ...image });
    return compared(got!, wanted, order);
  } catch (error) {
    return failed(error, "opaque");
  }
}

function failed(error: unknown, is: "opaque" | "refused"): Outcome {
  const why = (error as Error).message;
  // A fault of the library would come out as an error of another kind, or as one that blames the image.
  if (!isLensError(error) || error.code === "bad-size")
    return { is: "crashed", why: `${why} ${(error as Error).stack}` };
  return { is, why };
}

/** Within 1e-4 of the largest value. */
function compared({ data }: Volume, { output, shape }: Computed, order: "NCHW" | "NHWC"): Outcome {
  const wanted = shape.length === 4 && order === "NCHW" ? channelsLast(output, shape) : output;
  if (wanted.length !== data.length) return { is: "wrong", why: `${data.length} values for ${wanted.length}` };
  const top = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i]!)), 0);
  return worst <= 1e-4 * top
    ? { is: "right", why: "" }
    : { is: "wrong", why: `off by ${(worst / top).toExponential(1)}` };
}

/** Numbers of `[1, channels, height, width]` as height × width × channels. */
export function channelsLast(values: Float32Array, [, c = 1, h = 1, w = 1]: readonly number[]): Float32Array {
  const out = new Float32Array(values.length);
  for (let channel = 0; channel < c; channel++) {
    for (let pixel = 0; pixel < h * w; pixel++) out[pixel * c + channel] = values[channel * h * w + pixel]!;
  }
  return out;
}

/** Counts of outcomes, for a record. */
export function tally(outcomes: readonly Outcome[]): Record<Outcome["is"], number> {
  const counts = { right: 0, opaque: 0, refused: 0, wrong: 0, crashed: 0 };
  for (const { is } of outcomes) counts[is]++;
  return counts;
}
