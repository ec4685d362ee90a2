/** Seeded chance. */
import { expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";

it("neighbouring seeds have first draws that are spread evenly", () => {
  const first = Array.from({ length: 1000 }, (_, seed) => createRandom(seed).uniform());
  const tenths = Array.from({ length: 10 }, (_, k) => first.filter((u) => Math.floor(10 * u) === k).length);
  for (const n of tenths) expect(n).toBeGreaterThan(60);
  const steps = first.slice(1).map((u, i) => Math.abs(u - first[i]!));
  expect(steps.reduce((a, b) => a + b, 0) / steps.length).toBeGreaterThan(0.28);
});
