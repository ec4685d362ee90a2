/** The declarations, checked whole (`skipLibCheck: false`), in every way that TypeScript finds them. */
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { place } from "./place.js";
import { project, run } from "./run.js";

const resolutions = {
  node10: ["commonjs", "node10"],
  node16: ["node16", "node16"],
  nodenext: ["nodenext", "nodenext"],
  bundler: ["esnext", "bundler"],
} as const;
const compilers = ["typescript", "typescript-5.6"] as const;

/** What the compiler says of a file. */
async function compiled(
  folder: string,
  compiler: string,
  resolution: keyof typeof resolutions,
  file: string,
): Promise<string> {
  const [module, moduleResolution] = resolutions[resolution];
  const settings = {
    ...{ module, moduleResolution, target: "es2022", lib: ["es2022", "dom", "dom.iterable"], types: ["node"] },
    ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
  };
  const config = join(folder, `${compiler}-${resolution}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions: settings, files: [file] }));
  const { said } = await run(
    process.execPath,
    [join(folder, "node_modules", compiler, "bin/tsc"), "-p", config],
    folder,
  );
  return said;
}

describe.each(compilers)("%s", (compiler) => {
  test.for(Object.keys(resolutions) as (keyof typeof resolutions)[])("checks an app by %s", async (resolution, ctx) => {
    const folder = place("types", ctx);
    cpSync(join(import.meta.dirname, "types"), folder, { recursive: true });
    const said = await compiled(folder, compiler, resolution, "app.ts");
    if (/TS51\d\d.*(?:node10|moduleResolution)/.test(said)) {
      return ctx.skip(`this compiler no longer has ${resolution}`);
    }
    expect(said).toBe("");
  });
});

test("an app with TensorFlow.js has its types", async (ctx) => {
  const folder = place("types", ctx);
  cpSync(join(import.meta.dirname, "types"), folder, { recursive: true });
  symlinkSync(join(project, "node_modules/@tensorflow"), join(folder, "node_modules/@tensorflow"));
  const said = await compiled(folder, "typescript", "bundler", "with-tfjs.ts");
  // TensorFlow.js's own declarations do not pass; ours and the app do.
  expect(said.split("\n").filter((line) => /^(?:with-tfjs|node_modules\/convlens)/.test(line))).toEqual([]);
});
