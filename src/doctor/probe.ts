/** Runs pictures through a network and keeps what sums can tell: for each channel of each target its mean, spread, range. */
import type { Image } from "../core/image.js";
import { pause, throwIfAborted } from "../core/run.js";
import type { Engine } from "../engine/engine.js";
import { compile, type Target } from "../engine/plan.js";
import type { Network } from "../network/network.js";
import type { Preprocessing } from "../network/preprocessing.js";
import { toInput } from "../optvis/preprocess.js";

/** What is known of the values of one target, channel by channel. */
export interface TargetSums {
  /** Values per channel. */
  count: number;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  /** Values above 0. */
  readonly positive: Float64Array;
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** What a probe saw. */
export interface Probed {
  /** Sums, one for each target. */
  readonly sums: readonly TargetSums[];
  /** The values of the last target, one array for each picture. */
  readonly last: readonly Float32Array[];
}

/** Targets and pictures of a probe. */
export interface ProbeJob {
  readonly engine: Engine;
  readonly targets: readonly Target[];
  readonly signal?: AbortSignal | undefined;
}

/** A network with targets, ready for pictures under any preprocessing; dispose it when done. */
export async function openProbe(
  net: Network,
  { engine, targets, signal }: ProbeJob,
): Promise<{ run(pictures: readonly Image[], preprocessing: Preprocessing): Promise<Probed>; dispose(): void }> {
  const executable = await engine.load(compile(net, targets));
  return {
    async run(pictures, preprocessing) {
      const sums: TargetSums[] = [];
      const last: Float32Array[] = [];
      for (const { height, width, channels, data } of pictures) {
        throwIfAborted(signal);
        const input = toInput({ count: 1, height, width, channels, data }, { ...net.input, preprocessing });
        const outputs = await executable.forward(input);
        outputs.forEach((output, i) => {
          sums[i] ??= emptySums(output.channels);
          addTo(sums[i]!, output.data, output.channels);
        });
        last.push(outputs.at(-1)!.data);
        await pause();
      }
      return { sums, last };
    },
    dispose: () => executable.dispose(),
  };
}

function emptySums(channels: number): TargetSums {
  const zeros = (): Float64Array => new Float64Array(channels);
  return {
    count: 0,
    sum: zeros(),
    squares: zeros(),
    positive: zeros(),
    least: zeros().fill(Number.POSITIVE_INFINITY),
    most: zeros().fill(Number.NEGATIVE_INFINITY),
  };
}

function addTo(sums: TargetSums, data: Float32Array, channels: number): void {
  sums.count += data.length / channels;
  for (let i = 0; i < data.length; i++) {
    const c = i % channels;
    const value = data[i]!;
    sums.sum[c]! += value;
    sums.squares[c]! += value * value;
    if (value > 0) sums.positive[c]! += 1;
    // Written so that NaN shows.
    if (!(value >= sums.least[c]!)) sums.least[c] = value;
    if (!(value <= sums.most[c]!)) sums.most[c] = value;
  }
}

/** Mean of a channel. */
export function meanOf({ sum, count }: TargetSums, c: number): number {
  return sum[c]! / count;
}

/** Variance of a channel. */
export function varianceOf(sums: TargetSums, c: number): number {
  return Math.max(0, sums.squares[c]! / sums.count - meanOf(sums, c) ** 2);
}
