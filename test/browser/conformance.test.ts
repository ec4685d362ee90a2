/** WebGL, WebGPU and threads, held to the definition inside a headless Chromium. */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { conformanceCases } from "../conformance/cases.js";
import type { Limits } from "../conformance/compare.js";
import { findChromium, type OpenBrowser, openBrowser } from "./chromium.js";
import type { PageEngine, Suite } from "./page.js";

declare const suite: Suite;

const found = findChromium();
if ("reason" in found) console.warn(`skipped: the engines of browsers are not tested, because ${found.reason}`);

/** GPUs round sums in other orders and have coarser functions; few cases, because software adapters are slow. */
const gpu: Limits = { forward: 2e-5, backward: 5e-5, differences: 5e-3, runs: Number(process.env.CONVLENS_RUNS ?? 3) };

const engines: [PageEngine, Limits][] = [
  ["tfjs-webgl", gpu],
  ["tfjs-webgpu", gpu],
  ["tfjs-wasm", { forward: 1e-5, backward: 1e-5 }],
  ["wasm, exact", { forward: 2e-6, backward: 2e-6 }],
  ["wasm, two threads", { forward: 1e-4, backward: 1e-4 }],
];

describe.skipIf("reason" in found)("in Chromium, without a graphics card,", () => {
  let browser: OpenBrowser;
  beforeAll(async () => {
    if ("path" in found) browser = await openBrowser(found.path, fileURLToPath(new URL("page.ts", import.meta.url)));
  }, 120_000);
  afterAll(() => browser?.close());

  describe.each(engines)("the %s engine conforms", (name, limits) => {
    let page: Page;
    beforeAll(async () => {
      page = await browser.open();
      expect(await page.evaluate((engine) => suite.start(engine), name)).toBe(name.split(",")[0]);
    }, 60_000);
    afterAll(() => page?.close());
    // Every run has a memory of its own, and a busy Chromium is slow to collect those that are done with: it may run out of them.
    afterEach(() => page.requestGC());

    for (const { name: sentence } of conformanceCases) {
      it(sentence, async () => {
        expect(await page.evaluate(([one, by]) => suite.run(one, by), [sentence, limits] as const)).toBeNull();
      });
    }

    it("leaves nothing behind", async () => {
      expect(await page.evaluate(() => suite.end())).toBe(0);
    });
  });
});
