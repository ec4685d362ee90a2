/** A headless Chromium with software WebGL 2 and WebGPU, showing pages that are bundled from a source file. */
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Page, type Route } from "playwright-core";
import { build } from "tsup";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** Switches that were found to give WebGL 2 and WebGPU without a graphics card, and no traffic of the browser's own. */
const switches = [
  "--no-sandbox",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

/** The browser on the PATH, or why there is none. */
export function findChromium(): { readonly path: string } | { readonly reason: string } {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return { path: join(folder, name) };
      } catch {}
    }
  }
  return { reason: `none of ${names.join(", ")} is on the PATH` };
}

const html = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

/** A browser that shows pages running one source file. */
export interface OpenBrowser {
  open(): Promise<Page>;
  close(): Promise<void>;
}

/** Starts a browser for a source file, bundled into a folder and served without a server, at an address that counts as secure. */
export async function openBrowser(executablePath: string, entry: string): Promise<OpenBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "convlens-page-"));
  await bundle(entry, folder);
  const browser = await chromium.launch({ executablePath, args: switches, headless: true });
  return {
    async open() {
      const page = await browser.newPage();
      await page.route("http://localhost/**", (route) => serve(route, folder));
      await page.goto("http://localhost/");
      await page.waitForFunction("globalThis.suite");
      return page;
    },
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A file as a browser shows it, and all that the browser had to say: messages, errors, and what was asked of the network. */
export interface OpenFile {
  readonly page: Page;
  readonly said: readonly string[];
  close(): Promise<void>;
}

/** Opens a page that lies on disk. */
export async function openFile(executablePath: string, file: string): Promise<OpenFile> {
  const browser = await chromium.launch({ executablePath, args: switches, headless: true });
  const page = await browser.newPage();
  const said: string[] = [];
  const address = pathToFileURL(file).href;
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:")) said.push(request.url());
  });
  await page.goto(address);
  return { page, said, close: () => browser.close() };
}

async function bundle(entry: string, outDir: string): Promise<void> {
  await build({
    entry: { page: entry },
    outDir,
    format: ["esm"],
    platform: "browser",
    target: "es2022",
    noExternal: [/.*/],
    config: false,
    silent: true,
    esbuildOptions: (options) => {
      // Packages point at their browser build by these fields, which tsup looks past.
      options.mainFields = ["browser", "module", "main"];
    },
  });
}

/** Isolated from other origins, a page may share memory between threads. */
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

const wasm = dirname(
  createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm"),
);

async function serve(route: Route, folder: string): Promise<void> {
  const { pathname } = new URL(route.request().url());
  if (pathname === "/") return route.fulfill({ headers, contentType: "text/html", body: html });
  if (pathname.startsWith("/wasm/"))
    return route.fulfill({ headers, contentType: "application/wasm", path: join(wasm, basename(pathname)) });
  return route.fulfill({ headers, contentType: "text/javascript", path: join(folder, basename(pathname)) });
}
