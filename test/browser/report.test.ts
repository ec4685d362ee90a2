/** The page of `convlens motifs` inside a headless Chromium: it is drawn, and the browser has nothing to say about it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filterImages, findFamilies, findMotifs, group, motifsReport } from "../../src/index.js";
import { planted } from "../built/planted-model.js";
import { conv, network } from "../network/ops.js";
import { findChromium, type OpenFile, openFile } from "./chromium.js";

const found = findChromium();
if ("reason" in found) console.warn(`skipped: the page of motifs is not opened, because ${found.reason}`);

/** The page of the planted network. */
async function page(): Promise<string> {
  const turns = group.rotations(4);
  const [first, second] = planted.blocks.map(({ kernel }) => ({ kernel: Float32Array.from(kernel) }));
  const layers = [conv("layer0", "image", [5, 5, 3, 16], first), conv("layer1", "layer0", [3, 3, 16, 16], second)];
  const net = network([25, 25, 3], layers);
  const below = await findFamilies(net, "layer0", { group: turns });
  const above = await findFamilies(net, "layer1", { group: turns, families: below.families });
  const families = [below, above] as const;
  const known = families.flatMap((each) => each.families);
  const { motifs } = await findMotifs(net, "layer0", "layer1", { group: turns, families: known });
  return motifsReport(net, {
    ...{ families, motifs, group: turns, most: 12, responses: [] },
    icons: filterImages(net, "layer0"),
  }).page;
}

describe.skipIf("reason" in found)("in Chromium, the page of motifs", () => {
  let opened: OpenFile;
  const folder = mkdtempSync(join(tmpdir(), "convlens-report-"));
  beforeAll(async () => {
    if (!("path" in found)) return;
    writeFileSync(join(folder, "index.html"), await page());
    opened = await openFile(found.path, join(folder, "index.html"));
  }, 120_000);
  afterAll(async () => {
    await opened?.close();
    rmSync(folder, { recursive: true });
  });

  it("has a title of its own, asks for nothing, and draws no complaint", async () => {
    expect(await opened.page.title()).toBe("layer0 and layer1 of by hand under 4 rotations");
    expect(opened.said).toEqual([]);
  });

  it("shows families, their dials, the matrix and the motifs, as wide as the page at most", async () => {
    const drawn = opened.page.locator("body > figure svg");
    const boxes = await Promise.all((await drawn.all()).map((svg) => svg.boundingBox()));
    expect(boxes.length).toBeGreaterThanOrEqual(2 * 2 + 1 + 2 * 3);
    const { width } = opened.page.viewportSize()!;
    for (const box of boxes) {
      expect(box!.width).toBeGreaterThan(300);
      expect(box!.width).toBeLessThanOrEqual(width);
    }
  });

  it("keeps the motifs of single units folded until they are asked for", async () => {
    const inside = opened.page.locator("details.fold figure").first();
    expect(await inside.isVisible()).toBe(false);
    await opened.page.locator("details.fold > summary").click();
    expect(await inside.isVisible()).toBe(true);
  });
});
