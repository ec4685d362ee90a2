/** Claims of the Circuits articles, tested on a network, as data: what `reproduce` returns. */
import type { Unit } from "../core/unit.js";
import type { RunResult } from "../network/result.js";

/**
 * A claim that was put to the test.
 *
 * @public
 */
export interface TestedClaim {
  /** Short name. */
  readonly id: string;
  /** The article that makes it. */
  readonly article: string;
  /** What is claimed. */
  readonly claim: string;
  /** What the number is. */
  readonly measure: string;
  /** The number; `null` where the network could not be asked. */
  readonly value: number | null;
  /** The claim holds from this number on. */
  readonly atLeast: number;
  /** Whether it holds; `null` where the network could not be asked. */
  readonly holds: boolean | null;
  /** What the number is made of, for a figure. */
  readonly parts: readonly { readonly label: string; readonly value: number }[];
  /** The units that were found and measured. */
  readonly units: readonly Unit[];
  /** Why the network could not be asked; `null` where it was. */
  readonly reason: string | null;
}

/**
 * Which layers of the network the claims were asked of.
 *
 * @public
 */
export interface ReproductionSettings {
  /** The layer of each part that a claim speaks of: `{ early: "inception_3a_output", … }`. */
  readonly layers: Readonly<Record<string, string>>;
}

/**
 * The claims of the articles on a network.
 *
 * @public
 */
export interface Reproduction extends RunResult<"reproduction", ReproductionSettings> {
  /** Every claim, in the order of the articles. */
  readonly claims: readonly TestedClaim[];
}
