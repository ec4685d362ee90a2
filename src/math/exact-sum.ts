/**
 * Sums without rounding. A sum is kept as a few doubles that do not overlap (Shewchuk 1997); adding a double to it loses
 * nothing, so the result does not depend on the order, or on which sums were joined to which. Read as one double it is the
 * exact sum, rounded once.
 */

/** An exact sum: doubles that do not overlap, largest first; their sum is meant. */
export type ExactSum = readonly number[];

/** The exact sum of two exact sums, or of a sum and a double, in the one form that every order leads to. */
export function addExact(sum: ExactSum, more: ExactSum | number): ExactSum {
  let parts = [...sum].reverse();
  for (const each of typeof more === "number" ? [more] : more) parts = grow(parts, each);
  return canonical(parts);
}

/** The exact sum as one double, rounded to nearest. */
export function roundedSum(sum: ExactSum): number {
  return sum[0] ?? 0;
}

/** Adds a double to parts in ascending order; the parts that come out do not overlap either. */
function grow(parts: readonly number[], value: number): number[] {
  const grown: number[] = [];
  let x = value;
  for (const part of parts) {
    const sum = x + part;
    // Knuth's two-sum: what `sum` lost to rounding, exactly.
    const turned = sum - x;
    const lost = x - (sum - turned) + (part - turned);
    if (lost !== 0) grown.push(lost);
    x = sum;
  }
  grown.push(x);
  return grown;
}

/** The nearest double, the nearest double to what is left, and so on: parts that depend on the sum alone. */
function canonical(parts: number[]): ExactSum {
  const out: number[] = [];
  let left = parts;
  for (;;) {
    const nearest = nearestDouble(left);
    if (nearest === 0) return out;
    out.push(nearest);
    left = grow(left, -nearest).filter((part) => part !== 0);
    if (!Number.isFinite(nearest) || left.length === 0) return out;
  }
}

/** Parts in ascending order, rounded once: from the top down, until something is lost, and half-way cases set right. */
function nearestDouble(parts: readonly number[]): number {
  let at = parts.length - 1;
  let high = parts[at] ?? 0;
  let low = 0;
  while (at > 0) {
    const before = high;
    const next = parts[--at]!;
    high = before + next;
    low = next - (high - before);
    if (low !== 0) break;
  }
  // Where `low` is half a step away from `high`, what follows decides which neighbour is nearer.
  if (at > 0 && low !== 0 && Math.sign(low) === Math.sign(parts[at - 1]!)) {
    const twice = low * 2;
    const candidate = high + twice;
    if (candidate - high === twice) return candidate;
  }
  return high;
}
