/** Checks of gradients: the adjoint of a linear map, and finite differences of anything. */
import { expect } from "vitest";
import { createRandom } from "../../src/core/random.js";

/** Seeded noise. */
export function noise(length: number, seed = 1, std = 1): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => std * random.normal());
}

/** ⟨a, b⟩. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** ⟨A x, y⟩ = ⟨x, Aᵀ y⟩, as a share of |A x| |y|. */
export function expectAdjoint(ax: Float64Array, y: Float64Array, x: Float64Array, aty: Float64Array): void {
  const scale = Math.sqrt(dot(ax, ax) * dot(y, y));
  expect(scale).toBeGreaterThan(0);
  expect(Math.abs(dot(ax, y) - dot(x, aty)) / scale).toBeLessThan(1e-12);
}

/** The slope of a function along a random direction, from both sides, against its gradient. */
export function expectGradient<T extends Float32Array | Float64Array>(
  f: (x: T) => number,
  x: T,
  gradient: T,
  { step = 1e-2, within = 2e-3 }: { step?: number; within?: number } = {},
): void {
  for (const seed of [1, 2, 3]) {
    const way = noise(x.length, seed);
    const moved = (t: number): number => f(x.map((v, i) => v + t * way[i]!) as T);
    const slope = (moved(step) - moved(-step)) / (2 * step);
    const scale = Math.sqrt(dot(gradient, gradient) * x.length) + 1e-9;
    expect(Math.abs(slope - dot(gradient, way)) / scale).toBeLessThan(within);
  }
}
