/**
 * Tuning: what units answer as a stimulus is swept through its parameters. The responses fill a grid, one value per
 * combination of parameters; along the first parameter that goes round (an angle, a hue), with the others at the values of
 * the largest response, they are the unit's tuning curve.
 */
import { checkArgument, checkOptions, type OptionSchemas, optionsSchema } from "../core/check.js";
import type { Unit } from "../core/unit.js";
import { checkNetwork, type Network } from "../network/network.js";
import { createResult, type RunResult } from "../network/result.js";
import { type ResponseAt, type ScalarResponsesOptions, scalarResponses, scalarSchemas } from "./scalar-responses.js";
import { type Sweep, type SweepAxis, sweepSchema } from "./sweep.js";
import { type TuningCurve, tuningCurve } from "./tuning-curve.js";
import type { UnitsLike } from "./units.js";

/**
 * Options of `tune`.
 *
 * @public
 */
export interface TuneOptions extends ScalarResponsesOptions {}

/**
 * What one unit answered to a sweep.
 *
 * @public
 */
export interface UnitTuning {
  /** The unit. */
  readonly unit: Unit;
  /** One response per stimulus, in the order of the sweep: the last parameter fastest. */
  readonly responses: Float32Array;
  /** The parameters of the largest response, in the order of the axes. */
  readonly best: readonly number[];
  /** The curve through the largest response along the first axis that goes round; `null` where none does. */
  readonly curve: TuningCurve | null;
}

/**
 * How units were asked.
 *
 * @public
 */
export interface TuningSettings {
  /** Which position of a unit's map counts. */
  readonly at: ResponseAt;
  /** Whether values were taken before the layer's activation function. */
  readonly preActivation: boolean;
}

/**
 * What units answered to a sweep.
 *
 * @public
 */
export interface Tuning extends RunResult<"tuning", TuningSettings> {
  /** Name of the stimulus. */
  readonly stimulus: string;
  /** Parameters swept; the last is the fastest. */
  readonly axes: readonly SweepAxis[];
  /** One entry per unit, in the order asked for. */
  readonly units: readonly UnitTuning[];
}

const tuneOptions = optionsSchema<OptionSchemas<TuneOptions>>(scalarSchemas);

/**
 * Responses of units to a sweep of stimuli, and their tuning curves.
 *
 * @param units - One or more units, or names of layers for all of their units.
 * @throws LensError `unknown-layer`, `bad-unit`, `bad-argument`, `bad-size`; the signal's reason when aborted.
 * @public
 */
export async function tune(net: Network, units: UnitsLike, sweep: Sweep, options: TuneOptions = {}): Promise<Tuning> {
  checkNetwork(net);
  checkArgument("sweep", sweepSchema, sweep);
  checkOptions(tuneOptions, options);
  const asked = await scalarResponses(net, { asked: units, questions: sweep }, options);
  const settings = { at: options.at ?? "max", preActivation: options.preActivation ?? false };
  const found = {
    stimulus: sweep.name,
    axes: sweep.axes,
    units: asked.units.map((unit, u) => ({ unit, ...readingOf(asked.responses[u]!, sweep) })),
  };
  return createResult("tuning", net, { engine: asked.engine, settings }, found);
}

function readingOf(responses: Float32Array, { axes, point }: Sweep): Omit<UnitTuning, "unit"> {
  const best = responses.indexOf(Math.max(...responses));
  const around = axes.findIndex((axis) => axis.period !== null && axis.values.length >= 4);
  return { responses, best: point(best), curve: around < 0 ? null : curveThrough(responses, axes, { best, around }) };
}

/** The responses along one axis through the grid point of the largest. */
function curveThrough(
  responses: Float32Array,
  axes: readonly SweepAxis[],
  { best, around }: { best: number; around: number },
): TuningCurve {
  const stride = axes.slice(around + 1).reduce((n, axis) => n * axis.values.length, 1);
  const { values, period } = axes[around]!;
  const start = best - (Math.floor(best / stride) % values.length) * stride;
  return tuningCurve(
    values.map((_, k) => responses[start + k * stride]!),
    period!,
  );
}
