/** The test of one edge: predicted and measured effects are added picture by picture, and summed up at the end. */
import { formatUnit, type Unit } from "../core/unit.js";
import type { Contribution } from "./contribution.js";
import type { DistantWay } from "./distant-way.js";

/**
 * The part that rectifiers have in an edge between layers that are not neighbours. Its expanded weights let them through.
 *
 * @public
 */
export interface RectifiersPart {
  /** Layers on the way whose values are rectified. */
  readonly layers: readonly string[];
  /** How much of the effect that the weights predict the rectifiers let through: Σ predicted · measured / Σ predicted². */
  readonly passed: number | null;
  /**
   * As `r2`, of the same prediction with these rectifiers acting on what the unit gives to each of them: 1 where they account for
   * all that the weights alone do not. `null` where they do not lie one behind another, or the edge could not be tested.
   */
  readonly r2: number | null;
}

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
  /** Of an edge of expanded weights, the part of the rectifiers on the way; absent where the reader's own weights join the units. */
  readonly rectifiers?: RectifiersPart | undefined;
}

/** An effect is none when it is no larger than this share of the reader's values: rounding. */
const rounding = 1e-6;

/** What one picture says of an edge, position by position; `value` is the reader's. */
interface Effects {
  readonly predicted: Float32Array;
  readonly measured: Float32Array;
  readonly value: Float32Array;
  /** The prediction with the rectifiers on the way acting, where there is one. */
  readonly acting?: Float32Array | undefined;
}

/** An edge and what was found of it so far. */
export class EdgeTest {
  readonly from: Unit;
  readonly to: Unit;
  readonly way: Contribution | DistantWay | null;
  readonly #reason: string | null;
  readonly #points: { id: string; predicted: number; measured: number }[] = [];
  /** Sums of squares of what was measured, of what was missed, and of what is rounding. */
  squares = 0;
  missed = 0;
  noise = 0;
  /** Sums of the products of prediction and measurement, of the squares of predictions, and of what is missed with rectifiers acting. */
  #common = 0;
  #predicted = 0;
  #missedActing: number | null = null;
  /** The largest effect measured, effect of either kind, difference, and value of the reader. */
  #largest = 0;
  #effect = 0;
  #worst = 0;
  #value = 0;

  constructor(from: Unit, to: Unit, way: Contribution | DistantWay | string) {
    this.from = from;
    this.to = to;
    this.way = typeof way === "string" ? null : way;
    this.#reason = typeof way === "string" ? way : null;
  }

  add(id: string, { predicted, measured, value, acting }: Effects): void {
    let best = 0;
    for (let i = 0; i < measured.length; i++) {
      const gap = predicted[i]! - measured[i]!;
      this.squares += measured[i]! ** 2;
      this.missed += gap ** 2;
      this.#common += predicted[i]! * measured[i]!;
      this.#predicted += predicted[i]! ** 2;
      if (acting) this.#missedActing = (this.#missedActing ?? 0) + (acting[i]! - measured[i]!) ** 2;
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
    const tested = { from, to, r2: r2Of([this]), worst, points: this.#points, reason };
    const { way } = this;
    return way && "segments" in way ? { ...tested, rectifiers: this.#rectifiers(way) } : tested;
  }

  #rectifiers({ rectified: layers }: DistantWay): RectifiersPart {
    const missed = this.#missedActing;
    return {
      layers,
      passed: this.reason === null && this.#predicted > 0 ? this.#common / this.#predicted : null,
      r2: missed === null ? null : r2Of([{ ...this.#sums, missed }]),
    };
  }

  get #sums(): Pick<EdgeTest, "squares" | "noise" | "reason"> {
    return { squares: this.squares, noise: this.noise, reason: this.reason };
  }
}

/** `1 − Σ (predicted − measured)² / Σ measured²` over the edges that could be tested; `null` where none could. */
export function r2Of(tests: readonly Pick<EdgeTest, "squares" | "missed" | "noise" | "reason">[]): number | null {
  const tested = tests.filter(({ reason }) => reason === null);
  if (tested.length === 0) return null;
  const sumOf = (of: "squares" | "missed" | "noise"): number => tested.reduce((sum, test) => sum + test[of], 0);
  return 1 - sumOf("missed") / Math.max(sumOf("squares"), sumOf("noise"));
}
