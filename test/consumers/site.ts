/** A folder of built files, shown by a headless Chromium as a site of its own. */
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** What the page's app told, and every message of the page. */
export async function openSite(
  executablePath: string,
  folder: string,
): Promise<{ readonly told: unknown; readonly said: readonly string[] }> {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], headless: true });
  const said: string[] = [];
  try {
    const page = await browser.newPage();
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    await page.route("http://localhost/**", (route) => {
      const { pathname } = new URL(route.request().url());
      const file = join(folder, pathname === "/" ? "index.html" : pathname);
      return route.fulfill({
        contentType: types[extname(file)] ?? "application/octet-stream",
        body: readFileSync(file),
      });
    });
    await page.goto("http://localhost/");
    await page.waitForFunction("globalThis.told", undefined, { timeout: 120_000 });
    return { told: await page.evaluate("globalThis.told"), said };
  } finally {
    await browser.close();
  }
}
