/** The package as `import` and `require` find it. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { node, project } from "./project.js";

/** What a script prints, as JSON, when run in the project. */
async function told(script: string, type: "module" | "commonjs" = "module"): Promise<unknown> {
  const { stdout, stderr, code } = await node([`--input-type=${type}`, "-e", script], project);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return JSON.parse(stdout);
}

const namesOf = (name: string): Promise<unknown[]> =>
  Promise.all([
    told(`console.log(JSON.stringify(Object.keys(await import("${name}")).filter((n) => n !== "default").sort()))`),
    told(`console.log(JSON.stringify(Object.keys(require("${name}")).sort()))`, "commonjs"),
  ]);

test.each(["convlens", "convlens/figure"])("%s has the same names by import and by require", async (name) => {
  const [imported, required] = await namesOf(name);
  expect(imported).toEqual(required);
  expect(imported).toContain("figure");
});

test("the main entry has the whole surface, the drawing entry its part of it", async () => {
  const [[all], [drawing]] = await Promise.all([namesOf("convlens"), namesOf("convlens/figure")]);
  expect(all).toEqual(
    expect.arrayContaining(["open", "slice", "inputs", "visualize", "lab", "save", ...(drawing as string[])]),
  );
  expect(drawing).not.toContain("open");
});

test.each(["convlens", "convlens/figure"])("requiring %s loads no TensorFlow.js", async (name) => {
  const script = `require("${name}"); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const loaded = (await told(script, "commonjs")) as string[];
  expect(loaded.some((file) => file.startsWith(join(project, "dist")))).toBe(true);
  expect(loaded.filter((file) => file.includes("@tensorflow"))).toEqual([]);
});

test("importing it adds no global and keeps no process alive", async () => {
  const script = `
    const before = new Set(Reflect.ownKeys(globalThis));
    await import("convlens");
    console.log(JSON.stringify(Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String)));`;
  expect(await told(script)).toEqual([]);
});

test("TensorFlow.js is imported only once an engine asks for it", async () => {
  const script = `
    import { createRequire } from "node:module";
    const loaded = () => Object.keys(createRequire(process.cwd() + "/x.js").cache).some((file) => file.includes("@tensorflow"));
    const { createEngine } = await import("convlens");
    const before = loaded();
    (await createEngine("tfjs-cpu")).dispose();
    console.log(JSON.stringify([before, loaded()]));`;
  expect(await told(script)).toEqual([false, true]);
});

test("an error of one build is recognised by the other", async () => {
  const script = `
    import { createRequire } from "node:module";
    const esm = await import("convlens");
    const cjs = createRequire(process.cwd() + "/x.js")("convlens");
    const caught = (build) => build.open("nowhere/model.json").catch((error) => error);
    const [ours, theirs] = [await caught(esm), await caught(cjs)];
    console.log(JSON.stringify([
      esm.LensError === cjs.LensError, theirs instanceof esm.LensError,
      esm.isLensError(theirs), cjs.isLensError(ours), ours.code, esm.isLensError(new Error("another")),
    ]));`;
  expect(await told(script)).toEqual([false, false, true, true, "file", false]);
});
