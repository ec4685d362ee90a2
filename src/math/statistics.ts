/** Statistics of a few numbers: p values from draws, many of them at once, quantiles, means and correlations. */

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

/** The mean; 0 of none. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Pearson's correlation; 0 where one of the two does not vary. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ma, mb] = [mean(Array.from(a)), mean(Array.from(b))];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
