/** Evidence as numbers: p values from draws, and many of them at once. */

/** `(1 + #{null ≥ observed}) / (1 + #null)`: never 0, and valid for any number of draws. */
export function drawnPValue(observed: number, draws: readonly number[]): number {
  return (1 + draws.filter((draw) => draw >= observed).length) / (1 + draws.length);
}

/**
 * Adjusts p values for their number so that, among those kept at q, the expected share of false ones is at most q
 * (Benjamini and Hochberg 1995): q of rank k is the least of p·m/k over the ranks from k on.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const m = pValues.length;
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[b]! - pValues[a]!);
  const out = new Array<number>(m);
  let least = 1;
  order.forEach((i, at) => {
    least = Math.min(least, pValues[i]! * (m / (m - at)));
    out[i] = least;
  });
  return out;
}

/** The value below which a share of the values lies, between two of them by straight line. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
