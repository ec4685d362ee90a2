/** Test runners and runtimes with nothing else installed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { place, tool } from "./place.js";
import { run } from "./run.js";

test.for(["node", "jsdom"])("Jest requires it in its environment %s", async (environment, ctx) => {
  const folder = place("jest", ctx);
  writeFileSync(
    join(folder, "lens.test.js"),
    `const { parseUnit, slice } = require("convlens");
     const { figure } = require("convlens/figure");
     test("is there", () => {
       expect(parseUnit("conv:3").channel).toBe(3);
       expect([typeof slice, typeof figure.kernel]).toEqual(["function", "function"]);
     });`,
  );
  const { code, said } = await run(
    tool(folder, "jest"),
    ["--env", environment, "--testMatch", "**/lens.test.js"],
    folder,
  );
  expect(said).toContain("1 passed");
  expect(code).toBe(0);
});

test.for([
  ["deno", ["run", "--allow-all", "--node-modules-dir=manual"]],
  ["bun", ["run"]],
] as const)("%s runs the three apps", async ([name, words], ctx) => {
  const folder = place("runtimes", ctx);
  const said: string[] = [];
  for (const app of ["slice", "figure", "visualize"])
    said.push((await run(tool(folder, name), [...words, `${app}.js`], folder)).said);
  expect(said).toEqual(["slice -0.4, inputs 3", "figure true", "visualize alive, wasm, figure true"]);
});
