/**
 * Tuning curves: how strongly a unit answers as one angle of the stimulus goes round. With responses aₖ ≥ 0 at evenly
 * spaced angles θₖ over a period P (360° for what has a direction, 180° for lines),
 *
 *     M = Σ aₖ exp(i 2π θₖ / P)        mean direction arg(M) · P / 2π        selectivity |M| / Σ aₖ
 *
 * Selectivity is 0 for a unit that does not mind the angle and 1 for one that answers to a single angle (OSI where P is
 * 180°, DSI where it is 360°). Responses below zero, which only pre-activations have, count as no answer.
 */

import { checkNumbers } from "../core/check.js";
import { LensError } from "../core/errors.js";
import { finite } from "../core/numbers.js";

/**
 * A tuning curve and what it says.
 *
 * @public
 */
export interface TuningCurve {
  /** Angles in degrees, evenly spaced over one period. */
  readonly angles: readonly number[];
  /** The response at each. */
  readonly responses: Float32Array;
  /** Degrees after which the stimulus is the same again. */
  readonly sweepPeriod: number;
  /** The angle of the largest response (the first of equals). */
  readonly preferred: number;
  /** The mean direction of the responses; `preferred` where there is none. */
  readonly mean: number;
  /** The largest response. */
  readonly peak: number;
  /** 0 for a unit that does not mind the angle, 1 for one that answers to a single angle. */
  readonly selectivity: number;
  /** Half the width in degrees at half the largest response; half the sweep's period where it never falls so low. */
  readonly halfWidth: number;
  /** Largest response within 30° of the opposite angle, over the largest; `null` where the sweep has no opposite. */
  readonly echo: number | null;
  /**
   * Degrees after which the curve repeats: the smallest of 90, 180 and 360 that divides the sweep's period and turns the
   * curve into one that correlates with it by at least 0.9; else the sweep's period.
   */
  readonly period: number;
}

/**
 * What a unit's responses at evenly spaced angles say about it.
 *
 * @param responses - One response for each of the angles 0, period / n, 2 · period / n …
 * @param period - Degrees after which the stimulus is the same again.
 * @throws LensError `bad-argument` for fewer than 4 responses, responses that are no numbers, or a period not above 0.
 * @public
 */
export function tuningCurve(responses: ArrayLike<number>, period = 360): TuningCurve {
  finite("period", period, { above: 0 });
  checkNumbers("responses", responses);
  const values = Float32Array.from(responses);
  if (values.length < 4 || !values.every(Number.isFinite)) {
    throw new LensError(
      "bad-argument",
      `a tuning curve needs 4 or more finite responses; got ${values.length}${values.every(Number.isFinite) ? "" : ", some not finite"}`,
    );
  }
  if (!(period > 0)) throw new LensError("bad-argument", `the period of a sweep is above 0 degrees; got ${period}`);
  const step = period / values.length;
  const angles = Array.from(values, (_, k) => k * step);
  const answers = values.map((v) => Math.max(0, v));
  const best = values.indexOf(Math.max(...values));
  const { angle, length } = meanDirection(answers, period);
  return {
    angles,
    responses: values,
    sweepPeriod: period,
    preferred: angles[best]!,
    mean: length > 0 ? angle : angles[best]!,
    peak: values[best]!,
    selectivity: length,
    halfWidth: halfWidth(answers, best) * step,
    echo: period === 360 ? echo(answers, best) : null,
    period: repeats(answers, period),
  };
}

/**
 * The smaller angle between two directions that repeat after `period` degrees.
 *
 * @public
 */
export function angleBetween(a: number, b: number, period = 360): number {
  finite("a", a);
  finite("b", b);
  finite("period", period, { above: 0 });
  const gap = (((a - b) % period) + period) % period;
  return Math.min(gap, period - gap);
}

/** Mean direction in degrees and the length of the mean unit vector, weighted by the answers. */
function meanDirection(answers: Float32Array, period: number): { angle: number; length: number } {
  let [x, y, total] = [0, 0, 0];
  answers.forEach((a, k) => {
    const turn = (2 * Math.PI * k) / answers.length;
    x += a * Math.cos(turn);
    y += a * Math.sin(turn);
    total += a;
  });
  const length = total > 0 ? Math.hypot(x, y) / total : 0;
  // Below rounding a flat curve would point somewhere.
  if (length < 1e-6) return { angle: 0, length: 0 };
  const turns = Math.atan2(y, x) / (2 * Math.PI);
  return { angle: (turns - Math.floor(turns)) * period, length };
}

/** Steps from the peak to where the curve falls to half, mean of both sides, between samples by a straight line. */
function halfWidth(answers: Float32Array, best: number): number {
  const n = answers.length;
  const half = answers[best]! / 2;
  const side = (way: 1 | -1): number => {
    for (let k = 1; k <= n / 2; k++) {
      const [outer, inner] = [at(answers, best + way * k), at(answers, best + way * (k - 1))];
      if (outer < half) return k - 1 + (inner - half) / (inner - outer);
    }
    return n / 2;
  };
  return (side(1) + side(-1)) / 2;
}

function echo(answers: Float32Array, best: number): number {
  const n = answers.length;
  const reach = Math.floor(n / 12 + 1e-9);
  const opposite = Math.round(best + n / 2);
  let most = 0;
  for (let k = -reach; k <= reach; k++) most = Math.max(most, at(answers, opposite + k));
  return answers[best]! > 0 ? most / answers[best]! : 0;
}

function repeats(answers: Float32Array, period: number): number {
  const n = answers.length;
  const candidates = [90, 180, 360].filter((p) => p < period && Number.isInteger(period / p) && (n * p) % period === 0);
  return candidates.find((p) => correlation(answers, (n * p) / period) >= 0.9) ?? period;
}

/** Correlation of a curve with itself turned by some samples; 0 for a flat one. */
function correlation(values: Float32Array, shift: number): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  let [both, own] = [0, 0];
  values.forEach((v, k) => {
    both += (v - mean) * (at(values, k + shift) - mean);
    own += (v - mean) ** 2;
  });
  return own > 0 ? both / own : 0;
}

/** A sample of a curve that goes round. */
function at(values: Float32Array, k: number): number {
  const n = values.length;
  return values[((k % n) + n) % n]!;
}
