/** Bundlers with nothing else installed: each builds three apps without a word, and the apps run. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { findChromium } from "../browser/chromium.js";
import { place, tool } from "./place.js";
import { project, run } from "./run.js";
import { openSite } from "./site.js";

/** What each app says when it runs. */
const answers = {
  slice: "slice -0.4, inputs 3",
  figure: "figure true",
  visualize: "visualize alive, wasm, figure true",
} as const;
type App = keyof typeof answers;
const apps = Object.keys(answers) as App[];

/** Kilobytes after gzip that an app may load before it starts; engines are loaded later, where the bundler cuts code. */
const limits: Record<App, number> = { slice: 18, figure: 66, visualize: 120 };

/** The same with all in one file. */
const wholeLimits: Record<App, number> = { slice: 18, figure: 66, visualize: 240 };

const table: string[] = [];
afterAll(() => console.log(`kB after gzip, loaded at the start\n${table.join("\n")}`));

/** Kilobytes after gzip of scripts, and their line in the table. */
function measured(bundler: string, app: App, files: readonly string[]): number {
  const size = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1000;
  table.push(`${bundler.padEnd(10)} ${app.padEnd(10)} ${size.toFixed(1)}`);
  return size;
}

/** The scripts that a built page loads at its start. */
function scriptsOf(folder: string): string[] {
  const html = readFileSync(join(folder, "index.html"), "utf8");
  return [...html.matchAll(/(?:src|href)="?\/?([^"\s>]+\.js)/g)].map(([, name]) => join(folder, name!));
}

/** A page of an app, for bundlers that begin with one. */
function page(folder: string, app: App): string {
  const inside = join(folder, `page-${app}`);
  mkdirSync(inside, { recursive: true });
  for (const name of [`${app}.js`, "network.js"]) writeFileSync(join(inside, name), readFileSync(join(folder, name)));
  const html = `<!doctype html><link rel="icon" href="data:," /><script type="module" src="./${app}.js"></script>`;
  writeFileSync(join(inside, "index.html"), html);
  return inside;
}

/** A build that says nothing wrong. */
async function build(folder: string, name: string, args: readonly string[]): Promise<string> {
  const { code, said } = await run(tool(folder, name), args, folder);
  expect({ code, said }).toEqual({ code: 0, said: expect.not.stringMatching(/\bwarn|\berror|\(!\)|unresolved/i) });
  return said;
}

async function answer(folder: string, file: string): Promise<string> {
  return (await run(process.execPath, [file], folder)).said;
}

describe.each(apps)("the app %s", (app) => {
  test.for(["browser", "node"])("is built by esbuild for %s", async (platform, ctx) => {
    const folder = place("bundlers", ctx);
    const out = `esbuild-${platform}-${app}`;
    const words = [`${app}.js`, "--bundle", "--minify", "--format=esm", "--log-level=warning"];
    await build(folder, "esbuild", [...words, `--platform=${platform}`, "--out-extension:.js=.mjs", `--outdir=${out}`]);
    expect(await answer(folder, `${out}/${app}.mjs`)).toBe(answers[app]);
    if (platform === "browser")
      expect(measured("esbuild", app, [join(folder, out, `${app}.mjs`)])).toBeLessThan(wholeLimits[app]);
  });

  test("is built by Rollup", async (ctx) => {
    const folder = place("bundlers", ctx);
    const out = `rollup-${app}`;
    writeFileSync(
      join(folder, "rollup.config.js"),
      `import resolve from "@rollup/plugin-node-resolve"; import commonjs from "@rollup/plugin-commonjs";
       export default { input: "${app}.js", output: { dir: "${out}" }, plugins: [resolve({ browser: true }), commonjs()] };`,
    );
    await build(folder, "rollup", ["-c", "--silent"]);
    expect(await answer(folder, `${out}/${app}.js`)).toBe(answers[app]);
  });

  test("is built by webpack", async (ctx) => {
    const folder = place("bundlers", ctx);
    const words = ["--mode", "production", "--entry", `./${app}.js`, "--output-path", join(folder, `webpack-${app}`)];
    await build(folder, "webpack", [...words, "--no-performance"]);
    expect(measured("webpack", app, [join(folder, `webpack-${app}`, "main.js")])).toBeLessThan(limits[app]);
    if (app !== "visualize") expect(await answer(folder, `webpack-${app}/main.js`)).toBe(answers[app]);
  });

  test("is built by Vite", async (ctx) => {
    const folder = place("bundlers", ctx);
    await build(folder, "vite", [
      "build",
      page(folder, app),
      "--outDir",
      join(folder, `vite-${app}`),
      "--emptyOutDir",
      "--logLevel",
      "warn",
    ]);
    expect(measured("Vite", app, scriptsOf(join(folder, `vite-${app}`)))).toBeLessThan(limits[app]);
  });

  test("is built by Parcel", async (ctx) => {
    const folder = place("parcel", ctx);
    const words = [
      "--dist-dir",
      `dist-${app}`,
      "--no-cache",
      "--no-source-maps",
      "--no-autoinstall",
      "--log-level",
      "warn",
    ];
    await build(folder, "parcel", ["build", join(page(folder, app), "index.html"), ...words]);
    expect(measured("Parcel", app, scriptsOf(join(folder, `dist-${app}`)))).toBeLessThan(limits[app] * 1.1);
  });

  test("is built and compiled by Bun", async (ctx) => {
    const folder = place("runtimes", ctx);
    await build(folder, "bun", ["build", `${app}.js`, "--minify", "--outdir", `bun-${app}`]);
    expect(measured("Bun", app, [join(folder, `bun-${app}`, `${app}.js`)])).toBeLessThan(wholeLimits[app]);
    await build(folder, "bun", ["build", `${app}.js`, "--compile", "--outfile", `app-${app}`]);
    expect((await run(join(folder, `app-${app}`), [], folder)).said).toBe(answers[app]);
  });
});

test("Next builds a page of the browser and a route of the server", async (ctx) => {
  const folder = place("next", ctx);
  mkdirSync(join(folder, "app/api"), { recursive: true });
  const imports =
    'import { open, photos, slice, visualize } from "convlens"; import { figure } from "convlens/figure";';
  const all = "[open, photos, slice, visualize, figure.kernel].map((one) => typeof one).join()";
  const write = (file: string, text: string): void => writeFileSync(join(folder, "app", file), text);
  write("layout.js", "export default ({ children }) => <html><body>{children}</body></html>;");
  write("page.js", `"use client"; ${imports} export default function Page() { return <p>{${all}}</p>; }`);
  write(
    "api/route.js",
    `${imports} import { toPNG } from "convlens"; export const GET = () => Response.json([${all}, typeof toPNG]);`,
  );
  await build(folder, "next", ["build"]);
});

describe("in Chromium", () => {
  const chromium = findChromium();
  const prebuilt = (folder: string): string => {
    const inside = join(folder, "prebuilt");
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, "convlens.js"), readFileSync(join(project, "dist/convlens.min.js")));
    const visualize =
      readFileSync(join(folder, "visualize.js"), "utf8") + readFileSync(join(folder, "network.js"), "utf8");
    const script = visualize.replaceAll(/^import .*$/gm, "").replace("export ", "");
    const names = "createNetwork, figure, preprocessing, toSVG, visualize";
    writeFileSync(
      join(inside, "index.html"),
      `<!doctype html><link rel="icon" href="data:," /><script type="module">import { ${names} } from "./convlens.js";${script}</script>`,
    );
    return inside;
  };
  const webpack = (folder: string): string => {
    const inside = join(folder, "webpack-visualize");
    writeFileSync(
      join(inside, "index.html"),
      '<!doctype html><link rel="icon" href="data:," /><script src="main.js"></script>',
    );
    return inside;
  };
  test.for([
    ["Vite", (folder: string) => join(folder, "vite-visualize")],
    ["webpack", webpack],
    ["no bundler", prebuilt],
  ] as const)("the page built by %s draws and says nothing on the console", async ([, site], ctx) => {
    const folder = place("bundlers", ctx);
    if ("reason" in chromium) return ctx.skip(chromium.reason);
    const { told, said } = await openSite(chromium.path, site(folder));
    expect(told).toBe(answers.visualize);
    expect(said).toEqual([answers.visualize]);
  });
});
