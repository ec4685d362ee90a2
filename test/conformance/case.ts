/** A case of the suite: a sentence of the specification and its check, free of any test runner. */
import fc from "fast-check";
import type { Engine } from "../../src/engine/engine.js";
import { demandAdjoint, demandAgreement, demandSlope, type Limits } from "./compare.js";
import type { Scene } from "./scene.js";

/** One sentence and how to check it. */
export interface ConformanceCase {
  readonly name: string;
  check(engine: Engine, limits: Limits): Promise<void>;
}

/** What a property checks of each scene. */
export interface PropertyOptions {
  /** Whether the map has a slope everywhere the finite differences go. @defaultValue true */
  readonly smooth?: boolean;
  /** Whether the map is linear. @defaultValue false */
  readonly linear?: boolean;
}

/** A case over random scenes: values and gradients as `cpu` has them, and the slopes as differences have them. */
export function property(
  name: string,
  scenes: fc.Arbitrary<Scene>,
  { smooth = true, linear = false }: PropertyOptions = {},
): ConformanceCase {
  return {
    name,
    async check(engine, limits) {
      const holds = fc.asyncProperty(scenes, async (scene) => {
        await demandAgreement(engine, scene, limits);
        if (smooth) await demandSlope(engine, scene, limits);
        if (linear) await demandAdjoint(engine, scene, limits);
      });
      await fc.assert(holds, { seed: 1, numRuns: limits.runs ?? 20 });
    },
  };
}
