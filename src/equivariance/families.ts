/** What a search for the families of a layer found. */
import type { Unit } from "../core/unit.js";
import type { Result } from "../network/result.js";
import type { Agreement } from "./agreement.js";
import type { Family } from "./family.js";
import type { FamiliesSettings, TunedFamiliesSettings } from "./settings.js";

/**
 * How the inputs of a layer move under the group: as the `"families"` found below, or not at all (`"fixed"`).
 *
 * @public
 */
export type InputsChoice = "families" | "fixed";

/**
 * The families of one layer.
 *
 * @public
 */
export interface Families extends Result<"families", FamiliesSettings | TunedFamiliesSettings>, FamilyList {
  /** With `by: "auto"`: agreement of these families with those of the evidence not taken. */
  readonly agreement?: Agreement | null;
}

/**
 * Families of a layer, and what limits them.
 *
 * @public
 */
export interface FamilyList {
  /** The layer. */
  readonly layer: string;
  /** Families, strongest first, and units that the group leaves as they are. */
  readonly families: readonly Family[];
  /** Units in no family. */
  readonly unassigned: readonly Unit[];
  /** How many clusters were considered. */
  readonly candidates: number;
  /** The affinity from which on units were linked. */
  readonly cutoff: number;
  /** How the units at the other end of the kernels were taken to move. */
  readonly inputs: InputsChoice;
  /** Share of the weights' energy that was compared; the rest reads units in no family. */
  readonly covered: number;
  /** What limits the claim, in sentences. */
  readonly warnings: readonly string[];
}
