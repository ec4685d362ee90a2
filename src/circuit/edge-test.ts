/** The test of one edge: predicted and measured effects are added picture by picture, and summed up at the end. */
import { formatUnit, type Unit } from "../core/unit.js";
import type { Contribution } from "./contribution.js";

/**
 * An edge that was put to the test.
 *
 * @public
 */
export interface VerifiedEdge {
  /** The unit read, which was changed. */
  readonly from: Unit;
  /** The unit that reads, which was watched. */
  readonly to: Unit;
  /**
   * Share of the measured effects' squares that the prediction accounts for, over all positions of all pictures: 1 is all.
   * `null` where the edge could not be tested.
   */
  readonly r2: number | null;
  /** Largest difference of prediction and measurement, as a share of the largest effect measured; `null` as for `r2`. */
  readonly worst: number | null;
  /** Of each picture, the effects at the place where the measured one is largest. */
  readonly points: readonly { readonly id: string; readonly predicted: number; readonly measured: number }[];
  /** Why it could not be tested; `null` where it was. */
  readonly reason: string | null;
}

/** An effect is none when it is no larger than this share of the reader's values: rounding. */
const rounding = 1e-6;

/** What one picture says of an edge, position by position; `value` is the reader's. */
interface Effects {
  readonly predicted: Float32Array;
  readonly measured: Float32Array;
  readonly value: Float32Array;
}

/** An edge and what was found of it so far. */
export class EdgeTest {
  readonly from: Unit;
  readonly to: Unit;
  readonly way: Contribution | null;
  readonly #reason: string | null;
  readonly #points: { id: string; predicted: number; measured: number }[] = [];
  /** Sums of squares of what was measured, of what was missed, and of what is rounding. */
  squares = 0;
  missed = 0;
  noise = 0;
  /** The largest effect measured, effect of either kind, difference, and value of the reader. */
  #largest = 0;
  #effect = 0;
  #worst = 0;
  #value = 0;

  constructor(from: Unit, to: Unit, way: Contribution | string) {
    this.from = from;
    this.to = to;
    this.way = typeof way === "string" ? null : way;
    this.#reason = typeof way === "string" ? way : null;
  }

  add(id: string, { predicted, measured, value }: Effects): void {
    let best = 0;
    for (let i = 0; i < measured.length; i++) {
      const gap = predicted[i]! - measured[i]!;
      this.squares += measured[i]! ** 2;
      this.missed += gap ** 2;
      this.noise += (rounding * value[i]!) ** 2;
      this.#largest = Math.max(this.#largest, Math.abs(measured[i]!));
      this.#effect = Math.max(this.#effect, Math.abs(measured[i]!), Math.abs(predicted[i]!));
      this.#worst = Math.max(this.#worst, Math.abs(gap));
      this.#value = Math.max(this.#value, Math.abs(value[i]!));
      if (Math.abs(measured[i]!) > Math.abs(measured[best]!)) best = i;
    }
    this.#points.push({ id, predicted: predicted[best]!, measured: measured[best]! });
  }

  /** Why the edge says nothing; `null` where it does. */
  get reason(): string | null {
    if (this.#reason !== null) return this.#reason;
    if (this.#effect > rounding * this.#value) return null;
    return `"${formatUnit(this.from)}" gives nothing to "${formatUnit(this.to)}" on these pictures, so there is no effect to predict`;
  }

  result(): VerifiedEdge {
    const { from, to, reason } = this;
    const worst = reason === null ? this.#worst / (this.#largest || this.#effect) : null;
    return { from, to, r2: r2Of([this]), worst, points: this.#points, reason };
  }
}

/** `1 − Σ (predicted − measured)² / Σ measured²` over the edges that could be tested; `null` where none could. */
export function r2Of(tests: readonly Pick<EdgeTest, "squares" | "missed" | "noise" | "reason">[]): number | null {
  const tested = tests.filter(({ reason }) => reason === null);
  if (tested.length === 0) return null;
  const sumOf = (of: "squares" | "missed" | "noise"): number => tested.reduce((sum, test) => sum + test[of], 0);
  return 1 - sumOf("missed") / Math.max(sumOf("squares"), sumOf("noise"));
}
