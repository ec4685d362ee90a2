/** The one suite that holds every engine to the definition, as vitest tests. */
import { afterAll, beforeAll, describe, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { behaviourCases } from "./behaviour-cases.js";
import type { ConformanceCase } from "./case.js";
import type { Limits } from "./compare.js";
import { stepCases } from "./step-cases.js";

/** Every case, for runners of other kinds (a browser page). */
export const conformanceCases: readonly ConformanceCase[] = [...stepCases, ...behaviourCases];

/** Registers the suite for an engine. */
export function conformance(engineName: string, makeEngine: () => Promise<Engine>, limits: Limits): void {
  describe(`the ${engineName} engine conforms`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await makeEngine();
    });
    afterAll(() => engine.dispose());
    for (const { name, check } of conformanceCases) it(name, () => check(engine, limits), 60_000);
  });
}
