/** Packs the library and installs it, with the tools of one kind each, into empty folders; no optional package is among them. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { project, run } from "./run.js";
import { type Place, type Places, tools } from "./tools.js";

declare module "vitest" {
  export interface ProvidedContext {
    places: Places;
  }
}

/** Vitest runs this before the tests, and what it returns after them. */
export default async function setup(vitest: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "convlens-consumers-"));
  const packed = await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], project);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (!tarball) throw new Error(`npm pack made no file: ${packed.said}`);
  const names = Object.keys(tools) as Place[];
  const made = await Promise.all(names.map((name) => install(folder, name, join(folder, tarball))));
  vitest.provide("places", Object.fromEntries(names.map((name, i) => [name, made[i]!])) as Places);
  return () => rmSync(folder, { recursive: true, force: true });
}

/** A folder with the library and some tools; or why there is none. */
async function install(folder: string, name: Place, tarball: string): Promise<Places[Place]> {
  const path = join(folder, name);
  mkdirSync(path);
  const type = name === "jest" ? "commonjs" : "module";
  const parcel = { "@parcel/resolver-default": { packageExports: true } };
  writeFileSync(join(path, "package.json"), JSON.stringify({ private: true, type, ...parcel }));
  cpSync(join(import.meta.dirname, "apps"), path, { recursive: true });
  const words = ["install", "--no-audit", "--no-fund", "--loglevel=error", tarball, ...tools[name]];
  const { code, said } = await run("npm", words, path);
  // Bun's program comes by a script, which npm may not run.
  if (name === "runtimes") await run(process.execPath, ["node_modules/bun/install.js"], path);
  return code === 0 ? { path } : { reason: `npm cannot install ${tools[name].join(" ")}: ${said.split("\n")[0]}` };
}
