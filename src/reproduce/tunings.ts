/** What the units of a layer answer to a stimulus as it is turned, measured once for all claims that ask for it. */
import { LensError } from "../core/errors.js";
import type { Unit } from "../core/unit.js";
import { defaultSweep, type StimulusName } from "../dataset/default-sweep.js";
import { tune, type UnitTuning } from "../dataset/tune.js";
import type { TuningCurve } from "../dataset/tuning-curve.js";
import type { Engine } from "../engine/engine.js";
import type { Network } from "../network/network.js";

/** Angles in one turn of a stimulus. */
const anglesAround = 24;

/** A unit with its tuning curve. */
export interface Tuned {
  readonly unit: Unit;
  readonly curve: TuningCurve;
}

/** The tuning of every unit of a layer to a stimulus. */
export type Tunings = (layer: string, stimulus: StimulusName) => Promise<readonly Tuned[]>;

/** Tunes each layer at its first use. */
export function createTunings(
  net: Network,
  how: { readonly engine: Engine; readonly signal: AbortSignal | undefined },
): Tunings {
  const known = new Map<string, Promise<readonly Tuned[]>>();
  const measure = async (layer: string, stimulus: StimulusName): Promise<readonly Tuned[]> => {
    const sweep = defaultSweep(net, { layer, channel: 0 }, stimulus, { count: anglesAround });
    const { units } = await tune(net, [layer], sweep, how);
    return units.filter((each): each is UnitTuning & Tuned => each.curve !== null);
  };
  return (layer, stimulus) => {
    const name = `${layer} ${stimulus}`;
    const tuned = known.get(name) ?? measure(layer, stimulus);
    known.set(name, tuned);
    return tuned;
  };
}

/**
 * The units of a layer that are tuned to a stimulus: selective, without an echo at the opposite angle, and with an answer no
 * weaker than half the layer's median.
 *
 * @throws LensError `unsupported` where there are none.
 */
export function selective(tuned: readonly Tuned[], least: number, what: string): readonly Tuned[] {
  const peaks = tuned.map(({ curve }) => curve.peak).sort((a, b) => a - b);
  const half = (peaks[Math.floor(peaks.length / 2)] ?? 0) / 2;
  const found = tuned.filter(
    ({ curve }) => curve.selectivity >= least && (curve.echo ?? 0) < 0.3 && curve.peak > Math.max(half, 0),
  );
  if (found.length > 0) return found;
  throw new LensError("unsupported", `no unit of the layer is tuned to ${what}, so that there is none to measure`);
}
