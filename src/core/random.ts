/**
 * Chance is an argument. A `Random` is made from a seed; the same seed gives the same draws on every machine and engine.
 * The generator is xoroshiro128+ (Blackman and Vigna), from `pure-rand`.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { LensError } from "./errors.js";

/**
 * A stream of seeded draws.
 *
 * @public
 */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Whole number in 0…n−1. */
  int(n: number): number;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
}

/** Draws until states that differ in one bit have drifted apart. */
const warmUp = 16;

/** A stream of draws from a whole seed. */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new LensError("bad-argument", `a seed is a whole number; got ${seed}`);
  const generator = xoroshiro128plus(seed);
  // Seeds that differ in a few bits start in states that do, and its first draws are alike; these are thrown away.
  for (let i = 0; i < warmUp; i++) uniformFloat64(generator);
  const uniform = (): number => uniformFloat64(generator);
  const int = (n: number): number => Math.floor(uniform() * n);
  let spare: number | undefined;
  return {
    uniform,
    int,
    pick: (items) => items[int(items.length)]!,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      // Box–Muller: two uniforms give two independent normals; 1 − u keeps the logarithm finite.
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}
