/** The one suite that holds every engine to the definition, as vitest tests. */
import { afterAll, beforeAll, describe, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { conformanceCases } from "./cases.js";
import type { Limits } from "./compare.js";

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
