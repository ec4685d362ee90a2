/**
 * Correlation of every two units of a layer over all positions of all pictures,
 *
 *     r = (Σxy − Σx Σy / n) / √((Σx² − (Σx)²/n) (Σy² − (Σy)²/n))
 *
 * Sums of products are kept exactly, row by row from the diagonal on: the diagonal holds the squares.
 */
import { addExact, type ExactSum, roundedSum } from "../math/exact-sum.js";
import type { LayerResponse } from "./stream-activations.js";
import type { UnitStatistics } from "./unit-statistics.js";

/** Adds one picture's products. */
export function addProducts(products: ExactSum[], { map, places }: LayerResponse): void {
  const { data, channels: n } = map;
  const sums = new Float64Array(n * n);
  for (let at = 0; at < data.length; at += n) {
    for (let i = 0; i < n; i++) {
      const x = data[at + i]!;
      // Rectified units are silent at most positions.
      if (x === 0) continue;
      for (let j = i; j < n; j++) sums[i * n + j]! += x * data[at + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const pair = pairOf(places[i]!, places[j]!, n);
      products[pair] = addExact(products[pair]!, sums[i * n + j]!);
    }
  }
}

/** No products yet. */
export function emptyProducts(n: number): ExactSum[] {
  return Array.from({ length: (n * (n + 1)) / 2 }, () => []);
}

/** The matrix; `null` where a unit never varies. */
export function correlations(units: readonly UnitStatistics[], products: readonly ExactSum[]): (number | null)[][] {
  const covariance = (i: number, j: number): number =>
    roundedSum(products[pairOf(i, j, units.length)]!) / units[i]!.count - units[i]!.mean * units[j]!.mean;
  return units.map((one, i) =>
    units.map((other, j) => {
      const spread = Math.sqrt(one.variance * other.variance);
      if (!(spread > 0)) return null;
      return i === j ? 1 : Math.min(1, Math.max(-1, covariance(Math.min(i, j), Math.max(i, j)) / spread));
    }),
  );
}

/** Place of a pair in the list of rows from the diagonal on. */
function pairOf(a: number, b: number, n: number): number {
  const [i, j] = a < b ? [a, b] : [b, a];
  return i * n - (i * (i - 1)) / 2 + j - i;
}
