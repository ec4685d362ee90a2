/** Photographs inside a headless Chromium: files, addresses and bitmaps become the pictures that Node reads. */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium, type OpenBrowser, openBrowser } from "./chromium.js";
import type { PhotosSuite, Told } from "./photos-page.js";

declare const suite: PhotosSuite;

const found = findChromium();
if ("reason" in found) console.warn(`skipped: photographs in browsers are not tested, because ${found.reason}`);

describe.skipIf("reason" in found)("in Chromium, photographs", () => {
  let browser: OpenBrowser;
  let page: Page;
  beforeAll(async () => {
    if (!("path" in found)) return;
    browser = await openBrowser(found.path, fileURLToPath(new URL("photos-page.ts", import.meta.url)));
    page = await browser.open();
  }, 120_000);
  afterAll(() => browser?.close());

  const read = (name: string, bytes: Buffer): Promise<Told[]> =>
    page.evaluate(([file, list]) => suite.read(file, list), [name, [...bytes]] as const);

  /** Red above, blue below, 8 wide and 4 high. */
  const scene = Buffer.from(Uint8Array.from({ length: 96 }, (_, i) => (i % 3 === (i < 48 ? 0 : 2) ? 255 : 0)));
  const picture = sharp(scene, { raw: { width: 8, height: 4, channels: 3 } });

  it("are the same from a file, an address and a bitmap, with names", async () => {
    const told = await read("two.png", await picture.clone().png().toBuffer());
    expect(told.map(({ id }) => id)).toEqual(["two.png", expect.stringMatching(/^blob:/), "picture 2"]);
    for (const { size, ends } of told) {
      expect(size).toEqual([4, 8, 4]);
      expect(ends).toEqual([
        [255, 0, 0],
        [0, 0, 255],
      ]);
    }
  });

  it("are turned the right way up", async () => {
    const [file] = await read("turned.jpg", await picture.clone().withMetadata({ orientation: 8 }).jpeg().toBuffer());
    expect(file!.size).toEqual([8, 4, 4]);
    const [first, last] = file!.ends as number[][];
    // Turned to the left, what was above is on the left.
    expect(first![0]!).toBeGreaterThan(200);
    expect(last![2]!).toBeGreaterThan(200);
  });

  it("that are none say so", async () => {
    const [file] = await read("text.png", Buffer.from("not a picture"));
    expect(file!.ends).toBe("the file is no picture this browser can read, or ends too early");
  });
});
