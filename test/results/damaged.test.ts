/**
 * Damaged results of every kind: the text of each is changed in a place or two, or cut, 10,000 times in all. `parse` accepts it
 * or refuses it by a LensError, and what it accepts is drawn without NaN, in time.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { stringify } from "../../src/results/codec.js";
import { type ResultKind, type Results, resultSchemas } from "../../src/results/kinds.js";
import { damaged, outcomeOf } from "./damage.js";
import { samples } from "./samples.js";

/** Variants of each kind: 18 kinds make 10,008. `CONVLENS_VARIANTS` asks for another number. */
const each = Number(process.env["CONVLENS_VARIANTS"] ?? 556);

let all: Results;
beforeAll(async () => {
  all = await samples();
}, 60_000);

describe("damaged results", () => {
  const count = { refused: 0, drawn: 0 };
  let slowest = 0;
  afterAll(() =>
    console.log(`${count.refused} refused, ${count.drawn} drawn, the slowest in ${slowest.toFixed(0)} ms`),
  );

  it.each(Object.keys(resultSchemas) as ResultKind[])(
    "of the kind %s are refused or drawn whole",
    (kind) => {
      const random = createRandom(Object.keys(resultSchemas).indexOf(kind) + 1);
      const text = stringify(all[kind]);
      expect(outcomeOf(kind, text)).toBe("drawn");
      for (let i = 0; i < each; i++) {
        const variant = damaged(text, random);
        const started = performance.now();
        const came = outcomeOf(kind, variant);
        slowest = Math.max(slowest, performance.now() - started);
        if (came !== "refused" && came !== "drawn") expect.fail(`${came}\nof ${variant.slice(0, 6000)}`);
        count[came as "refused" | "drawn"]++;
      }
      expect(slowest).toBeLessThan(3000);
    },
    120_000,
  );
});
