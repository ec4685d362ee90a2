/** What decided about families and motifs: every result carries it, so that the search can be run again. */
import type { WeightsChoice } from "../weights/layer-weights.js";

/**
 * Settings of every search.
 *
 * @public
 */
export interface SearchSettings {
  /** Name of the group. */
  readonly group: string;
  /** Least mean cosine that was asked for. */
  readonly threshold: number;
  /** Share of weights without structure in which a finding is accepted. */
  readonly alpha: number;
  /** Number of null draws. */
  readonly nullDraws: number;
  /** Seed of the null draws. */
  readonly seed: number;
}

/**
 * Settings of a search in weights.
 *
 * @public
 */
export interface WeightsSearchSettings extends SearchSettings {
  /** Whether the batch norm that follows was multiplied in. */
  readonly weights: WeightsChoice;
}

/**
 * Settings of `findFamilies`.
 *
 * @public
 */
export interface FamiliesSettings extends WeightsSearchSettings {
  /** Whether units were compared by what they read or by what reads them. */
  readonly by: "incoming" | "outgoing";
}

/**
 * Settings of families by tuning.
 *
 * @public
 */
export interface TunedFamiliesSettings extends SearchSettings {
  /** Units were compared by their tuning curves. */
  readonly by: "tuning";
  /** Stimuli that were swept. */
  readonly stimuli: readonly string[];
  /** Random-weight twins that units had to exceed. */
  readonly twins: number;
}

/**
 * Settings of `familiesFromResponses`.
 *
 * @public
 */
export interface ResponseSettings extends SearchSettings {
  /** Units were compared by what they answer. */
  readonly by: "responses";
}
