/**
 * The stimulus that each unit is tuned to: the one whose angle changes its answer most. How strongly it is tuned,
 *
 *     strength = selectivity · deviation of the curve / typical largest answer of the layer's units,
 *
 * has to exceed that of every unit of random-weight twins that chose the same stimulus. Selectivity alone would not do: units
 * that hardly answer are selective by chance.
 */
import { type TuningCurve, tuningCurve } from "../../dataset/tuning-curve.js";
import { quantile } from "../../math/statistics.js";
import type { LayerAnswers } from "./answers.js";

/** A unit's place in the layer, the stimulus it chose, and its curve through the largest answer. */
export interface TunedUnit {
  readonly unit: number;
  readonly stimulus: number;
  readonly curve: TuningCurve;
  readonly strength: number;
}

/** What each unit of a layer chose; silent units chose nothing. Answers are compared in units of each unit's gain. */
export function choices({ units, stimuli, gains }: LayerAnswers & { readonly gains: ArrayLike<number> }): TunedUnit[] {
  const peaks = units.map((_, unit) => Math.max(...stimuli.map(({ maps }) => Math.max(...maps[unit]!))) / gains[unit]!);
  const typical = quantile(peaks, 0.5) || 1;
  return units.flatMap((_, unit) => {
    let best: Omit<TunedUnit, "strength"> | null = null;
    let most = 0;
    stimuli.forEach(({ maps, angles, period }, stimulus) => {
      const map = maps[unit]!;
      const peak = map.indexOf(Math.max(...map));
      const row = map.subarray(Math.floor(peak / angles) * angles, (Math.floor(peak / angles) + 1) * angles);
      const change = deviation(row);
      if (change <= most) return;
      most = change;
      best = { unit, stimulus, curve: tuningCurve(row, period) };
    });
    const chosen = best as Omit<TunedUnit, "strength"> | null;
    return chosen ? [{ ...chosen, strength: (chosen.curve.selectivity * most) / (gains[unit]! * typical) }] : [];
  });
}

/** For each stimulus the strength that a unit has to exceed. */
export function gates(stimuli: number, twins: readonly (readonly TunedUnit[])[]): number[] {
  return Array.from({ length: stimuli }, (_, stimulus) =>
    twins
      .flat()
      .filter((one) => one.stimulus === stimulus)
      .reduce((most, { strength }) => Math.max(most, strength), 0),
  );
}

/**
 * The chance that as many of `units` exceed all of `others`, drawn alike: ∏ (units − i) / (units + others − i). It is what the
 * twins say of a family of that many members.
 */
export function exceedance(count: number, units: number, others: number): number {
  let chance = 1;
  for (let i = 0; i < count; i++) chance *= (units - i) / (units + others - i);
  return chance;
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
