/** Every `ts` snippet of the README and the documentation passes the type check against the built package. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { project, temporaryFolder } from "./project.js";

const pages = [
  "README.md",
  ...readdirSync(join(project, "docs"))
    .filter((f) => f.endsWith(".md"))
    .map((f) => `docs/${f}`),
];

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  types: ["node"],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};

test("the documentation's code passes the type check", { timeout: 120_000 }, () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(project, join(folder, "node_modules/convlens"), "junction");
  symlinkSync(join(project, "node_modules/@types/node"), join(folder, "node_modules/@types/node"), "junction");
  symlinkSync(join(project, "node_modules/@tensorflow"), join(folder, "node_modules/@tensorflow"), "junction");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const files = pages.flatMap((page) =>
    [...readFileSync(join(project, page), "utf8").matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code], i) => {
      const file = join(folder, `${page.replace(/\W/g, "-")}-${i + 1}.ts`);
      // A snippet need not export anything to be a module.
      writeFileSync(file, `${code}export {};\n`);
      return file;
    }),
  );
  expect(files.length).toBeGreaterThan(8);
  const program = ts.createProgram(files, { ...options, typeRoots: [join(folder, "node_modules/@types")] });
  const mistakes = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const at =
      file && start !== undefined
        ? `${file.fileName.slice(folder.length + 1)}:${file.getLineAndCharacterOfPosition(start).line + 1}`
        : "";
    return `${at} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
  expect(mistakes).toEqual([]);
});

test("every link in the documentation leads to a file", () => {
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(project, page), "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, link]) => join(project, page, "..", link!))
      .filter((path) => !ts.sys.fileExists(path) && !ts.sys.directoryExists(path)),
  );
  expect(broken).toEqual([]);
});
