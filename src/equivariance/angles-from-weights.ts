/**
 * The angles of a family's members by what they read. Where the units that are read have angles α, the law of `angular-law.ts` is
 * fitted to all members but one, and that one gets the angle at which the law predicts its kernels best:
 *
 *     β = argmax cos( W_s(p), T(α_s − β, R(−β) p) )      over all sources s and places p, T without this member
 *
 * in turn, until the angles stay. This tells angles between the elements of a group, and angles that tuning alone misjudges: a gap
 * among the angles of the inputs moves the answers of a unit, but not the law of its weights.
 */
import { formatUnit } from "../core/unit.js";
import { gridRotation } from "../math/grid-rotation.js";
import { combined, type Equations, harmonicCount, harmonics, normalEquations, solve, zero } from "./angular-law.js";
import { hasAngles, periodOf, turnsFreely } from "./angular-motifs.js";
import type { Block } from "./block.js";
import type { Family, FamilyMember } from "./family.js";
import type { Group } from "./group.js";
import { pairBlock } from "./pair-block.js";
import { circularFamily } from "./tuning/circular-family.js";
import { circleOf } from "./tuning/sweeps.js";

/** The law counts where it explains more than half of the energy of kernels that it was not fitted to. */
const leastCosine = Math.SQRT1_2;

/** So many weights of a unit can say at which angle it is. */
const leastWeights = 24;

const leastMembers = 3;
const rounds = 4;

/** Degrees between the angles that are tried first. */
const coarse = 5;

/** What a unit reads of one family: for each source a kernel. */
interface Reading {
  readonly angles: readonly number[];
  readonly period: number;
  readonly size: number;
  /** Of each member `[sources · taps]`. */
  readonly kernels: readonly Float64Array[];
}

/** How well one angle explains a member. */
interface Placed {
  readonly angle: number;
  readonly cosine: number;
  readonly error: number;
}

/**
 * The family with the angles that follow from its weights; `null` where the sources have no angles, kernels of this size cannot be turned,
 * or no law explains the weights well enough.
 *
 * @param block - kernels at the gain of what they read.
 */
export function anglesFromWeights(
  family: Family,
  sources: readonly Family[],
  block: Block,
  group: Group,
): Family | null {
  const circle = circleOf(group);
  if (!circle || block.image || !turnsFreely(block, circle) || family.members.length < leastMembers) return null;
  const taps = block.height * block.width;
  const readings = sources.filter(hasAngles).flatMap((source) => readingOf(source, family, block));
  const count = readings.reduce((sum, { angles }) => sum + angles.length * taps, 0);
  if (count < leastWeights || readings.every(({ angles }) => new Set(angles.map(Math.round)).size < 3)) return null;
  const period = periodOf(family);
  const turn = turns(circle === "hue" ? 1 : block.width);
  const start = family.members.map(({ angle, element }) => angle ?? (element * 360) / group.order);
  let placed: Placed[] = start.map((angle) => ({ angle, cosine: 0, error: 0 }));
  for (let round = 0; round < rounds; round++) {
    const law = lawOf(
      readings,
      placed.map(({ angle }) => angle),
      taps,
      turn,
    );
    placed = placed.map((_, t) => bestAngle(readings, law(t), { t, taps, period, turn, count }));
  }
  const mean = placed.reduce((sum, { cosine }) => sum + cosine, 0) / placed.length;
  if (mean < leastCosine) return null;
  // A law turned as a whole is the same law: the angles stay where they began on the whole.
  const drift = meanAngle(
    placed.map(({ angle }, t) => angle - start[t]!),
    period,
  );
  const members = family.members.map(({ unit, selectivity }, t): Omit<FamilyMember, "element" | "label"> => {
    const { angle, cosine, error } = placed[t]!;
    const at = (((angle - drift) % period) + period) % period;
    return {
      unit,
      prediction: cosine,
      angle: at,
      angleError: error,
      ...(selectivity === undefined ? {} : { selectivity }),
    };
  });
  return rebuilt(family, members, { group, period });
}

/**
 * A family at angles that only tell its members apart, turned as a whole to where another one has the same units on the mean; as it
 * is where the two share fewer than two units.
 */
export function turnedTo(family: Family, other: Family, group: Group): Family {
  const known = new Map(other.members.map(({ unit, angle }) => [formatUnit(unit), angle]));
  const period = periodOf(family);
  const apart = family.members.flatMap(({ unit, angle }) => {
    const there = known.get(formatUnit(unit));
    return angle === undefined || there === undefined ? [] : [there - angle];
  });
  if (!hasAngles(family) || apart.length < 2) return family;
  const turn = meanAngle(apart, period);
  const members = family.members.map(({ element: _, label: __, ...member }) => ({
    ...member,
    angle: (((member.angle! + turn) % period) + period) % period,
  }));
  return rebuilt(family, members, { group, period });
}

/** The family with other angles. */
function rebuilt(
  { layer, affinity, pValue, qValue, tuning, closure }: Family,
  members: readonly Omit<FamilyMember, "element" | "label">[],
  { group, period }: { readonly group: Group; readonly period: number },
): Family {
  const evidence = { affinity, pValue, qValue, ...(tuning && { tuning }) };
  return { ...circularFamily(members, { layer, group, period, ...evidence }), closure };
}

/** What the members read of a source family; none where it is not in the block. */
function readingOf(source: Family, target: Family, block: Block): Reading[] {
  const { data, source: side, target: readers } = pairBlock(block, { source, target });
  if (side.places.length === 0 || readers.places.length < target.members.length) return [];
  const length = side.places.length * block.height * block.width;
  const angles = source.members.slice(0, side.places.length).map(({ angle }) => angle!);
  const kernels = target.members.map((_, t) => {
    const own = Float64Array.from(data.subarray(t * length, (t + 1) * length));
    const norm = Math.hypot(...own) || 1;
    return own.map((weight) => weight / norm);
  });
  return [{ angles, period: periodOf(source), size: harmonicCount(angles), kernels }];
}

/** For each member the law of all others: of each source family coefficients `[size, taps]`. */
function lawOf(
  readings: readonly Reading[],
  angles: readonly number[],
  taps: number,
  turn: (degrees: number) => Turn,
): (t: number) => Float64Array[] {
  const equations = readings.map(({ angles: alphas, period, size, kernels }) => {
    const parts = kernels.map((all, t) => {
      const back = turn(-angles[t]!);
      const rows = alphas.map((alpha, s) => ({
        x: harmonics((2 * Math.PI * (alpha - angles[t]!)) / period, size),
        y: back(all.subarray(s * taps, (s + 1) * taps)),
      }));
      return normalEquations(rows, size, taps);
    });
    return { parts, size, whole: parts.reduce((sum, part) => combined(sum, part, 1), zero(size, taps)) };
  });
  return (t) =>
    equations.map(({ parts, whole, size }) => solve(combined(whole, parts[t] as Equations, -1), size, taps));
}

/** The angle at which a law predicts a member best, between whole degrees by a parabola. */
function bestAngle(
  readings: readonly Reading[],
  law: readonly Float64Array[],
  {
    t,
    taps,
    period,
    turn,
    count,
  }: {
    readonly t: number;
    readonly taps: number;
    readonly period: number;
    readonly turn: (degrees: number) => Turn;
    readonly count: number;
  },
): Placed {
  const cosineAt = (beta: number): number => {
    let [hit, length] = [0, 0];
    readings.forEach(({ angles, period: wave, size, kernels }, f) => {
      const forward = turn(beta);
      const turned = Array.from({ length: size }, (_, m) => forward(law[f]!.subarray(m * taps, (m + 1) * taps)));
      angles.forEach((alpha, s) => {
        const x = harmonics((2 * Math.PI * (alpha - beta)) / wave, size);
        for (let tap = 0; tap < taps; tap++) {
          let predicted = 0;
          for (let m = 0; m < size; m++) predicted += x[m]! * turned[m]![tap]!;
          hit += predicted * kernels[t]![s * taps + tap]!;
          length += predicted ** 2;
        }
      });
    });
    // Each reading is of norm 1.
    return length > 0 ? hit / Math.sqrt(length * readings.length) : 0;
  };
  let [angle, cosine] = [0, Number.NEGATIVE_INFINITY];
  const look = (beta: number): void => {
    const value = cosineAt(beta);
    if (value > cosine) [angle, cosine] = [beta, value];
  };
  for (let beta = 0; beta < period; beta += coarse) look(beta);
  const first = angle;
  for (let beta = first - coarse + 1; beta < first + coarse; beta++) if (beta !== first) look(beta);
  const [before, after] = [cosineAt(angle - 1), cosineAt(angle + 1)];
  const bend = before - 2 * cosine + after;
  const step = bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
  // cos(β) falls from its largest value by ½ slope² Δβ², and noise of variance σ² moves the place of that value by σ / slope.
  const slope = Math.sqrt(Math.max(0, -bend) / Math.max(cosine, 1e-9));
  const noise = Math.sqrt(Math.max(0, 1 - cosine ** 2) / Math.max(1, count - 2));
  const error = cosine > 0 && slope > 0 ? Math.min(period / 4, noise / (cosine * slope)) : period / 4;
  return { angle: angle + step, cosine, error };
}

/** A map of kernels. */
type Turn = (kernel: Float64Array) => Float64Array;

/** Turns of the grid by whole degrees, each made once; a grid of one place stays. */
function turns(size: number): (degrees: number) => Turn {
  const known = new Map<number, Float64Array>();
  return (degrees) => {
    if (size === 1) return (kernel) => kernel;
    const whole = ((Math.round(degrees) % 360) + 360) % 360;
    const map = known.get(whole) ?? gridRotation(size, whole);
    known.set(whole, map);
    return (kernel) => {
      const taps = kernel.length;
      const out = new Float64Array(taps);
      for (let row = 0; row < taps; row++) {
        let sum = 0;
        for (let tap = 0; tap < taps; tap++) sum += map[row * taps + tap]! * kernel[tap]!;
        out[row] = sum;
      }
      return out;
    };
  };
}

function meanAngle(angles: readonly number[], period: number): number {
  let [x, y] = [0, 0];
  for (const angle of angles) {
    x += Math.cos((2 * Math.PI * angle) / period);
    y += Math.sin((2 * Math.PI * angle) / period);
  }
  return (Math.atan2(y, x) / (2 * Math.PI)) * period;
}
