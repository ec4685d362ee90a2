/** Non-negative directions of a real network's activations leave no more than those of scikit-learn (`golden/dictionary`). */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { oneSidedNMF } from "../../src/math/factorize.js";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../golden/dictionary/${name}`, import.meta.url), "utf8"));
const { rows } = read("activations.json") as { readonly rows: readonly (readonly number[])[] };
const errors = read("errors.json") as Readonly<Record<string, number>>;
const matrix = rows.map((row) => Float64Array.from(row));
const squares = (values: Float64Array): number => values.reduce((sum, v) => sum + v * v, 0);

it.each([4, 8])("with %i directions, best of three starts, to a twentieth", async (count) => {
  const { factors, scores } = await oneSidedNMF(matrix, count, { random: createRandom(1), sweeps: 1000, starts: 3 });
  const left = matrix.map((row, r) =>
    row.map((v, c) => v - factors.reduce((sum, f, k) => sum + scores[k]![r]! * f[c]!, 0)),
  );
  const error = left.reduce((sum, row) => sum + squares(row), 0) / matrix.reduce((sum, row) => sum + squares(row), 0);
  console.log(`${count} directions: ${error.toFixed(6)} left, scikit-learn ${errors[count]!.toFixed(6)}`);
  expect(error).toBeLessThan(1.05 * errors[count]!);
  expect(factors.flatMap((factor) => [...factor]).every((v) => v >= 0)).toBe(true);
});
