/** What `statistics` finds, as data. */
import type { Unit } from "../core/unit.js";
import type { RunResult } from "../network/result.js";
import type { BrokenItem } from "./dataset.js";

/**
 * Values from `from` to `to`, and how many there were. Bins are a sixteenth of an octave wide, so their width grows with the
 * value; values smaller in size than 2⁻²⁴ are counted in the bin of zeros, `from = to = 0`.
 *
 * @public
 */
export interface HistogramBin {
  /** Where the bin begins. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
  /** Values in it. */
  readonly count: number;
}

/**
 * A class's part in a unit's activation.
 *
 * @public
 */
export interface ClassShare {
  /** The label. */
  readonly label: string;
  /** Pictures with it. */
  readonly pictures: number;
  /** Mean activation over them. */
  readonly mean: number;
  /** Part of the unit's whole positive activation that fell on them. */
  readonly share: number;
}

/**
 * Sums of doubles that are kept exactly, each as doubles that do not overlap: what joining parts needs.
 *
 * @public
 */
export interface UnitSums {
  /** Values above 0. */
  readonly fired: number;
  /** Of the values. */
  readonly total: readonly number[];
  /** Of their squares. */
  readonly squares: readonly number[];
  /** By label: pictures, their values, the sum of the values, and of those above 0. Pictures without a label are under `""`. */
  readonly classes: readonly {
    readonly label: string;
    readonly pictures: number;
    readonly count: number;
    readonly total: readonly number[];
    readonly positive: readonly number[];
  }[];
}

/**
 * Statistics of one unit over every position of every picture.
 *
 * @public
 */
export interface UnitStatistics {
  /** The unit. */
  readonly unit: Unit;
  /** Values looked at: pictures × positions. */
  readonly count: number;
  /** Part of the values above 0. */
  readonly firingRate: number;
  /** `"dead"`: never above 0; `"always on"`: always above 0. */
  readonly state: "dead" | "always on" | "selective";
  /** Mean. */
  readonly mean: number;
  /** Mean square deviation from the mean. */
  readonly variance: number;
  /** Smallest value. */
  readonly smallest: number;
  /** Largest value. */
  readonly largest: number;
  /** Values below which shares of all values lie, to within 1/32 of the value. */
  readonly quantiles: readonly { readonly share: number; readonly value: number }[];
  /** Bins that are not empty, smallest values first. */
  readonly histogram: readonly HistogramBin[];
  /** One per label, largest share first; empty where nothing is labelled. */
  readonly classes: readonly ClassShare[];
  /** What joining parts needs. */
  readonly sums: UnitSums;
}

/**
 * What decides about statistics; parts can be joined when theirs are the same.
 *
 * @public
 */
export interface StatisticsSettings {
  /** Whether values are taken before the layer's activation function. */
  readonly preActivation: boolean;
  /** Height and width of the pictures as the network is given them. */
  readonly size: readonly [height: number, width: number];
  /** How photographs are brought to that size. */
  readonly fit: "cover" | "contain" | "fill";
  /** Whether correlations were counted. */
  readonly correlation: boolean;
}

/**
 * Statistics of units over a dataset, or over the part of it seen so far.
 *
 * @public
 */
export interface Statistics extends RunResult<"statistics", StatisticsSettings> {
  /** Each unit's statistics, in the order asked for. */
  readonly units: readonly UnitStatistics[];
  /**
   * Correlation of every two units over all positions, in the order of `units`; `null` for a unit that never varies, and
   * altogether where it was not asked for.
   */
  readonly correlation: readonly (readonly (number | null)[])[] | null;
  /** Exact sums of the products of every two units: row by row, from the diagonal on. Empty where not asked for. */
  readonly products: readonly (readonly number[])[];
  /** Names of the pictures that were seen, sorted. */
  readonly seen: readonly string[];
  /** Pictures that could not be read, sorted by name. */
  readonly broken: readonly BrokenItem[];
}
